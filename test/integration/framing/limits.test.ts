/** What a client may ask of the edge, and what it is told beyond it. */
import { describe, expect, test } from 'vitest';
import type { ClientLimits } from '../../../src/config/types.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { MovableClock } from '../../support/clock.ts';
import { ask, type RunningEdge, startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { valuesOf } from '../../support/message.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { settled } from '../../support/settled.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

async function limited(
  client: Partial<ClientLimits> = {},
  clock: Clock = systemClock,
): Promise<{ origin: Origin; edge: RunningEdge }> {
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
  return { origin, edge: await startEdge(origin, { client, clock }) };
}

/** Everything that was due by now has happened. */
function swept({ context: { clock, deadlines } }: RunningEdge): Promise<void> {
  return new Promise((resolve) => deadlines.add({ deadline: clock.monotonic(), onDeadline: resolve }));
}

describe('a head', () => {
  test.each([
    ['a target of 16 KiB', `GET /${'a'.repeat(16_383)} HTTP/1.1\r\nHost: a\r\n\r\n`, 200],
    ['a longer target', `GET /${'a'.repeat(16_384)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['a target of 64 KiB', `GET /${'a'.repeat(65_536)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['a target without an end', `GET /${'a'.repeat(200_000)}`, 414],
    ['fields of nearly 64 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(65_400)}\r\n\r\n`, 200],
    ['a value of 64 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(65_536)}\r\n\r\n`, 431],
    ['a name of 64 KiB', `GET / HTTP/1.1\r\nHost: a\r\n${'n'.repeat(65_536)}: v\r\n\r\n`, 431],
    ['fields without an end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(200_000)}`, 431],
    ['256 fields', `GET / HTTP/1.1\r\nHost: a\r\n${'X: v\r\n'.repeat(255)}\r\n`, 200],
    ['257 fields', `GET / HTTP/1.1\r\nHost: a\r\n${'X: v\r\n'.repeat(256)}\r\n`, 431],
    ['2,051 fields', `GET / HTTP/1.1\r\nHost: a\r\n${'X: v\r\n'.repeat(2050)}\r\n`, 431],
  ])(
    'with %s is answered rightly, and never cut (RFC 6585, section 5; RFC 9110, section 15.5.15)',
    async (_what, head, status) => {
      const { origin, edge } = await limited();
      expect((await ask(edge, head)).status).toBe(status);
      expect(origin.requests).toHaveLength(status === 200 ? 1 : 0);
      if (status === 200) expect(origin.requests[0]!.rawHead.length).toBeGreaterThan(head.length);
    },
  );

  test.each([
    ['fields of 1 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(1_024)}\r\n\r\n`, 431],
    ['four fields', 'GET / HTTP/1.1\r\nHost: a\r\nX: v\r\nX: v\r\nX: v\r\n\r\n', 431],
    ['a target of 257 bytes', `GET /${'a'.repeat(256)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['three fields of nearly 1 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: v\r\nX: ${'v'.repeat(900)}\r\n\r\n`, 200],
  ])('with %s is measured by what is configured', async (_what, head, status) => {
    const { edge } = await limited({ headerBytes: 1_024, headerCount: 3, targetBytes: 256 });
    expect((await ask(edge, head)).status).toBe(status);
  });

  test('that is dripped is given up in time, with a 408 (RFC 9110, section 15.5.9)', async () => {
    const { origin, edge } = await limited({ headTimeout: 40 });
    for (const head of ['G', 'GET / HTTP/1.1\r\nHost: a\r\nX', '\r\n']) {
      const response = await ask(edge, head);
      expect(response.status).toBe(408);
      expect(valuesOf(response.fields, 'connection')).toEqual(['close']);
    }
    expect(origin.connections).toHaveLength(0);
    expect(edge.endings()).toEqual({ 'skipped:refused': 3 });
  });

  test('is timed as a whole, not from byte to byte', async () => {
    const { edge } = await limited({ headTimeout: 100 });
    const client = await connectRaw(edge.port);
    const answered = client.response();
    let over = false;
    void answered.then(() => {
      over = true;
    });
    await client.send('GET / HTTP/1.1\r\nHost: a\r\nX: ');
    while (!over) {
      await client.send('v');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await answered).status).toBe(408);
  });
});

describe('a body', () => {
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n';

  test('that stops coming is given up: the client hears of it, the primary sees it broken off', async () => {
    const { origin, edge } = await limited({ bodyTimeout: 40 });
    expect((await ask(edge, `${post}some`)).status).toBe(408);
    expect(origin.requests).toHaveLength(0);
    expect(edge.endings()).toEqual({ 'skipped:refused': 1 });
  });

  test('that drips for ever is given up when the whole request has had its time', async () => {
    const { origin, edge } = await limited({ requestTimeout: 100 });
    const client = await connectRaw(edge.port);
    let answered = false;
    const response = client.response().finally(() => {
      answered = true;
    });
    await client.send(post);
    while (!answered) {
      await client.send('v');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await response).status).toBe(408);
    expect(origin.requests).toHaveLength(0);
  });

  test('that the primary does not take yet is not held against the client', async () => {
    const size = 32 * 1024 * 1024;
    const reading = gate();
    const origin = await startOrigin({
      connected: () => reading.opened,
      request: (_request, reply) => reply.send({ body: 'ok' }),
    });
    const clock = new MovableClock();
    const edge = await startEdge(origin, { clock, timeouts: { idle: 1_000_000 } });
    const client = await connectRaw(edge.port);
    void client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    let sent = 0;
    const sending = (async () => {
      for (const chunk = Buffer.alloc(size / 512); sent < size; sent += chunk.length) await client.send(chunk);
    })();
    const other = await connectRaw(edge.port);
    void other.send(`${post}some`);
    while (origin.connections.length < 2) await new Promise(setImmediate);
    await settled(() => sent);
    // Another body, which the primary would take, runs out of its time meanwhile.
    clock.advance(edge.context.settings.config.client.bodyTimeout);
    expect((await other.response()).status).toBe(408);
    expect(sent).toBeLessThan(size);
    reading.open();
    await sending;
    expect((await client.response()).body.toString()).toBe('ok');
  });
});

test('a client that takes nothing of its answer is given up, one that takes it slowly is not', async () => {
  const size = 16 * 1024 * 1024;
  const origin = await startOrigin((_request, reply) => reply.send({ body: Buffer.alloc(size) }));
  const clock = new MovableClock();
  const edge = await startEdge(origin, { clock, timeouts: { idle: 1_000_000 } });
  const [idle, slow] = [await connectRaw(edge.port), await connectRaw(edge.port)];
  await idle.send(GET);
  await slow.send(GET);
  await slow.until('\r\n\r\n');
  let taken = 0;
  while (edge.endings()['skipped:client_aborted'] !== 1) {
    taken += (await slow.take(1_000_000)).length;
    clock.advance(edge.context.settings.config.client.bodyTimeout / 3);
    await swept(edge);
  }
  await slow.take(size - taken);
  expect(edge.endings()).toEqual({ 'skipped:client_aborted': 1, 'skipped:disabled': 1 });
});

test('a connection that is silent between requests is closed without a word (RFC 9112, section 9.5)', async () => {
  const { edge } = await limited({ idleTimeout: 40 });
  const fresh = await connectRaw(edge.port);
  expect(await fresh.closed()).toEqual({ how: 'end', rest: '' });
  const used = await connectRaw(edge.port);
  await used.send(GET);
  await used.response();
  expect(await used.closed()).toEqual({ how: 'end', rest: '' });
});

describe('connections', () => {
  test('beyond the limit get a 503 with Retry-After, and room is made by whoever leaves', async () => {
    const { edge } = await limited({ connections: 2 });
    const [one, two] = [await connectRaw(edge.port), await connectRaw(edge.port)];
    for (const client of [one, two]) {
      await client.send(GET);
      expect((await client.response()).status).toBe(200);
    }
    const refused = await ask(edge, GET);
    expect(refused.status).toBe(503);
    expect(valuesOf(refused.fields, 'retry-after')).toEqual(['1']);
    expect(valuesOf(refused.fields, 'connection')).toEqual(['close']);
    expect(edge.endings()).toEqual({ 'skipped:disabled': 2, 'skipped:refused': 1 });
    one.destroy();
    for (;;) if ((await ask(edge, GET)).status === 200) break;
    expect(edge.counts().endingTotal).toBe(edge.counts().requestTotal);
  });

  test('far beyond the limit are closed without a word', async () => {
    // Those who are told have a time for taking it, and then make room: here it doesn't pass.
    const { edge } = await limited({ connections: 1 }, new ManualClock());
    const told = [];
    for (let count = 0; count < 257; count++) {
      const client = await connectRaw(edge.port);
      if (count > 0) expect((await client.response()).status).toBe(503);
      told.push(client);
    }
    const untold = await connectRaw(edge.port);
    expect((await untold.closed()).rest).toBe('');
    for (const client of told) client.reset();
    for (;;) if ((await ask(edge, GET)).status === 200) break;
  });

  test('of one address beyond its limit get a 503, unless it is a trusted proxy', async () => {
    const { edge } = await limited({ connectionsPerAddress: 1 });
    const one = await connectRaw(edge.port);
    await one.send(GET);
    await one.response();
    const refused = await ask(edge, GET);
    expect(refused.status).toBe(503);
    expect(valuesOf(refused.fields, 'retry-after')).toEqual(['1']);
    const trusting = await limited({ connectionsPerAddress: 1, trustedProxies: ['127.0.0.0/8'] });
    const open = await connectRaw(trusting.edge.port);
    await open.send(GET);
    await open.response();
    expect((await ask(trusting.edge, GET)).status).toBe(200);
  });

  test('carry as many requests as they may, and say so with the last', async () => {
    const { origin, edge } = await limited({ requestsPerConnection: 3 });
    const client = await connectRaw(edge.port);
    await client.send(GET.repeat(5));
    const connection = async () => valuesOf((await client.response()).fields, 'connection');
    expect([await connection(), await connection(), await connection()]).toEqual([[], [], ['close']]);
    expect((await client.closed()).rest).toBe('');
    expect(origin.requests).toHaveLength(3);
  });
});

describe('a primary', () => {
  test('that answers nothing in time gives a 504', async () => {
    const origin = await startOrigin({});
    const edge = await startEdge(origin, { timeouts: { firstByte: 40 } });
    const response = await ask(edge, GET);
    expect(response.status).toBe(504);
    const { requestId, ...problem } = JSON.parse(response.body.toString());
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Gateway Timeout',
      status: 504,
      detail: 'the service did not answer in time',
    });
    expect(requestId).toBe(valuesOf(origin.requests[0]!.fields, 'x-request-id')[0]);
    expect(edge.endings()).toEqual({ primary_failed: 1 });
  });

  test('to which no connection comes about in time gives a 504', async () => {
    const reading = gate();
    const origin = await startOrigin({ connected: () => reading.opened });
    // Nobody answers the handshake, which is part of connecting.
    const edge = await startEdge(origin, { target: { protocol: 'https' }, timeouts: { connect: 40 } });
    expect((await ask(edge, GET)).status).toBe(504);
    expect(edge.endings()).toEqual({ primary_failed: 1 });
    reading.open();
  });

  test('that falls silent in the middle of its answer has it cut, and the client sees that it is', async () => {
    const origin = await startOrigin((_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok'));
    const edge = await startEdge(origin, { timeouts: { idle: 40 } });
    const client = await connectRaw(edge.port);
    await client.send(GET);
    await client.until('ok');
    expect((await client.closed()).how).toBe('reset');
    expect(edge.endings()).toEqual({ primary_failed: 1 });
  });

  test.each([
    ['fields of nearly 128 KiB', `X: ${'v'.repeat(130_000)}\r\n`, 200],
    ['fields of 128 KiB', `X: ${'v'.repeat(131_072)}\r\n`, 502],
    ['512 fields', 'X: v\r\n'.repeat(511), 200],
    ['513 fields', 'X: v\r\n'.repeat(512), 502],
  ])('that answers with %s is taken at its word up to the limit', async (_what, lines, status) => {
    const origin = await startOrigin((_request, reply) =>
      reply.raw(`HTTP/1.1 200 OK\r\n${lines}Content-Length: 0\r\n\r\n`),
    );
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(GET);
    expect(await client.until('\r\n')).toContain(` ${status} `);
  });

  test('that has not answered when its total time is over gives a 504, however the request is doing', async () => {
    const origin = await startOrigin({});
    const edge = await startEdge(origin, { timeouts: { total: 40 } });
    expect((await ask(edge, GET)).status).toBe(504);
    expect((await ask(edge, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome')).status).toBe(504);
    expect(edge.endings()).toEqual({ primary_failed: 2 });
  });

  test('that answers for longer than its total time has the answer cut, and the client sees that it is', async () => {
    const origin = await startOrigin((_request, reply) =>
      reply.raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'),
    );
    const edge = await startEdge(origin, { timeouts: { total: 40 } });
    const client = await connectRaw(edge.port);
    await client.send(GET);
    await client.until('ok');
    expect((await client.closed()).how).toBe('reset');
    expect(edge.endings()).toEqual({ primary_failed: 1 });
  });

  test('is cut when its total time is over, though it is the client that takes the answer slowly', async () => {
    const body = Buffer.alloc(32 * 1024 * 1024);
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`;
    const origin = await startOrigin((_request, reply) => reply.stages(head, body));
    const edge = await startEdge(origin, { timeouts: { total: 300 } });
    const client = await connectRaw(edge.port);
    await client.send(GET);
    await client.until('\r\n\r\n');
    while (edge.endings()['primary_failed'] !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await client.closed()).how).toBe('reset');
    expect(edge.endings()).toEqual({ primary_failed: 1 });
  });

  test('that is not there gives a 502, and the connection goes on', async () => {
    const origin = await startOrigin({});
    await origin.close();
    const client = await connectRaw((await startEdge(origin)).port);
    for (let round = 0; round < 3; round++) {
      await client.send(GET);
      expect((await client.response()).status).toBe(502);
    }
  });

  test('that sends a head without end gives a 502', async () => {
    const origin = await startOrigin((_request, reply) => reply.raw(`HTTP/1.1 200 OK\r\nX: ${'v'.repeat(300_000)}`));
    expect((await ask(await startEdge(origin), GET)).status).toBe(502);
  });
});
