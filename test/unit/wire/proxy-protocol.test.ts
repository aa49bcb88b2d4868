import { describe, expect, it } from 'vitest';
import { parseProxyHeader } from '../../../src/wire/proxy-protocol.ts';
import { proxyV2 } from '../../support/proxy-protocol.ts';

const parse = (text: string) => parseProxyHeader(Buffer.from(text, 'latin1'));

describe('a header of version 1', () => {
  it.each([
    ['PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\n', '203.0.113.7'],
    ['PROXY TCP6 2001:DB8:0::1 ::1 51000 443\r\n', '2001:db8::1'],
    ['PROXY TCP6 ::ffff:203.0.113.7 ::1 0 65535\r\n', '203.0.113.7'],
    ['PROXY UNKNOWN\r\n', undefined],
    ['PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n', undefined],
  ])('%j names %s', (text, source) => {
    const expected = { kind: 'complete', length: text.length, ...(source && { source }) };
    expect(parse(text)).toEqual(expected);
    expect(parse(`${text}GET / HTTP/1.1\r\n`)).toEqual(expected);
  });

  it('is incomplete up to its last byte', () => {
    const text = 'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\n';
    for (let length = 0; length < text.length; length++)
      expect(parse(text.slice(0, length))).toEqual({ kind: 'incomplete' });
  });

  it.each([
    'GET / HTTP/1.1\r\n',
    'proxy TCP4 203.0.113.7 10.0.0.1 51000 443\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 51000\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443 1\r\n',
    'PROXY TCP4 203.0.113.7  10.0.0.1 51000 443\r\n',
    'PROXY TCP4 203.0.113.256 10.0.0.1 51000 443\r\n',
    'PROXY TCP4 2001:db8::1 ::1 51000 443\r\n',
    'PROXY TCP6 203.0.113.7 10.0.0.1 51000 443\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 65536 443\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 051000 443\r\n',
    'PROXY TCP4 203.0.113.7 10.0.0.1 -1 443\r\n',
    'PROXY UDP4 203.0.113.7 10.0.0.1 51000 443\r\n',
    'PROXY\r\nXXXX\r\n',
    `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`,
    `PROXY TCP4 ${'1'.repeat(107)}`,
  ])('%j is malformed', (text) => {
    expect(parse(text)).toEqual({ kind: 'malformed' });
  });
});

describe('a header of version 2', () => {
  const v4 = Buffer.from([203, 0, 113, 7, 10, 0, 0, 1, 199, 56, 1, 187]);
  const v6 = Buffer.concat([Buffer.from('20010db8000000000000000000000001', 'hex'), Buffer.alloc(20)]);
  const mapped = Buffer.concat([Buffer.from('00000000000000000000ffffcb007107', 'hex'), Buffer.alloc(20)]);

  it.each([
    ['IPv4', proxyV2({ family: 0x11, rest: v4 }), '203.0.113.7'],
    ['IPv4 with extensions', proxyV2({ family: 0x11, rest: Buffer.concat([v4, Buffer.alloc(300)]) }), '203.0.113.7'],
    ['IPv6', proxyV2({ family: 0x21, rest: v6 }), '2001:db8::1'],
    ['IPv4 in IPv6', proxyV2({ family: 0x21, rest: mapped }), '203.0.113.7'],
    ['a Unix socket', proxyV2({ family: 0x31, rest: Buffer.alloc(216) }), undefined],
    ['no family', proxyV2({ family: 0, rest: Buffer.alloc(0) }), undefined],
    ["the balancer's own connection", proxyV2({ command: 0x20, family: 0x11, rest: v4 }), undefined],
  ])('of %s is read', (_name, bytes, source) => {
    const expected = { kind: 'complete', length: bytes.length, ...(source && { source }) };
    expect(parseProxyHeader(bytes)).toEqual(expected);
    expect(parseProxyHeader(Buffer.concat([bytes, Buffer.from('GET /')]))).toEqual(expected);
    for (let length = 0; length < bytes.length; length++)
      expect(parseProxyHeader(bytes.subarray(0, length))).toEqual({ kind: 'incomplete' });
  });

  it.each([
    ['another version', proxyV2({ command: 0x31, family: 0x11, rest: v4 })],
    ['another command', proxyV2({ command: 0x22, family: 0x11, rest: v4 })],
    ['another family', proxyV2({ family: 0x41, rest: v4 })],
    ['another transport', proxyV2({ family: 0x13, rest: v4 })],
    ['too little room for its addresses', proxyV2({ family: 0x21, rest: v4 })],
    ['more than 4 KiB', proxyV2({ family: 0x11, rest: Buffer.alloc(4096) }).subarray(0, 20)],
  ])('with %s is malformed', (_name, bytes) => {
    expect(parseProxyHeader(bytes)).toEqual({ kind: 'malformed' });
  });
});
