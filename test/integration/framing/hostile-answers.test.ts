/**
 * Answers of a primary that is broken, or in somebody's hands: what is no proper answer becomes a 502, and never goes on
 * as it is. RFC 9112, sections 6.3 and 11.1.
 */
import { describe, expect, test } from 'vitest';
import { ask, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** The first answer is given; later ones are good. */
async function once(answer: string) {
  let asked = 0;
  const origin = await startOrigin(async (_request, reply) => {
    if (asked++ > 0) return reply.send({ body: 'good' });
    await reply.raw(answer);
    reply.end();
  });
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send(GET);
  return { origin, edge, client };
}

test.each([
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na'],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na'],
  ['a length with a sign', 'HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na'],
  ['a length that overflows', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na'],
  ['a length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['chunked and a length', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n'],
  ['a coding that is not chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc'],
  ['a coding beneath chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a coding behind chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n'],
  ['a NUL in the reason', 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n'],
  ['a bare CR in the reason', 'HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n'],
  ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n'],
  ['a NUL in a value', 'HTTP/1.1 200 OK\r\nX: a\0\r\nContent-Length: 0\r\n\r\n'],
  ['obs-fold', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
  ['a line without a colon', 'HTTP/1.1 200 OK\r\nhello\r\nContent-Length: 0\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n'],
  ['HTTP/0.9', 'hello, world'],
  ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['an empty line in front', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['another protocol', 'ICY 200 OK\r\n\r\n'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
  ['nothing', ''],
  ['an interim answer alone', 'HTTP/1.1 100 Continue\r\n\r\n'],
  [
    'a switch of protocols that was not asked for',
    'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  ],
  ['bad bytes behind an interim answer', 'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 O\0K\r\n\r\n'],
])('an answer with %s becomes a 502, and the next request is served', async (_what, answer) => {
  const { edge, client } = await once(answer);
  const response = await client.response();
  expect(response.status).toBe(502);
  expect(JSON.parse(response.body.toString())).toMatchObject({ status: 502, title: 'Bad Gateway' });
  await client.send(GET);
  expect((await client.response()).body.toString()).toBe('good');
  expect(edge.endings()).toEqual({ primary_failed: 1, 'skipped:disabled': 1 });
});

test.each([
  ['a bad chunk size', '2\r\nok\r\nzz\r\n'],
  ['a chunk that is longer', '2\r\nokk\r\n0\r\n\r\n'],
  ['a chunk with a bare LF', '2\r\nok\n0\r\n\r\n'],
  ['a chunk size that overflows', '2\r\nok\r\nfffffffffffffffff\r\n'],
  ['a length in the trailers', '2\r\nok\r\n0\r\nContent-Length: 3\r\n\r\n'],
])('%s in a body cuts the client off: nothing completes it', async (_what, chunks) => {
  const { client, edge } = await once(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`);
  const { how, rest } = await client.closed();
  expect(how).toBe('reset');
  expect(rest).not.toContain('\r\n0\r\n');
  expect(edge.endings()).toEqual({ primary_failed: 1 });
});

describe('an answer that splits', () => {
  const forged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nSet-Cookie: evil=1\r\n\r\nforged';

  test.each([
    ['behind a length', `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${forged}`, 'GET'],
    [
      'behind the last chunk',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${forged}`,
      'GET',
    ],
    ['behind a 204', `HTTP/1.1 204 No Content\r\n\r\n${forged}`, 'GET'],
    ['behind a 304', `HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n${forged}`, 'GET'],
    ['behind a head', `HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n${forged}`, 'HEAD'],
  ])('%s gives nobody its second part', async (_where, answer, method) => {
    let asked = 0;
    const origin = await startOrigin((_request, reply) =>
      asked++ === 0 ? reply.raw(answer) : reply.send({ body: 'good' }),
    );
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    const first = await client.response({ to: method });
    expect(valuesOf(first.fields, 'set-cookie')).toEqual([]);
    await client.send(GET);
    expect((await client.response()).body.toString()).toBe('good');
    expect((await ask(edge, GET)).body.toString()).toBe('good');
  });
});

test('a hundred broken answers at once leave the edge alive', async () => {
  const faults = [
    'HTTP/1.1 200 O\0K\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab',
    '\0\0\0\0',
    'HTTP/1.1 101 x\r\n\r\n',
  ];
  const origin = await startOrigin(async (request, reply) => {
    const fault = Number(request.target.slice(1));
    if (Number.isNaN(fault)) return reply.send({ body: 'good' });
    await reply.raw(faults[fault % faults.length]!);
    reply[fault % 2 === 0 ? 'end' : 'reset']();
  });
  const edge = await startEdge(origin);
  const ends = Array.from({ length: 100 }, async (_, fault) => {
    const client = await connectRaw(edge.port);
    await client.send(`GET /${fault} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await client.closed();
  });
  await Promise.all(ends);
  expect((await ask(edge, 'GET /good HTTP/1.1\r\nHost: a\r\n\r\n')).body.toString()).toBe('good');
  expect(edge.counts().endingTotal).toBe(101);
});
