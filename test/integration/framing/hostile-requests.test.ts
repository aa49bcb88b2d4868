/**
 * Requests that two parsers could read differently. Each is refused, with the connection closed behind it, or goes on in
 * one form that nobody can mistake. RFC 9112, sections 2.2, 5, 6 and 7, and section 11.2 on smuggling.
 */
import { describe, expect, test } from 'vitest';
import { startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { startHttpOrigin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (fields: string, body = '', version = 'HTTP/1.1') =>
  `POST / ${version}\r\nHost: a\r\n${fields}\r\n\r\n${body}`;
const chunked = (chunks: string) => post('Transfer-Encoding: chunked', chunks);

/** What becomes of bytes with a second request behind them. */
async function send(bytes: string) {
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  void client.send(bytes + SMUGGLED);
  const response = await client.response();
  return { origin, edge, client, response };
}

const REFUSED: readonly [string, number, string][] = [
  ['a length and chunked', 400, post('Content-Length: 4\r\nTransfer-Encoding: chunked', '0\r\n\r\n')],
  ['chunked and a length', 400, post('Transfer-Encoding: chunked\r\nContent-Length: 4', '0\r\n\r\n')],
  ['two lengths', 400, post('Content-Length: 4\r\nContent-Length: 5', 'abcd')],
  ['the same length twice', 400, post('Content-Length: 4\r\ncontent-length: 4', 'abcd')],
  ['a list of lengths', 400, post('Content-Length: 4, 4', 'abcd')],
  ['a length with a plus', 400, post('Content-Length: +4', 'abcd')],
  ['a negative length', 400, post('Content-Length: -4', 'abcd')],
  ['a hexadecimal length', 400, post('Content-Length: 0x4', 'abcd')],
  ['an empty length', 400, post('Content-Length:', '')],
  ['a length with an underscore', 400, post('Content-Length: 1_0', 'abcd')],
  ['a length with white space inside', 400, post('Content-Length: 4 4', 'abcd')],
  ['a length that overflows', 400, post('Content-Length: 18446744073709551620', 'abcd')],
  ['a length beyond 2^53', 400, post('Content-Length: 9007199254740993', 'abcd')],
  ['a length behind white space', 400, post(' Content-Length: 4', 'abcd')],
  ['a length with a vertical tab', 400, post('Content-Length: \v4', 'abcd')],
  ['the coding xchunked', 501, post('Transfer-Encoding: xchunked', '0\r\n\r\n')],
  ['chunked before identity', 400, post('Transfer-Encoding: chunked, identity', '0\r\n\r\n')],
  ['identity before chunked', 501, post('Transfer-Encoding: identity, chunked', '0\r\n\r\n')],
  ['identity', 501, post('Transfer-Encoding: identity', '')],
  ['no coding', 400, post('Transfer-Encoding:', '')],
  ['no coding and a length', 400, post('Transfer-Encoding:\r\nContent-Length: 4', 'abcd')],
  ['chunked twice', 400, post('Transfer-Encoding: chunked, chunked', '0\r\n\r\n')],
  ['two codings', 400, post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', '0\r\n\r\n')],
  ['two codings, one unknown', 400, post('Transfer-Encoding: chunked\r\nTransfer-encoding: cow', '0\r\n\r\n')],
  ['a quoted coding', 501, post('Transfer-Encoding: "chunked"', '0\r\n\r\n')],
  ['a coding with a parameter', 501, post('Transfer-Encoding: chunked;q=1', '0\r\n\r\n')],
  ['a coding with a vertical tab', 400, post('Transfer-Encoding: \vchunked', '0\r\n\r\n')],
  ['a coding with a NUL', 400, post('Transfer-Encoding: chunked\0', '0\r\n\r\n')],
  ['a coding in a folded line', 400, post('Transfer-Encoding:\r\n chunked', '0\r\n\r\n')],
  ['a coding behind white space', 400, post(' Transfer-Encoding: chunked', '0\r\n\r\n')],
  ['a space before the colon', 400, post('Transfer-Encoding : chunked', '0\r\n\r\n')],
  ['a tab before the colon', 400, post('Transfer-Encoding\t: chunked', '0\r\n\r\n')],
  ['a bare CR before a coding', 400, post('X: y\rTransfer-Encoding: chunked', '0\r\n\r\n')],
  ['a bare LF before a coding', 400, post('X: y\nTransfer-Encoding: chunked', '0\r\n\r\n')],
  ['chunked over HTTP/1.0', 400, post('Transfer-Encoding: chunked', '0\r\n\r\n', 'HTTP/1.0')],
  ['bare LF everywhere', 400, 'GET / HTTP/1.1\nHost: a\n\n'],
  ['a bare LF behind the head', 400, 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
  ['a bare CR in a value', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n'],
  ['two CR', 400, 'GET / HTTP/1.1\r\nHost: a\r\r\n\r\n'],
  ['obs-fold', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n'],
  ['a folded first line', 400, 'GET / HTTP/1.1\r\n Host: a\r\n\r\n'],
  ['a NUL in a value', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ['a NUL in a name', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n'],
  ['a control character in a value', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x08b\r\n\r\n'],
  ['no name', 400, 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n'],
  ['no colon', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n'],
  ['brackets in a name', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX[]: b\r\n\r\n'],
  ['a byte above 0x7F in a name', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX\xe9: b\r\n\r\n'],
  ['a space in front', 400, ' GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a tab for a space', 400, 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a space behind the version', 400, 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n'],
  ['two targets', 400, 'GET / /x HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['no version', 400, 'GET /\r\nHost: a\r\n\r\n'],
  ['a lower-case version', 400, 'GET / http/1.1\r\nHost: a\r\n\r\n'],
  ['HTTP/1.10', 400, 'GET / HTTP/1.10\r\nHost: a\r\n\r\n'],
  ['HTTP/0.9', 505, 'GET / HTTP/0.9\r\nHost: a\r\n\r\n'],
  ['HTTP/2.0', 505, 'GET / HTTP/2.0\r\nHost: a\r\n\r\n'],
  ['the preface of HTTP/2', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['RTSP', 400, 'GET / RTSP/1.0\r\nHost: a\r\n\r\n'],
  ['HTTP/1.2', 505, 'GET / HTTP/1.2\r\nHost: a\r\n\r\n'],
  ['a version without minor', 400, 'GET / HTTP/1\r\nHost: a\r\n\r\n'],
  ['several spaces before the target', 400, 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['several spaces behind the target', 400, 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an unknown method', 501, 'FOO /x?y HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an unknown method behind an empty line', 501, '\r\nFOO / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a method that begins like a known one', 501, 'GETS / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a lower-case method', 501, 'get / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a method that is no token', 400, 'F@O / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a very long method', 501, `${'A'.repeat(10_000)} / HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a TLS handshake', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['a chunk size with a plus', 400, chunked('+1\r\na\r\n0\r\n\r\n')],
  ['a negative chunk size', 400, chunked('-1\r\na\r\n0\r\n\r\n')],
  ['a chunk size with 0x', 400, chunked('0x1\r\na\r\n0\r\n\r\n')],
  ['a chunk size with an underscore', 400, chunked('0_1\r\na\r\n0\r\n\r\n')],
  ['a chunk size that overflows', 400, chunked('10000000000000001\r\na\r\n0\r\n\r\n')],
  ['a chunk size behind a space', 400, chunked(' 1\r\na\r\n0\r\n\r\n')],
  ['a chunk size before a space', 400, chunked('1 \r\na\r\n0\r\n\r\n')],
  ['a chunk size with a bare LF', 400, chunked('1\na\r\n0\r\n\r\n')],
  ['a chunk size with a bare CR', 400, chunked('1\ra\r\n0\r\n\r\n')],
  ['no chunk size', 400, chunked('\r\na\r\n0\r\n\r\n')],
  ['a chunk that is longer', 400, chunked('1\r\nab\r\n0\r\n\r\n')],
  ['a chunk without CRLF', 400, chunked('1\r\na0\r\n\r\n')],
  ['a chunk with a bare LF', 400, chunked('1\r\na\n0\r\n\r\n')],
  ['a bare LF in an extension', 400, chunked('1;a\nb\r\na\r\n0\r\n\r\n')],
  ['a bare CR in an extension', 400, chunked('1;a\rb\r\na\r\n0\r\n\r\n')],
  ['a bare LF behind the last chunk', 400, chunked('0\n\r\n')],
  ['a bare LF behind the trailers', 400, chunked('0\r\nX: y\r\n\n')],
  ['obs-fold in the trailers', 400, chunked('0\r\nX: y\r\n z\r\n\r\n')],
  ['a length in the trailers', 400, chunked('0\r\nContent-Length: 5\r\n\r\n')],
  ['a coding in the trailers', 400, chunked('0\r\nTransfer-Encoding: chunked\r\n\r\n')],
];

test.each(REFUSED)('%s is refused with %d, and nothing behind it is read', async (_what, status, bytes) => {
  const { origin, edge, client, response } = await send(bytes);
  expect(response.status).toBe(status);
  expect(valuesOf(response.fields, 'connection')).toEqual(['close']);
  expect((await client.closed()).rest).toBe('');
  expect(origin.requests).toHaveLength(0);
  expect(edge.endings()).toEqual({ 'skipped:refused': 1 });
  expect(edge.counts().requestTotal).toBe(1);
});

const CANONICAL: readonly [string, string, string][] = [
  ['an obfuscated case', post('tRANSFER-eNCODING: cHUNKED', '1\r\na\r\n0\r\n\r\n'), 'a'],
  ['a tab before the coding', post('Transfer-Encoding:\tchunked', '1\r\na\r\n0\r\n\r\n'), 'a'],
  ['leading zeros of a length', post('Content-Length: 0004', 'abcd'), 'abcd'],
  ['white space around a length', post('Content-Length: \t 4 ', 'abcd'), 'abcd'],
  ['leading zeros of a chunk size', chunked('00000000000000000001\r\na\r\n000\r\n\r\n'), 'a'],
  ['capital digits of a chunk size', chunked('A\r\nabcdefghij\r\n0\r\n\r\n'), 'abcdefghij'],
  ['chunk extensions', chunked('1;a="\\"b;c";d\r\na\r\n0;e\r\n\r\n'), 'a'],
  ['empty lines in front', `\r\n\r\n${post('Content-Length: 1', 'a')}`, 'a'],
];

test.each(CANONICAL)('%s goes on in one form', async (_what, bytes, body) => {
  const { origin, client, response } = await send(bytes);
  expect(response.status).toBe(200);
  expect((await client.response()).status).toBe(200);
  expect(origin.requests.map((request) => [request.target, request.body.toString()])).toEqual([
    ['/', body],
    ['/smuggled', ''],
  ]);
  const { rawHead, connection } = origin.requests[0]!;
  expect(rawHead).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
  expect(rawHead).toMatch(/\r\n(transfer-encoding: chunked|content-length: [1-9]\d*)\r\n/i);
  expect(connection.received.toString()).not.toMatch(/;|\t|\n0[0-9a-f]/);
});

test('what begins no known method is refused before its line is whole', async () => {
  const edge = await startEdge(await startOrigin((_request, reply) => reply.send()));
  const client = await connectRaw(edge.port);
  await client.send('GETS');
  expect((await client.response()).status).toBe(400);
});

describe('a body that turns bad behind a good head', () => {
  test.each([
    ['in one chunk', `1;${'e'.repeat(100_000)}\r\na\r\n0\r\n\r\n`],
    ['in many', `1;${'e'.repeat(1_000)}\r\na\r\n`.repeat(200)],
  ])('with chunk extensions that are too long %s is refused (RFC 9112, section 7.1.1)', async (_where, chunks) => {
    const origin = await startOrigin((_request, reply) => reply.send());
    const client = await connectRaw((await startEdge(origin)).port);
    void client.send(chunked(chunks));
    expect((await client.response()).status).toBe(400);
    expect(origin.requests).toHaveLength(0);
  });

  test('leaves the primary with a request that is broken off', async () => {
    const begun = gate();
    const broken = gate();
    let completed = 0;
    const origin = await startHttpOrigin((request) => {
      request.on('data', begun.open).on('error', broken.open);
      request.on('end', () => {
        completed++;
      });
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(chunked('5\r\nhello\r\n'));
    await begun.opened;
    await client.send('x\r\n');
    expect((await client.response()).status).toBe(400);
    await broken.opened;
    expect(completed).toBe(0);
  });

  test('cuts an answer that had begun', async () => {
    const origin = await startOrigin({
      head: (_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'),
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(chunked('5\r\nhello\r\n'));
    await client.until('abc\r\n');
    await client.send('x\r\n');
    expect((await client.closed()).how).toBe('reset');
  });
});

test('what is refused says why, and is no stack trace', async () => {
  const { response } = await send(post('Content-Length: 4\r\nTransfer-Encoding: chunked'));
  expect(valuesOf(response.fields, 'content-type')).toEqual(['application/problem+json']);
  const problem = JSON.parse(response.body.toString());
  expect(problem).toMatchObject({
    status: 400,
    title: 'Bad Request',
    requestId: expect.stringMatching(/^[0-9a-f-]+$/),
  });
  expect(problem.detail).not.toMatch(/\bat \/|\.ts:/);
});
