import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../../src/config/target-types.ts';
import type { Connection } from '../../../src/wire/http1/connection.ts';
import type { Pool } from '../../../src/wire/pool.ts';
import { gate } from '../../support/gate.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startOrigin } from '../../support/origin.ts';
import { get, outgoing, poolTo, Told } from '../../support/wire.ts';

const UPLOAD = outgoing({ method: 'POST', fields: ['Content-Length', '99999999'], bodyLength: 99_999_999 });

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function acquire(pool: Pool): Connection {
  return pool.acquire({ onStream: () => {}, onNoStream: () => {} })!;
}

test('an exchange is told in order, with its trailers and timings', async () => {
  const origin = await startOrigin((_request, reply) =>
    reply.raw(
      'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nT: u\r\n\r\n',
    ),
  );
  const connection = acquire(poolTo(origin.port));
  const told = await get(connection).over();
  expect(told).toMatchObject({ interim: [103], body: 'abc', trailers: ['T', 'u'], failure: undefined });
  expect(told.head).toMatchObject({ status: 200, reason: 'Fine', bodyLength: 'unknown' });
  const { connect, firstByte, lastByte } = connection.timing();
  expect(connect).toBeGreaterThan(0);
  expect(lastByte).toBeGreaterThanOrEqual(firstByte);
});

test('the connect is held against the first exchange alone', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const connection = acquire(poolTo(origin.port));
  await get(connection).over();
  await get(connection).over();
  expect(connection.timing().connect).toBe(0);
});

test('a request body goes out as it was framed', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const pool = poolTo(origin.port);
  const told = new Told();
  const connection = acquire(pool);
  connection.begin(told, outgoing({ method: 'POST', fields: [], bodyLength: 'unknown' }));
  for (const chunk of ['', 'hello', ' world']) connection.body(Buffer.from(chunk));
  connection.end(['A', 'b']);
  connection.flush();
  await told.over();
  expect(origin.connections[0]!.received.toString()).toBe(
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n',
  );
});

describe('a connection carries no other exchange', () => {
  test.each([
    ['the server says close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['the answer is of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['there are bytes behind the answer', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged`],
  ])('when %s', async (_why, answer) => {
    const origin = await startOrigin((_request, reply) => reply.raw(answer));
    const pool = poolTo(origin.port);
    for (let round = 1; round <= 2; round++) {
      const told = await get(acquire(pool)).over();
      expect(told).toMatchObject({ body: 'ok', failure: undefined });
      expect(origin.connections).toHaveLength(round);
    }
  });

  test('when bytes come that nobody has asked for', async () => {
    const more = gate();
    const closed = Promise.withResolvers<string>();
    const origin = await startOrigin(async (request, reply) => {
      await reply.stages(OK, more.opened, OK);
      closed.resolve(await request.connection.closed());
    });
    const pool = poolTo(origin.port);
    const connection = acquire(pool);
    await get(connection).over();
    more.open();
    await closed.promise;
    expect(acquire(pool)).not.toBe(connection);
  });

  test('when it was given up', async () => {
    const origin = await startOrigin({});
    const pool = poolTo(origin.port);
    const connection = acquire(pool);
    const told = get(connection);
    await origin.received(1);
    connection.abort();
    await origin.connections[0]!.closed();
    expect(told.failure).toBeUndefined();
    expect(acquire(pool)).not.toBe(connection);
  });
});

describe('an exchange fails', () => {
  test('as unreachable where nobody listens', async () => {
    const origin = await startOrigin({});
    await origin.close();
    const told = await get(acquire(poolTo(origin.port))).over();
    expect(told.failure).toMatchObject({ kind: 'unreachable', stale: false });
  });

  test.each([
    ['before the answer', ''],
    ['within the head', 'HTTP/1.1 200 OK\r\nCont'],
    ['within a sized body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok'],
    ['within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok'],
    ['between two chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'],
    ['after an interim answer', 'HTTP/1.1 103 Early\r\n\r\n'],
  ])('as reset when the server ends %s', async (_where, bytes) => {
    const origin = await startOrigin(async (_request, reply) => {
      if (bytes !== '') await reply.raw(bytes);
      reply.end();
    });
    const told = await get(acquire(poolTo(origin.port))).over();
    expect(told.failure).toMatchObject({ kind: 'reset', stale: false });
    expect(told.trailers).toBeUndefined();
  });

  test('as stale when a kept-alive connection dies before a single byte', async () => {
    const origin = await startOrigin(async (request, reply) => {
      if (request.target === '/die') reply.reset();
      else await reply.send();
    });
    const pool = poolTo(origin.port);
    await get(acquire(pool)).over();
    const told = await get(acquire(pool), '/die').over();
    expect(told.failure).toMatchObject({ kind: 'reset', stale: true });
  });

  test.each([
    'hello\r\n\r\n',
    'HTTP/1.1 200 O\0K\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  ])('as invalid after %j', async (bytes) => {
    const origin = await startOrigin((_request, reply) => reply.raw(bytes));
    const told = await get(acquire(poolTo(origin.port))).over();
    expect(told.failure).toMatchObject({ kind: 'invalid', stale: false });
    expect(await origin.connections[0]!.closed()).toBeDefined();
  });

  test('as a timeout when no connection comes about', async () => {
    const reading = gate();
    const origin = await startOrigin({ connected: () => reading.opened });
    // Nobody answers the handshake, which is part of connecting.
    const pool = poolTo(origin.port, { timeouts: { connect: 30 }, target: { protocol: 'https' } });
    const told = await get(acquire(pool)).over();
    expect(told.failure).toMatchObject({ kind: 'timeout', detail: expect.stringContaining('connect timeout') });
    reading.open();
  });

  test('as a timeout without a first byte', async () => {
    const origin = await startOrigin({});
    const told = await get(acquire(poolTo(origin.port, { timeouts: { firstByte: 30 } }))).over();
    expect(told.failure).toMatchObject({ kind: 'timeout', detail: expect.stringContaining('first-byte') });
  });

  test('as a timeout when the answer stops', async () => {
    const origin = await startOrigin((_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok'));
    const told = await get(acquire(poolTo(origin.port, { timeouts: { idle: 30 } }))).over();
    expect(told.failure).toMatchObject({ kind: 'timeout', detail: expect.stringContaining('idle') });
    expect(told.body).toBe('ok');
  });

  test('as a timeout when the server takes no more of the request', async () => {
    const reading = gate();
    const origin = await startOrigin({ connected: () => reading.opened });
    const connection = acquire(poolTo(origin.port, { timeouts: { idle: 30 } }));
    const told = new Told();
    connection.begin(told, UPLOAD);
    const chunk = Buffer.alloc(1024 * 1024);
    const feed = () => {
      do connection.body(chunk);
      while (connection.flush() && told.failure === undefined);
    };
    told.on('drain', feed);
    feed();
    await told.over();
    reading.open();
    expect(told.failure).toMatchObject({ kind: 'timeout' });
  });
});

describe('the total timeout ends an exchange', () => {
  const PARTIAL = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\no';

  function timed(port: number, target: Partial<Target> = {}) {
    // From 1 on: a connection that was established at 0 counts as not established.
    const clock = new ManualClock(1);
    const pool = poolTo(port, { timeouts: { total: 1_000 }, target, clock });
    const pass = (milliseconds: number) => {
      clock.advance(milliseconds);
      pool.deadlines.sweep();
    };
    return { pool, connection: acquire(pool), pass };
  }

  function expectTotal(told: Told, pass: (milliseconds: number) => void, left = 1_000): void {
    pass(left - 1);
    expect(told.failure).toBeUndefined();
    pass(1);
    expect(told.failure).toMatchObject({ kind: 'timeout', detail: expect.stringContaining('total'), stale: false });
  }

  test('that is still connecting', async () => {
    const reading = gate();
    const origin = await startOrigin({ connected: () => reading.opened });
    const { connection, pass } = timed(origin.port, { protocol: 'https' });
    expectTotal(get(connection), pass);
    reading.open();
  });

  test('whose request is not taken', async () => {
    const reading = gate();
    const origin = await startOrigin({ connected: () => reading.opened });
    const { connection, pass } = timed(origin.port);
    const told = new Told();
    connection.begin(told, UPLOAD);
    connection.body(Buffer.alloc(128 * 1024));
    connection.flush();
    await once(told, 'drain');
    const chunk = Buffer.alloc(16 * 1024 * 1024);
    do connection.body(chunk);
    while (connection.flush());
    expectTotal(told, pass);
    reading.open();
  });

  test('whose request was taken late, and goes on', async () => {
    const reading = gate();
    const origin = await startOrigin({ connected: () => reading.opened });
    const { connection, pass } = timed(origin.port);
    const told = new Told();
    connection.begin(told, UPLOAD);
    connection.body(Buffer.alloc(128 * 1024));
    connection.flush();
    await once(told, 'drain');
    connection.body(Buffer.alloc(32 * 1024 * 1024));
    expect(connection.flush()).toBe(false);
    reading.open();
    await once(told, 'drain');
    expectTotal(told, pass);
  });

  test('whose request the client does not end', async () => {
    const begun = gate();
    const origin = await startOrigin({ head: () => begun.open() });
    const { connection, pass } = timed(origin.port);
    const told = new Told();
    connection.begin(told, UPLOAD);
    connection.flush();
    await begun.opened;
    expectTotal(told, pass);
  });

  test('whose answer is awaited', async () => {
    const origin = await startOrigin({});
    const { connection, pass } = timed(origin.port);
    const told = get(connection);
    await origin.received(1);
    expectTotal(told, pass);
  });

  test('whose answer comes steadily', async () => {
    const more = gate();
    const origin = await startOrigin((_request, reply) => reply.stages(PARTIAL, more.opened, 'k'));
    const { connection, pass } = timed(origin.port);
    const told = get(connection);
    await once(told, 'body');
    pass(600);
    more.open();
    await once(told, 'body');
    expectTotal(told, pass, 400);
    expect(told.body).toBe('ok');
  });

  test('whose answer is paused, or was', async () => {
    const origin = await startOrigin((_request, reply) => reply.raw(PARTIAL));
    const { connection, pass } = timed(origin.port);
    const told = get(connection);
    await once(told, 'body');
    connection.pause();
    pass(600);
    connection.resume();
    connection.pause();
    expectTotal(told, pass, 400);
  });

  test('whose request goes on behind the answer', async () => {
    const origin = await startOrigin({ head: (_request, reply) => reply.raw(OK) });
    const { connection, pass } = timed(origin.port);
    const told = new Told();
    connection.begin(told, UPLOAD);
    connection.flush();
    await once(told, 'over');
    expectTotal(told, pass);
  });

  test('of a kept-alive connection, each in a time of its own, with none for the pause between them', async () => {
    const origin = await startOrigin(async (request, reply) => {
      if (request.target === '/') await reply.raw(OK);
    });
    const { pool, connection, pass } = timed(origin.port);
    await get(connection).over();
    pass(9_000);
    expect(acquire(pool)).toBe(connection);
    const told = get(connection, '/silent');
    await origin.received(2);
    expectTotal(told, pass);
  });

  test('of a kept-alive connection whose request the client does not end', async () => {
    const origin = await startOrigin((_request, reply) => reply.raw(OK));
    const { pool, connection, pass } = timed(origin.port);
    await get(connection).over();
    expect(acquire(pool)).toBe(connection);
    const told = new Told();
    connection.begin(told, UPLOAD);
    connection.flush();
    expectTotal(told, pass);
  });

  test('and none that became a tunnel', async () => {
    const origin = await startOrigin((_request, reply) =>
      reply.raw('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    );
    const { connection, pass } = timed(origin.port);
    const handed = Promise.withResolvers<ReturnType<Connection['detach']>>();
    const told = get(connection);
    told.onReadEnd = () => handed.resolve(connection.detach());
    const { stream } = await handed.promise;
    pass(5_000);
    expect(told.failure).toBeUndefined();
    expect(stream.destroyed).toBe(false);
    stream.destroy();
  });
});

test('an upload that goes on after an interim answer is not timed as if it were an answer', async () => {
  const origin = await startOrigin({
    head: (_request, reply) => reply.raw('HTTP/1.1 100 Continue\r\n\r\n'),
    request: (_request, reply) => reply.send({ body: 'done' }),
  });
  const clock = new ManualClock(1);
  const pool = poolTo(origin.port, { timeouts: { idle: 30 }, clock });
  const connection = acquire(pool);
  const told = new Told();
  const interim = gate();
  told.onInterim = () => interim.open();
  connection.begin(told, outgoing({ method: 'POST', fields: ['Content-Length', '2'], bodyLength: 2 }));
  connection.flush();
  await interim.opened;
  clock.advance(1_000);
  pool.deadlines.sweep();
  connection.body(Buffer.from('hi'));
  connection.end([]);
  connection.flush();
  expect((await told.over()).body).toBe('done');
});

test('a paused answer waits, and costs the server its pace', async () => {
  const size = 32 * 1024 * 1024;
  let written = false;
  const origin = await startOrigin(async (_request, reply) => {
    await reply.raw(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    await reply.raw(Buffer.alloc(size));
    written = true;
  });
  const clock = new ManualClock(1);
  const pool = poolTo(origin.port, { timeouts: { idle: 30 }, clock });
  const connection = acquire(pool);
  const told = get(connection);
  told.once('body', () => connection.pause());
  await once(told, 'body');
  clock.advance(1_000);
  pool.deadlines.sweep();
  // Another exchange goes there and back meanwhile, so that the server has had its turns to write.
  const other = await startOrigin((_request, reply) => reply.raw(OK));
  await get(acquire(poolTo(other.port))).over();
  expect(written).toBe(false);
  expect(told.failure).toBeUndefined();
  connection.resume();
  expect((await told.over()).body).toHaveLength(size);
});

test('a socket is handed over after a 101 with what was already said', async () => {
  const origin = await startOrigin({
    head: async (request, reply) => {
      await reply.raw('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nahead');
      await request.connection.source.until('bye');
      reply.end();
    },
  });
  const pool = poolTo(origin.port, { connections: 1 });
  const connection = acquire(pool);
  const told = new Told();
  const handed = Promise.withResolvers<ReturnType<Connection['detach']>>();
  told.onReadEnd = () => handed.resolve(connection.detach());
  connection.begin(told, outgoing({ offered: 'x' }));
  connection.end([]);
  connection.flush();
  const { stream, ahead } = await handed.promise;
  expect(ahead!.toString()).toBe('ahead');
  expect(acquire(pool)).toBeDefined();
  stream.write('bye');
  await once(stream, 'end');
  expect(told.failure).toBeUndefined();
  stream.destroy();
});
