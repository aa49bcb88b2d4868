import { describe, expect, test } from 'vitest';
import { forwardedRequest, type Passage } from '../../../src/edge/forwarding.ts';
import { clientFraming, responseText } from '../../../src/edge/http1/framing.ts';
import type { ReceivedHead } from '../../../src/edge/request-head.ts';
import { endToEndFields, forwardedTrailers } from '../../../src/wire/end-to-end.ts';
import { requestText } from '../../../src/wire/http1/request-text.ts';
import type { IncomingResponse } from '../../../src/wire/message.ts';
import { incoming, received } from './heads.ts';

const PASSAGE: Passage = {
  sender: 'client',
  address: '192.0.2.1',
  scheme: 'http',
  authority: 'a',
  requestId: 'id-1',
  pseudonym: 'us',
};

/** The head that goes on, as HTTP/1.1 writes it. */
const textOf = (head: Partial<ReceivedHead>, passage: Partial<Passage> = {}) =>
  requestText(forwardedRequest(received({ target: '/x', ...head }), { ...PASSAGE, ...passage }));

/** The lines of the forwarded head, without those that are always added. */
function forwarded(head: Partial<ReceivedHead>, passage: Partial<Passage> = {}): string[] {
  const lines = textOf(head, passage).split('\r\n');
  expect(lines.slice(-2)).toEqual(['', '']);
  return lines
    .slice(0, -2)
    .filter((line) => !/^(traceparent: 00-|X-Forwarded-|X-Request-Id: id-1|Via: 1.[01] us)/.test(line));
}

const added = (head: Partial<ReceivedHead>, passage: Partial<Passage> = {}) =>
  textOf(head, passage)
    .split('\r\n')
    .filter((line) => /^(x-forwarded-|forwarded|x-request-id|via)/i.test(line));

const HOP_LINE = /^(TE|Connection|Upgrade):/;
const hopLines = (text: string) => text.split('\r\n').filter((line) => HOP_LINE.test(line));

describe('a request on its way to the primary', () => {
  test('keeps order, case, duplicates and empty values', () => {
    const fields = ['hOST', 'a', 'X-B', '1', 'x-a', '', 'X-b', '\xff', 'Cookie', 'a=b', 'Cookie', 'c=d'];
    expect(forwarded({ fields })).toEqual([
      'GET /x HTTP/1.1',
      'hOST: a',
      'X-B: 1',
      'x-a: ',
      'X-b: \xff',
      'Cookie: a=b',
      'Cookie: c=d',
    ]);
  });

  test('loses what is meant for this hop, and what Connection names', () => {
    const fields = ['Host', 'a', 'Connection', 'X-Hop, close', 'x-hop', '1', 'Keep-Alive', 'timeout=5'];
    fields.push(
      'Proxy-Connection',
      'keep-alive',
      'Proxy-Authorization',
      'Basic x',
      'Upgrade',
      'h2c',
      'HTTP2-Settings',
      'x',
    );
    fields.push('connection', 'also', 'ALSO', '2', 'Stays', '3');
    expect(forwarded({ fields })).toEqual(['GET /x HTTP/1.1', 'Host: a', 'Stays: 3']);
  });

  test('keeps the marker of a copy even where Connection names it, so that no proxy copies it twice', () => {
    const fields = ['Host', 'a', 'X-Understudy-Copy', 'other', 'Connection', 'x-understudy-copy'];
    expect(forwarded({ fields })).toEqual(['GET /x HTTP/1.1', 'Host: a', 'X-Understudy-Copy: other']);
  });

  test.each(['host', 'content-length', 'transfer-encoding'])('keeps %s even where Connection names it', (name) => {
    const value = name === 'host' ? 'a' : name === 'content-length' ? '5' : 'chunked';
    const fields = name === 'host' ? [name, value] : ['Host', 'a', name, value];
    const bodyLength = name === 'content-length' ? 5 : name === 'transfer-encoding' ? 'unknown' : 0;
    expect(forwarded({ fields: [...fields, 'Connection', name], bodyLength })).toContain(`${name}: ${value}`);
  });

  test.each([
    ['trailers', ['TE: trailers', 'Connection: TE']],
    ['gzip, Trailers;q=1', []],
    ['deflate;q=0.5, trailers', ['TE: trailers', 'Connection: TE']],
    ['gzip', []],
  ])('with TE: %s keeps no more of it than trailers', (te, expected) => {
    expect(forwarded({ fields: ['Host', 'a', 'TE', te, 'Connection', 'TE'] }).slice(2)).toEqual(expected);
  });

  test('has its framing written in one form', () => {
    expect(forwarded({ fields: ['Host', 'a', 'content-Length', '0012'], bodyLength: 12 })).toContain(
      'content-Length: 12',
    );
    expect(forwarded({ fields: ['Host', 'a', 'Transfer-encoding', 'CHUNKED'], bodyLength: 'unknown' })).toContain(
      'Transfer-encoding: chunked',
    );
  });

  test('gets the authority that was asked for as Host, where the field was, or in front where there was none', () => {
    expect(forwarded({ fields: ['A', 'b', 'Host', 'x'] }, { authority: 'y:81' })).toEqual([
      'GET /x HTTP/1.1',
      'A: b',
      'Host: y:81',
    ]);
    expect(forwarded({ fields: ['A', 'b'], authority: '', version: '1.0' }, { authority: 'y' })).toEqual([
      'GET /x HTTP/1.1',
      'Host: y',
      'A: b',
    ]);
  });

  test.each([
    ['OPTIONS', '5', '4'],
    ['OPTIONS', '1', '0'],
    ['OPTIONS', 'x', 'x'],
    ['GET', '5', '5'],
  ])('%s with Max-Forwards: %s goes on with %s', (method, from, to) => {
    expect(forwarded({ method, fields: ['Host', 'a', 'Max-Forwards', from] })).toContain(`Max-Forwards: ${to}`);
  });

  test('carries an expectation, but not for HTTP/1.0', () => {
    const fields = ['Host', 'a', 'Expect', '100-continue'];
    expect(forwarded({ fields })).toContain('Expect: 100-continue');
    expect(forwarded({ fields, version: '1.0', interim: 'unknown' })).not.toContain('Expect: 100-continue');
  });

  test.each([
    ['next to TE', ['TE', 'trailers'], ['TE: trailers', 'Connection: TE, Upgrade', 'Upgrade: websocket, x']],
    ['alone', [], ['Connection: Upgrade', 'Upgrade: websocket, x']],
  ])('offers other protocols only where it is told to: %s', (_where, te, expected) => {
    const fields = ['Host', 'a', 'Connection', 'Upgrade, TE', 'Upgrade', 'websocket', ...te];
    const text = textOf({ fields });
    expect(text).not.toContain('pgrade');
    const offering = textOf({ fields, offered: 'websocket, x' });
    expect(hopLines(offering)).toEqual(expected);
    const rest = (all: string) =>
      all.split('\r\n').filter((line) => !/^(TE|Connection|Upgrade|traceparent):/.test(line));
    expect(rest(offering)).toEqual(rest(text));
  });

  test('takes its trace along, and begins one where there is none', () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const text = textOf({ fields: ['Host', 'a', 'Traceparent', trace, 'tracestate', 'a=b'] });
    expect(text.match(/traceparent/gi)).toHaveLength(1);
    expect(text).toContain(`Traceparent: ${trace}\r\ntracestate: a=b\r\n`);
    const traces = [0, 1].map(() => /traceparent: (00-[0-9a-f]{32}-[0-9a-f]{16}-01)\r/.exec(textOf({}))?.[1]);
    expect(traces[0]).toBeDefined();
    expect(traces[0]).not.toBe(traces[1]);
  });
});

describe('what is said about the sender', () => {
  const said = [
    'Host',
    'a',
    'X-Forwarded-For',
    '203.0.113.9',
    'x-forwarded-for',
    '198.51.100.2',
    'X-Forwarded-Proto',
    'https',
  ];
  said.push('Forwarded', 'for=203.0.113.9', 'X-Request-Id', 'theirs', 'X-Forwarded-Host', 'forged');

  test('by a client is overwritten', () => {
    expect(added({ fields: said })).toEqual([
      'X-Forwarded-For: 192.0.2.1',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Host: a',
      'X-Request-Id: id-1',
      'Via: 1.1 us',
    ]);
  });

  test('by a trusted proxy is passed on, and its address appended', () => {
    expect(added({ fields: said }, { sender: 'trusted_proxy', requestId: 'theirs' })).toEqual([
      'X-Forwarded-Proto: https',
      'Forwarded: for=203.0.113.9',
      'X-Forwarded-Host: forged',
      'X-Forwarded-For: 203.0.113.9, 198.51.100.2, 192.0.2.1',
      'X-Request-Id: theirs',
      'Via: 1.1 us',
    ]);
  });

  test('is completed where a trusted proxy says nothing', () => {
    expect(added({}, { sender: 'trusted_proxy' })).toEqual(added({}));
  });

  test('names the version that the request came with, behind the proxies before', () => {
    expect(
      added({ fields: ['Host', 'a', 'Via', '1.1 before'], version: '1.0' }).filter((line) => /^via/i.test(line)),
    ).toEqual(['Via: 1.1 before', 'Via: 1.0 us']);
  });
});

describe('a response on its way to the client', () => {
  const text = (over: Partial<IncomingResponse>) => {
    const head = incoming(over);
    return responseText(head, endToEndFields(head), clientFraming(1, head.bodyLength, true), {
      pseudonym: 'us',
      clock: { wall: () => 0, monotonic: () => 0 },
    });
  };

  test('keeps its fields, apart, in order, and its Date', () => {
    const fields = ['DATE', 'then', 'Set-Cookie', 'b=1', 'X', '', 'set-cookie', 'a=2', 'Content-Length', '0'];
    expect(text({ fields })).toBe(
      'HTTP/1.1 200 OK\r\nDATE: then\r\nSet-Cookie: b=1\r\nX: \r\nset-cookie: a=2\r\nContent-Length: 0\r\nVia: 1.1 us\r\n\r\n',
    );
  });

  test('gets a Date where it has none', () => {
    expect(text({})).toContain('\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n');
  });

  test('loses what is meant for this hop, and what Connection names', () => {
    const fields = [
      'Connection',
      'x-hop, keep-alive',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=5',
      'TE',
      'x',
      'Upgrade',
      'h2c',
    ];
    fields.push('Proxy-Authenticate', 'Basic', 'Proxy-Connection', 'x', 'Transfer-Encoding', 'chunked', 'A', 'b');
    expect(endToEndFields(incoming({ fields }))).toEqual(['A', 'b']);
  });

  test.each([204, 103])('%d says nothing about a length', (status) => {
    expect(endToEndFields(incoming({ status, fields: ['Content-Length', '5'] }))).toEqual([]);
  });

  test('that demands an upgrade says to what', () => {
    expect(
      text({ status: 426, reason: 'Upgrade Required', fields: ['Upgrade', 'websocket', 'Connection', 'upgrade'] }),
    ).toContain('Connection: Upgrade\r\nUpgrade: websocket\r\n');
  });
});

describe('the framing of a response', () => {
  test.each([
    [1, 5, true, 'plain', ''],
    [1, 5, false, 'plain', 'close'],
    [1, 'unknown', true, 'chunked', ''],
    [1, 'unknown', false, 'chunked', 'close'],
    [0, 5, true, 'plain', 'keep-alive'],
    [0, 5, false, 'plain', 'close'],
    [0, 'unknown', true, 'plain', 'close'],
  ] as const)(
    'to HTTP/1.%d of length %s where it is kept alive: %s is %s, Connection: %s',
    (minorVersion, bodyLength, keepAlive, body, connection) => {
      expect(clientFraming(minorVersion, bodyLength, keepAlive)).toEqual({
        body,
        connection,
      });
    },
  );
});

test('trailers that could be taken for the head of the message are dropped, others kept', () => {
  expect(
    forwardedTrailers([
      'Checksum',
      '1',
      'Host',
      'x',
      'X-Forwarded-For',
      'y',
      'AUTHORIZATION',
      'z',
      'set-cookie',
      'a',
      'Server-Timing',
      'b',
    ]),
  ).toEqual(['Checksum', '1', 'Server-Timing', 'b']);
  expect(
    forwardedTrailers(['Content-Length', '5', 'Transfer-Encoding', 'chunked', 'x-understudy-copy', 'm', 'Via', 'v']),
  ).toEqual([]);
});
