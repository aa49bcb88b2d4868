import { describe, expect, test } from 'vitest';
import { expectsContinue, validateRequest } from '../../../../src/edge/http1/validation.ts';
import type { ParsedRequest } from '../../../../src/wire/http1/message.ts';
import { isIdempotent } from '../../../../src/wire/idempotence.ts';
import { request } from '../heads.ts';

const validate = (over: Partial<ParsedRequest>) => validateRequest(request(over), 'understudy-1');
const status = (over: Partial<ParsedRequest>) => {
  const validation = validate(over);
  return validation.kind === 'refused' ? validation.reply.status : 'valid';
};

describe('Host (RFC 9112, section 3.2)', () => {
  test.each([
    ['a', 'valid'],
    ['a.example:8080', 'valid'],
    ['[::1]:80', 'valid'],
    ['a_b.c-d', 'valid'],
    ['', 400],
    [':80', 400],
    ['a, b', 400],
    ['a b', 400],
    ['a/b', 400],
    ['u@a', 400],
    ['a:b', 400],
    ['a:1234567', 400],
    ['[::1', 400],
    ['a#b', 400],
    ['a\\b', 400],
    ['a"', 400],
    ['\xe4', 400],
  ])('%j is %s', (host, expected) => {
    expect(status({ fields: ['Host', host] })).toBe(expected);
  });

  test('is required of HTTP/1.1 alone, and only once', () => {
    expect(status({ fields: [] })).toBe(400);
    expect(validate({ fields: [], minorVersion: 0 })).toEqual({ kind: 'valid', host: undefined, target: '/' });
    expect(status({ fields: ['Host', 'a', 'hOST', 'a'] })).toBe(400);
    expect(status({ fields: ['Host', 'a', 'hOST', 'a'], minorVersion: 0 })).toBe(400);
  });
});

describe('a request target (RFC 9112, section 3.2)', () => {
  test.each([
    ['GET', '/a/../%2f//;x?y', 'a', '/a/../%2f//;x?y'],
    ['GET', '//b/c', 'a', '//b/c'],
    ['GET', 'http://b:81/c?d', 'b:81', '/c?d'],
    ['GET', 'HTTPS://b', 'b', '/'],
    ['GET', 'http://b?d', 'b', '/?d'],
    ['GET', 'http://[::1]/', '[::1]', '/'],
    ['OPTIONS', '*', 'a', '*'],
    ['OPTIONS', 'http://b', 'b', '*'],
    ['OPTIONS', 'http://b/', 'b', '/'],
  ])('%s %s asks %s for %s', (method, target, host, path) => {
    expect(validate({ method, target })).toEqual({ kind: 'valid', host, target: path });
  });

  test.each([
    ['GET', '*'],
    ['POST', '*'],
    ['GET', 'a:80'],
    ['GET', 'ftp://b/'],
    ['GET', 'http://'],
    ['GET', 'http:///x'],
    ['GET', 'http://u@b/'],
    ['GET', 'http://b,c/'],
    ['GET', '/a#b'],
    ['GET', 'http://b/#c'],
    ['OPTIONS', '*x'],
  ])('%s %s is refused', (method, target) => {
    expect(status({ method, target })).toBe(400);
  });
});

test('CONNECT and TRACE are not for a gateway, which says what is (RFC 9110, section 15.5.6)', () => {
  for (const method of ['CONNECT', 'TRACE']) {
    expect(validate({ method, target: 'a:80' })).toMatchObject({
      kind: 'refused',
      reply: { status: 405, fields: ['Allow', expect.stringContaining('GET')] },
    });
  }
});

test.each([
  [1, 'chunked', 'valid'],
  [1, 'CHUNKED', 'valid'],
  [1, 'xchunked', 501],
  [1, 'gzip, chunked', 501],
  [1, '', 400],
  [0, 'chunked', 400],
])('over HTTP/1.%d Transfer-Encoding: %j is %s', (minorVersion, coding, expected) => {
  expect(status({ minorVersion, fields: ['Host', 'a', 'Transfer-Encoding', coding], bodyLength: 'chunked' })).toBe(
    expected,
  );
});

describe('lists that are taken apart for each request', () => {
  const members = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join(',');

  test.each([
    ['Connection', [64], 'valid'],
    ['Connection', [65], 431],
    ['Upgrade', [64], 'valid'],
    ['Upgrade', [65], 431],
    ['connection', [30, 34], 'valid'],
    ['connection', [30, 30, 5], 431],
    ['Accept', [5000], 'valid'],
  ])('%s with %j members is %s', (name, counts, expected) => {
    const fields = counts.flatMap((count) => [name, members(count)]);
    expect(status({ fields: ['Host', 'a', ...fields] })).toBe(expected);
  });
});

describe('Max-Forwards (RFC 9110, section 7.6.2)', () => {
  test.each([
    ['OPTIONS', '0', 204],
    ['OPTIONS', '1', 'valid'],
    ['GET', '0', 'valid'],
  ])('%s with %s is %s', (method, hops, expected) => {
    expect(status({ method, fields: ['Host', 'a', 'Max-Forwards', hops] })).toBe(expected);
  });
});

describe('Via (RFC 9110, section 7.6.3)', () => {
  test.each([
    ['1.1 understudy-1', 508],
    ['1.0 a, 1.1 understudy-1 (comment), 1.1 b', 508],
    ['1.1 understudy-12', 'valid'],
    ['1.1 other (understudy-1)', 'valid'],
    ['1.1 other (by understudy-1)', 'valid'],
    ['1.1 understudy-12, HTTP/1.1 \tunderstudy-1', 508],
    ['1.1 understudy-1,1.1 b', 508],
    ['understudy-1', 'valid'],
    ['1.1 a understudy-1', 'valid'],
  ])('%j is %s', (via, expected) => {
    expect(status({ fields: ['Host', 'a', 'Via', via] })).toBe(expected);
  });
});

test('an expectation is one only with a body, and not of HTTP/1.0', () => {
  const fields = ['Expect', '100-Continue'];
  expect(expectsContinue(request({ fields, bodyLength: 5 }))).toBe(true);
  expect(expectsContinue(request({ fields, bodyLength: 'chunked' }))).toBe(true);
  expect(expectsContinue(request({ fields, bodyLength: 0 }))).toBe(false);
  expect(expectsContinue(request({ fields, bodyLength: 5, minorVersion: 0 }))).toBe(false);
  expect(expectsContinue(request({ fields: ['Expect', 'other'], bodyLength: 5 }))).toBe(false);
});

test('only what may be sent twice is idempotent (RFC 9110, section 9.2.2)', () => {
  expect(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'].every(isIdempotent)).toBe(true);
  expect(['POST', 'PATCH', 'PROPPATCH', 'QUERY'].some(isIdempotent)).toBe(false);
});
