import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { ParsedRequest, ParsedResponse } from '../../../../src/wire/http1/message.ts';
import { type Event, LIMITS, requests, responses } from './parsing.ts';

const heads = <Head>(events: readonly Event<Head>[]): Head[] =>
  events.flatMap((event) => ('head' in event ? [event.head] : []));
const error = <Head>(events: readonly Event<Head>[]): string | undefined =>
  events.flatMap((event) => ('error' in event ? [event.error] : []))[0];
const request = (text: string): ParsedRequest => heads(requests([text]))[0]!;
const response = (text: string, to?: string): ParsedResponse => heads(responses([text], to))[0]!;

test('llhttp is where it is looked for', () => {
  const code = createRequire(import.meta.url)('undici/lib/llhttp/llhttp_simd-wasm.js');
  expect(Buffer.isBuffer(code)).toBe(true);
});

describe('a request head', () => {
  test('keeps order, case, duplicates and bytes of its fields, without the white space around values', () => {
    const head = request(
      'GET /a//b%2F?q=;x HTTP/1.1\r\nhOST: a\r\nX-A: 1\r\nx-a:\t2 \r\nX-B:\r\nX-C: \xe9\xff\r\n\r\n',
    );
    expect(head).toMatchObject({ method: 'GET', target: '/a//b%2F?q=;x', minorVersion: 1, keepAlive: true });
    expect(head.fields).toEqual(['hOST', 'a', 'X-A', '1', 'x-a', '2', 'X-B', '', 'X-C', '\xe9\xff']);
  });

  test.each([
    ['HTTP/1.1\r\nHost: a', true],
    ['HTTP/1.1\r\nHost: a\r\nConnection: close', false],
    ['HTTP/1.1\r\nHost: a\r\nConnection: x, Close', false],
    ['HTTP/1.0', false],
    ['HTTP/1.0\r\nConnection: keep-alive', true],
  ])('tells whether the client keeps the connection: %j', (rest, keepAlive) => {
    expect(request(`GET / ${rest}\r\n\r\n`).keepAlive).toBe(keepAlive);
  });

  test.each([
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 0],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n1234567', 7],
    ['DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n', 'chunked'],
  ])('tells how long the body is: %j', (text, length) => {
    expect(request(text).bodyLength).toBe(length);
  });

  test.each([
    ['HTTP/0.9', 'version'],
    ['HTTP/2.0', 'version'],
    ['HTTP/1.2', 'version'],
    ['HTTP/1', 'malformed'],
    ['RTSP/1.0', 'malformed'],
    ['http/1.1', 'malformed'],
  ])('of %s is refused', (version, kind) => {
    expect(requests([`GET / ${version}\r\nHost: a\r\n\r\n`])).toEqual([{ error: kind }]);
  });
});

describe('the length of a request is refused', () => {
  test.each(['+5', '-5', '0x5', '5, 5', '5 5', '5_0', '', '18446744073709551616', '9007199254740992'])(
    'where it is %j',
    (length) => {
      expect(requests([`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n12345`])).toEqual([
        { error: 'malformed' },
      ]);
    },
  );

  test.each([
    'Content-Length: 5\r\nContent-Length: 5',
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 5',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding : chunked',
    'Transfer-Encoding: \vchunked',
  ])('with %j', (fields) => {
    expect(requests([`POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n0\r\n\r\n`])).toEqual([{ error: 'malformed' }]);
  });
});

describe('limits', () => {
  const limits = { headerBytes: 1000, headerCount: 10, targetBytes: 100 };
  const inPieces = (text: string, size: number) => text.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
  const fields = (count: number, length: number) => `a: ${'v'.repeat(length - 5)}\r\n`.repeat(count);

  describe.each([1, 7, 10_000])('in pieces of %d bytes', (size) => {
    test.each([
      ['a target of the limit', `GET /${'a'.repeat(99)} HTTP/1.1\r\n\r\n`, undefined],
      ['a longer target', `GET /${'a'.repeat(100)} HTTP/1.1\r\n\r\n`, 'target_too_long'],
      ['a target without an end', `GET /${'a'.repeat(5000)}`, 'target_too_long'],
      ['a method without an end', '\r\n'.repeat(3000), 'target_too_long'],
      ['as many fields as the limit', `GET / HTTP/1.1\r\n${fields(10, 20)}\r\n`, undefined],
      ['one field more', `GET / HTTP/1.1\r\n${fields(11, 20)}\r\n`, 'head_too_large'],
      ['fields up to the limit', `GET / HTTP/1.1\r\n${fields(9, 100)}\r\n`, undefined],
      ['fields over the limit', `GET / HTTP/1.1\r\n${fields(10, 110)}\r\n`, 'head_too_large'],
      ['one field over the limit', `GET / HTTP/1.1\r\na: ${'v'.repeat(1100)}\r\n\r\n`, 'head_too_large'],
      ['a field without an end', `GET / HTTP/1.1\r\na: ${'v'.repeat(5000)}`, 'head_too_large'],
    ])('%s', (_what, text, expected) => {
      expect(error(requests(inPieces(text, size), limits))).toBe(expected);
    });

    test.each([
      ['too many bytes', fields(3, 500)],
      ['too many fields', fields(12, 20)],
    ])('trailers with %s', (_what, trailers) => {
      const text = `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${trailers}\r\n`;
      expect(error(requests(inPieces(text, size), limits))).toBe('head_too_large');
    });
  });

  test('hold for each message, not for the connection', () => {
    const text = `GET / HTTP/1.1\r\n${fields(9, 100)}\r\n`;
    expect(heads(requests([text.repeat(20)], limits))).toHaveLength(20);
  });

  test('a head of 60 KiB is taken', () => {
    const head = request(`GET / HTTP/1.1\r\nHost: a\r\nA: ${'v'.repeat(60_000)}\r\n\r\n`);
    expect(head.fields[3]).toHaveLength(60_000);
    expect(LIMITS.headerBytes).toBe(65_536);
  });
});

describe('the body of a response', () => {
  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5', 0],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', 0],
    ['HEAD', 'HTTP/1.1 200 OK', 0],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5', 0],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5', 0],
    ['GET', 'HTTP/1.1 205 Reset\r\nContent-Length: 0', 0],
    ['GET', 'HTTP/1.1 200 OK', 'close'],
    ['GET', 'HTTP/1.0 200 OK\r\nConnection: keep-alive', 'close'],
  ])('to %s after %j has the length %s', (method, head, length) => {
    expect(response(`${head}\r\n\r\n`, method).bodyLength).toBe(length);
  });

  test('to HEAD is left out, so that the next response begins behind the head', () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'.repeat(2);
    expect(heads(responses([text], 'HEAD'))).toHaveLength(2);
  });

  test('after an interim answer to HEAD is left out all the same', () => {
    const text = 'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
    expect(responses([text], 'HEAD').map((event) => Object.keys(event)[0])).toEqual(['head', 'end', 'head', 'end']);
  });

  test('that the connection delimits ends with it, and is no reason to keep it', () => {
    const events = responses(['HTTP/1.1 200 OK\r\n\r\nab', 'c']);
    expect(events.slice(1)).toEqual([{ body: 'abc' }, { end: [] }]);
    expect(heads(events)[0]!.keepAlive).toBe(false);
  });

  test.each([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n',
    'HTTP/1.1 200 OK\r\nContent-Len',
  ])('is incomplete when the connection ends after %j', (text) => {
    const events = responses([text]);
    expect(events.some((event) => 'end' in event)).toBe(false);
    expect(error(events)).toBe('malformed');
  });

  test('of many tiny chunks in one read is one chunk', () => {
    const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(1000)}0\r\n\r\n`;
    expect(responses([text])).toContainEqual({ body: 'a'.repeat(1000) });
  });
});

describe('a response is refused', () => {
  test.each([
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K\r\nContent-Length: 0'],
    ['a bare CR in the reason', 'HTTP/1.1 200 O\rX: y\r\nContent-Length: 0'],
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nA: b\rX: y\r\nContent-Length: 0'],
    ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0'],
    ['obs-fold', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 1'],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 0, 0'],
    ['a length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked'],
    ['another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip'],
    ['another coding below chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked'],
    ['chunked twice', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\nContent-Length: 0'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0'],
    ['another protocol', 'ICE/1.0 200 OK\r\nContent-Length: 0'],
    ['HTTP/0.9', 'hello'],
    ['an empty line in front', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 0'],
  ])('with %s', (_what, head) => {
    expect(responses([`${head}\r\n\r\n`])).toEqual([{ error: 'malformed' }]);
  });

  test.each(['HTTP/2.0', 'HTTP/0.9'])('of %s', (version) => {
    expect(responses([`${version} 200 OK\r\nContent-Length: 0\r\n\r\n`])).toEqual([{ error: 'version' }]);
  });
});

test('chunks that are not well formed end the message, and never complete it', () => {
  const bad = ['+1\r\na\r\n', '1_0\r\n', '0x1\r\na\r\n', '1\na\r\n', '1\r\nab\r\n', '1\r\na\n', '1 \r\na\r\n', '\r\n'];
  bad.push(
    'FFFFFFFFFFFFFFFFF\r\na',
    '1;a\nb\r\na\r\n',
    '1;a\rb\r\na\r\n',
    '0\n\r\n',
    '0\r\n\n',
    '0\r\nA: b\r\n c\r\n\r\n',
  );
  for (const chunk of bad) {
    const events = requests([`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`]);
    expect(error(events), JSON.stringify(chunk)).toBe('malformed');
    expect(
      events.some((event) => 'end' in event),
      JSON.stringify(chunk),
    ).toBe(false);
  }
});
