/** Interim answers and expectations. RFC 9110, sections 10.1.1 and 15.2. */
import { describe, expect, test } from 'vitest';
import { ask, startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

const EXPECTING = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('interim answers are relayed, all of them, in order, as they come (RFC 9110, section 15.2)', async () => {
  const more = gate();
  const origin = await startOrigin((_request, reply) =>
    reply.stages(
      'HTTP/1.1 102 Processing\r\n\r\n',
      more.opened,
      'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nConnection: x\r\nX: 1\r\nLink: </b>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n',
      OK,
    ),
  );
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.informational()).status).toBe(102);
  more.open();
  const response = await client.response();
  expect(response.body.toString()).toBe('ok');
  expect(
    response.informational.map(({ status, fields }) => [status, valuesOf(fields, 'link'), valuesOf(fields, 'x')]),
  ).toEqual([
    [103, ['</a>; rel=preload', '</b>'], []],
    [103, [], []],
  ]);
});

test('HTTP/1.0 gets no interim answers (RFC 9110, section 15.2)', async () => {
  const origin = await startOrigin((_request, reply) =>
    reply.raw(`HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${OK}`),
  );
  const response = await ask(await startEdge(origin), 'GET / HTTP/1.0\r\n\r\n');
  expect(response).toMatchObject({ status: 200, informational: [] });
});

test('a 100 that nobody waits for is swallowed (RFC 9110, section 15.2.1)', async () => {
  const origin = await startOrigin((_request, reply) =>
    reply.raw(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${OK}`),
  );
  expect(await ask(await startEdge(origin), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({
    status: 200,
    informational: [],
  });
});

describe('Expect: 100-continue (RFC 9110, section 10.1.1)', () => {
  test('is the primary to answer: the body is asked for once, by it', async () => {
    const leave = gate();
    const origin = await startOrigin({
      head: async (_request, reply) => {
        await leave.opened;
        await reply.raw('HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n');
      },
      request: (request, reply) => reply.send({ body: request.body }),
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(EXPECTING);
    while (origin.connections.length === 0) await new Promise(setImmediate);
    leave.open();
    expect((await client.informational()).status).toBe(100);
    await client.send('hello');
    expect(await client.response()).toMatchObject({ status: 200, informational: [] });
    expect(origin.requests[0]!.body.toString()).toBe('hello');
    expect(valuesOf(origin.requests[0]!.fields, 'expect')).toEqual(['100-continue']);
  });

  test.each([417, 413, 200])(
    'may be answered with %d instead, and then the connection ends with it',
    async (status) => {
      const origin = await startOrigin({ head: (_request, reply) => reply.send({ status, body: 'no' }) });
      const edge = await startEdge(origin, { mirror: {} });
      const client = await connectRaw(edge.port);
      await client.send(EXPECTING);
      const response = await client.response();
      expect(response).toMatchObject({ status, informational: [] });
      expect(valuesOf(response.fields, 'connection')).toEqual(['close']);
      expect((await client.closed()).rest).toBe('');
      expect(edge.endings()).toEqual({ 'skipped:client_aborted': 1 });
    },
  );

  test('needs no 100 where the client sends the body without leave', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.body }));
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(`${EXPECTING}hello`);
    expect(await client.response()).toMatchObject({ status: 200, informational: [] });
    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await client.response()).status).toBe(200);
  });

  test('is none over HTTP/1.0, and is not forwarded', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.body }));
    const response = await ask(
      await startEdge(origin),
      'POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello',
    );
    expect(response).toMatchObject({ status: 200, informational: [] });
    expect(valuesOf(origin.requests[0]!.fields, 'expect')).toEqual([]);
  });

  test('an expectation of something else is the primary to judge', async () => {
    const origin = await startOrigin((_request, reply) => reply.send({ status: 417 }));
    const response = await ask(await startEdge(origin), 'GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n');
    expect(response.status).toBe(417);
    expect(valuesOf(origin.requests[0]!.fields, 'expect')).toEqual(['magic']);
  });
});
