/** Where bodies begin and end, in both directions. RFC 9112, sections 6 and 7. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ask, startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const MEBIBYTE = 1024 * 1024;

/** The answer to a request, and a second one on the same client connection. */
async function twice(answer: string, request = GET, to = 'GET') {
  const origin = await startOrigin((_request, reply) => reply.raw(answer));
  const client = await connectRaw((await startEdge(origin)).port);
  await client.send(request);
  const first = await client.response({ to });
  await client.send(request);
  return { first, second: await client.response({ to }), origin };
}

describe('answers without a body (RFC 9112, section 6.3)', () => {
  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n', ['12'], []],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', [], []],
    ['HEAD', 'HTTP/1.1 404 Not Found\r\n\r\n', [], []],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', [], []],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', [], []],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: x\r\n\r\n', ['5'], []],
    ['GET', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n', ['0'], []],
    ['GET', 'HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [], ['chunked']],
  ])('to %s after %j keep the connection in step', async (method, answer, lengths, codings) => {
    const { first, second } = await twice(answer, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, method);
    expect(valuesOf(first.fields, 'content-length')).toEqual(lengths);
    expect(valuesOf(first.fields, 'transfer-encoding')).toEqual(codings);
    expect(first.body).toHaveLength(0);
    expect(second.status).toBe(first.status);
  });
});

describe('bodies of answers', () => {
  test('with a length keep it', async () => {
    const { first, second } = await twice('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    expect([first, second].map(({ body, complete }) => [body.toString(), complete])).toEqual([
      ['hello', 'length'],
      ['hello', 'length'],
    ]);
  });

  test('in chunks are chunked again, without extensions (RFC 9112, section 7.1.1)', async () => {
    const { first, second } = await twice(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2;c="d;e"\r\nlo\r\n0;f\r\n\r\n',
    );
    expect([first, second].map(({ body, complete }) => [body.toString(), complete])).toEqual([
      ['hello', 'chunked'],
      ['hello', 'chunked'],
    ]);
  });

  test('with endless chunk extensions are cut off (RFC 9112, section 7.1.1)', async () => {
    const begun = gate();
    const origin = await startOrigin(async (_request, reply) => {
      await reply.raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
      await begun.opened;
      await reply.raw(`1;${'e'.repeat(200_000)}`);
    });
    const client = await connectRaw((await startEdge(origin, { timeouts: { idle: 3_600_000 } })).port);
    await client.send(GET);
    await client.until('1\r\na\r\n');
    begun.open();
    expect((await client.closed()).how).toBe('reset');
  });

  test('that the end of the connection delimits are whole, and chunked for the client', async () => {
    const origin = await startOrigin(async (_request, reply) => {
      await reply.raw('HTTP/1.1 200 OK\r\n\r\nuntil ');
      await reply.raw('the end');
      reply.end();
    });
    const client = await connectRaw((await startEdge(origin)).port);
    for (let round = 0; round < 2; round++) {
      await client.send(GET);
      const response = await client.response();
      expect([response.body.toString(), response.complete]).toEqual(['until the end', 'chunked']);
    }
    expect(origin.connections).toHaveLength(2);
  });

  test.each([
    ['with a length', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 'length'],
    ['up to the end', 'HTTP/1.0 200 OK\r\n\r\nok', 'chunked'],
  ])('of an HTTP/1.0 primary, %s, are whole', async (_how, answer, complete) => {
    const origin = await startOrigin(async (_request, reply) => {
      await reply.raw(answer);
      reply.end();
    });
    const response = await ask(await startEdge(origin), GET);
    expect([response.body.toString(), response.complete]).toEqual(['ok', complete]);
    expect(valuesOf(response.fields, 'via')[0]).toMatch(/^1\.0 /);
  });

  test('of one tiny chunk each, 100,000 of them, arrive whole', async () => {
    const count = 100_000;
    const origin = await startOrigin((_request, reply) =>
      reply.raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(count)}0\r\n\r\n`),
    );
    expect((await ask(await startEdge(origin), GET)).body.toString()).toBe('a'.repeat(count));
  });

  test('of 20 MB arrive to the byte, sized and chunked', async () => {
    const body = randomBytes(20 * MEBIBYTE);
    const origin = await startOrigin((request, reply) =>
      request.target === '/sized'
        ? reply.send({ body })
        : reply.stages('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', ...chunks(body), '0\r\n\r\n'),
    );
    const edge = await startEdge(origin);
    for (const target of ['/sized', '/chunked']) {
      const response = await ask(edge, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(response.body.equals(body), target).toBe(true);
    }
  });
});

function chunks(body: Buffer, size = 65_537): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return parts;
}

describe('bodies of requests', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('in chunks are chunks on %s too', async (method) => {
    const origin = await startOrigin((_request, reply) => reply.send());
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(
      `${method} /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    await client.response();
    await client.response();
    expect(origin.requests.map(({ target, body }) => [target, body.toString()])).toEqual([
      ['/1', 'abc'],
      ['/2', ''],
    ]);
    expect(origin.connections[0]!.received.toString()).not.toContain('x=y');
  });

  test('of 20 MB arrive to the byte, sized and chunked', async () => {
    const body = randomBytes(20 * MEBIBYTE);
    const origin = await startOrigin((_request, reply) => reply.send());
    const edge = await startEdge(origin);
    const sized = await connectRaw(edge.port);
    await sized.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
    void sized.send(body);
    await sized.response();
    const chunked = await connectRaw(edge.port);
    await chunked.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (const part of chunks(body)) void chunked.send(part);
    void chunked.send('0\r\n\r\n');
    await chunked.response();
    expect(origin.requests.map((request) => request.body.equals(body))).toEqual([true, true]);
  });

  test('of 100,000 tiny chunks arrive whole', async () => {
    const count = 100_000;
    const origin = await startOrigin((_request, reply) => reply.send());
    await ask(
      await startEdge(origin),
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nb\r\n'.repeat(count)}0\r\n\r\n`,
    );
    expect(origin.requests[0]!.body.toString()).toBe('b'.repeat(count));
  });
});

describe('an HTTP/1.0 client (RFC 9112, section 9.3)', () => {
  test('is kept only where it asks for it and the length is known', async () => {
    const origin = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(valuesOf((await client.response()).fields, 'connection')).toEqual(['keep-alive']);
    await client.send('GET / HTTP/1.0\r\n\r\n');
    const last = await client.response();
    expect(valuesOf(last.fields, 'connection')).toEqual(['close']);
    expect(await client.closed()).toEqual({ how: 'end', rest: '' });
  });

  test('gets no chunks: the end of the connection ends the body (RFC 9112, section 7)', async () => {
    const origin = await startOrigin((_request, reply) =>
      reply.raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n'),
    );
    const response = await ask(await startEdge(origin), 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect([response.body.toString(), response.complete]).toEqual(['ok', 'close']);
    expect(valuesOf(response.fields, 'transfer-encoding')).toEqual([]);
  });
});

describe('a truncated answer is never completed (RFC 9112, section 8)', () => {
  test.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n'],
    ['within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel'],
    ['with a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nxx\r\n'],
  ])('%s, by end or reset', async (_how, bytes) => {
    for (const how of ['end', 'reset'] as const) {
      const seen = gate();
      const origin = await startOrigin(async (_request, reply) => {
        await reply.stages(bytes, seen.opened);
        reply[how]();
      });
      const edge = await startEdge(origin);
      const client = await connectRaw(edge.port);
      await client.send(GET);
      if (!bytes.includes('xx')) {
        expect(await client.until('hel')).toContain('200 OK');
        seen.open();
      }
      const { how: ended, rest } = await client.closed();
      seen.open();
      expect(ended).toBe('reset');
      expect(rest).not.toContain('0\r\n\r\n');
      expect(edge.endings()).toEqual({ primary_failed: 1 });
    }
  });

  test('nor is one of unknown length to HTTP/1.0', async () => {
    const seen = gate();
    const origin = await startOrigin(async (_request, reply) => {
      await reply.stages('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n', seen.opened);
      reply.reset();
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send('GET / HTTP/1.0\r\n\r\n');
    await client.until('hel');
    seen.open();
    expect((await client.closed()).how).toBe('reset');
  });
});

test('bytes behind an answer never become the next one (RFC 9112, section 6.3)', async () => {
  const forged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged';
  const { first, second, origin } = await twice(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue${forged}`);
  expect([first, second].map(({ body }) => body.toString())).toEqual(['true', 'true']);
  expect(origin.connections).toHaveLength(2);
});
