/** However a stream is cut into reads, the same messages come out of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, requests, responses } from './parsing.ts';

const BIG = 'x'.repeat(300);

const REQUESTS = {
  'a bodiless request': 'GET /a?b=c HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n',
  'no fields at all': 'GET / HTTP/1.0\r\n\r\n',
  'empty lines in front': '\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'empty values and white space': 'GET / HTTP/1.1\r\nA:\r\nB: \t \r\nC:\td \t\r\nHost:a\r\nD:  e  f \r\n\r\n',
  'bytes above 0x7F': 'GET / HTTP/1.1\r\nHost: a\r\nA: \xff\x80é\r\n\r\n',
  'a content length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'chunks, extensions, trailers':
    'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b;c="d"\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\nC:\r\nD:  e \r\n\r\n',
  'a row of requests':
    'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /3 HTTP/1.0\r\n\r\n',
  'an upgrade with a body':
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
  'an upgrade with chunks':
    'POST / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  'a bad chunk behind a good head':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n-1\r\n\r\n',
  'a truncated body': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel',
  'a truncated head': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Len',
  'a bad second request': 'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'another protocol': 'GET / RTSP/1.0\r\nHost: a\r\n\r\n',
  'a forbidden trailer':
    'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 3\r\n\r\n',
  'a head and chunks that are longer than a window': `PUT /${'y'.repeat(1500)} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: ${'z'.repeat(2560)}\r\n\r\n1f4\r\n${'b'.repeat(500)}\r\n0\r\n\r\n`,
  'a head of some size': `GET /${BIG} HTTP/1.1\r\nHost: a\r\n${BIG}: ${BIG}\r\n\r\n`,
};

const RESPONSES = {
  'a content length': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
  'no reason': 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n',
  'no reason and no space': 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
  'interim answers':
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'no bodies':
    'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
  'chunks and trailers':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n0\r\nA: b\r\n\r\nHTTP/1.1 204 \r\n\r\n',
  'the end of the connection': 'HTTP/1.1 200 OK\r\nA: b\r\n\r\nup to the end',
  'an empty body up to the end': 'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.0': 'HTTP/1.0 200 Fine\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na',
  'a NUL in the reason': 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n',
  'a truncated chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi',
  'an unknown coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello',
};

describe.each(Object.entries(REQUESTS))('requests with %s', (_what, text) => {
  const whole = requests([text]);

  test('come out the same when cut once, anywhere', () => {
    for (let at = 1; at < text.length; at++) expect(requests(cut(text, [at])), `cut at ${at}`).toEqual(whole);
  });

  test('come out the same byte by byte', () => {
    expect(requests([...text])).toEqual(whole);
  });
});

describe.each(Object.entries(RESPONSES))('responses with %s', (_what, text) => {
  const whole = responses([text]);

  test('come out the same when cut once, anywhere', () => {
    for (let at = 1; at < text.length; at++) expect(responses(cut(text, [at])), `cut at ${at}`).toEqual(whole);
  });

  test('come out the same byte by byte', () => {
    expect(responses([...text])).toEqual(whole);
  });
});

const token = fc.string({ unit: fc.constantFrom(...'abcXYZ-_09'), minLength: 1, maxLength: 12 });
const value = fc.string({ unit: fc.constantFrom(...'ab ,;"\xe9\xff:\t'), maxLength: 12 });
const field = fc.tuple(
  token.filter((name) => !/^(host|upgrade|connection)$/i.test(name)),
  value,
);
const lines = (fields: readonly (readonly [string, string])[]) =>
  fields.map(([name, text]) => `${name}: ${text}\r\n`).join('');
const chunkedBody = fc
  .tuple(fc.array(fc.string({ minLength: 1, maxLength: 40 })), fc.array(field, { maxLength: 3 }))
  .map(
    ([chunks, trailers]) =>
      `Transfer-Encoding: chunked\r\n\r\n${chunks
        .map((chunk) => `${Buffer.byteLength(chunk, 'latin1').toString(16)}\r\n${chunk}\r\n`)
        .join('')}0\r\n${lines(trailers)}\r\n`,
  );
const sizedBody = fc.string({ maxLength: 60 }).map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`);
const request = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS'),
    fc.string({ unit: fc.constantFrom(...'a/%?=;.'), maxLength: 20 }),
    fc.array(field, { maxLength: 5 }),
    fc.oneof(fc.constant('\r\n'), sizedBody, chunkedBody),
  )
  .map(([method, path, fields, body]) => `${method} /${path} HTTP/1.1\r\nHost: a\r\n${lines(fields)}${body}`);

test('any row of requests comes out the same, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), fc.array(fc.nat()), (texts, cuts) => {
      const text = texts.join('');
      const events = requests(
        cut(
          text,
          cuts.map((at) => at % text.length),
        ),
      );
      expect(events).toEqual(requests([text]));
      expect(events.filter((event) => 'end' in event)).toHaveLength(texts.length);
    }),
    { numRuns: 300, seed: 7 },
  );
});
