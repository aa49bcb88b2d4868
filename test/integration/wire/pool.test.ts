import { expect, test } from 'vitest';
import type { StreamWaiter, TargetStream } from '../../../src/wire/target-stream.ts';
import { gate } from '../../support/gate.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startOrigin } from '../../support/origin.ts';
import { get, poolTo } from '../../support/wire.ts';

class Waiting implements StreamWaiter {
  readonly #outcome = Promise.withResolvers<TargetStream | 'none'>();
  readonly outcome = this.#outcome.promise;

  onStream(stream: TargetStream): void {
    this.#outcome.resolve(stream);
  }

  onNoStream(): void {
    this.#outcome.resolve('none');
  }
}

const nobody: StreamWaiter = {
  onStream: () => expect.unreachable('a connection came late'),
  onNoStream: () => expect.unreachable('no connection came'),
};

const answering = () => startOrigin((_request, reply) => reply.send({ body: 'x' }));

test('a connection is used again, the most recently used first', async () => {
  const origin = await answering();
  const pool = poolTo(origin.port);
  const one = pool.acquire(nobody)!;
  const two = pool.acquire(nobody)!;
  await get(one).over();
  await get(two).over();
  expect(pool.acquire(nobody)).toBe(two);
  expect(pool.acquire(nobody)).toBe(one);
  expect(origin.connections).toHaveLength(2);
});

test('who finds the pool full gets the next connection that is free, in the order of asking', async () => {
  const held = gate();
  const origin = await startOrigin(async (_request, reply) => {
    await held.opened;
    await reply.send();
  });
  const pool = poolTo(origin.port, { connections: 1 });
  const only = pool.acquire(nobody)!;
  const first = get(only);
  const waiting = [new Waiting(), new Waiting()];
  for (const waiter of waiting) expect(pool.acquire(waiter)).toBeUndefined();
  held.open();
  await first.over();
  expect(await waiting[0]!.outcome).toBe(only);
  await get(only).over();
  expect(await waiting[1]!.outcome).toBe(only);
});

test('who waits gets a new connection when one is gone', async () => {
  const origin = await answering();
  const pool = poolTo(origin.port, { connections: 1 });
  const only = pool.acquire(nobody)!;
  const waiter = new Waiting();
  pool.acquire(waiter);
  only.abort();
  const next = await waiter.outcome;
  expect(next).not.toBe(only);
  expect((await get(next as TargetStream).over()).body).toBe('x');
});

test('who waits for as long as a connect may take is told that there is none', async () => {
  const origin = await startOrigin({});
  const pool = poolTo(origin.port, { connections: 1, timeouts: { connect: 30 } });
  get(pool.acquire(nobody)!);
  const waiter = new Waiting();
  pool.acquire(waiter);
  expect(await waiter.outcome).toBe('none');
});

test('each who waits has a time of its own', async () => {
  const origin = await startOrigin({});
  const clock = new ManualClock();
  const pool = poolTo(origin.port, { connections: 1, timeouts: { connect: 100 }, clock });
  get(pool.acquire(nobody)!);
  await origin.received(1);
  const told: string[] = [];
  const waiter = (name: string): StreamWaiter => ({
    onStream: nobody.onStream,
    onNoStream: () => told.push(name),
  });
  pool.acquire(waiter('first'));
  clock.advance(60);
  pool.acquire(waiter('second'));
  clock.advance(40);
  pool.deadlines.sweep();
  expect(told).toEqual(['first']);
  clock.advance(60);
  pool.deadlines.sweep();
  expect(told).toEqual(['first', 'second']);
});

test('who no longer waits gets nothing', async () => {
  const origin = await answering();
  const pool = poolTo(origin.port, { connections: 1 });
  const only = pool.acquire(nobody)!;
  pool.acquire(nobody);
  pool.cancel(nobody);
  await get(only).over();
  expect(pool.acquire(nobody)).toBe(only);
});

test('a retired pool closes what is unused now, and the rest when it is', async () => {
  const held = gate();
  const origin = await startOrigin(async (request, reply) => {
    if (request.target === '/slow') await held.opened;
    await reply.send({ body: 'late' });
  });
  const pool = poolTo(origin.port);
  const unused = pool.acquire(nobody)!;
  const used = pool.acquire(nobody)!;
  await get(unused).over();
  const told = get(used, '/slow');
  await origin.received(2);
  pool.retire();
  const [first, second] = origin.connections;
  expect(await first!.closed()).toBe('end');
  held.open();
  expect((await told.over()).body).toBe('late');
  expect(await second!.closed()).toBe('end');
});

test('who waits for a connection of a pool that is retired is told in time that there is none', async () => {
  const origin = await startOrigin({});
  const clock = new ManualClock();
  const pool = poolTo(origin.port, { connections: 1, timeouts: { connect: 100 }, clock });
  get(pool.acquire(nobody)!);
  await origin.received(1);
  const [before, after] = [new Waiting(), new Waiting()];
  pool.acquire(before);
  pool.retire();
  clock.advance(60);
  pool.acquire(after);
  clock.advance(40);
  pool.deadlines.sweep();
  expect(await before.outcome).toBe('none');
  clock.advance(60);
  pool.deadlines.sweep();
  expect(await after.outcome).toBe('none');
});

test('who waits for a connection of a pool that is retired gets one that becomes free, which is then closed', async () => {
  const held = gate();
  const origin = await startOrigin(async (request, reply) => {
    if (request.target === '/slow') await held.opened;
    await reply.send({ body: 'x' });
  });
  const pool = poolTo(origin.port, { connections: 1 });
  const only = pool.acquire(nobody)!;
  const slow = get(only, '/slow');
  const waiting = [new Waiting(), new Waiting()];
  for (const waiter of waiting) pool.acquire(waiter);
  pool.retire();
  held.open();
  await slow.over();
  expect(await waiting[0]!.outcome).toBe(only);
  only.abort();
  const next = (await waiting[1]!.outcome) as TargetStream;
  expect((await get(next).over()).body).toBe('x');
  for (const connection of origin.connections) await connection.closed();
});

test('a connection that may not be kept carries a single exchange', async () => {
  const origin = await answering();
  const pool = poolTo(origin.port, { timeouts: { keepAlive: 0 } });
  for (let count = 0; count < 3; count++) await get(pool.acquire(nobody)!).over();
  expect(origin.connections).toHaveLength(3);
  for (const connection of origin.connections) expect(await connection.closed()).toBe('end');
});

test('an unused connection is closed when its time is up, and before the server would', async () => {
  const origin = await startOrigin((request, reply) =>
    reply.send({ headers: request.target === '/hint' ? { 'Keep-Alive': 'timeout=1' } : {} }),
  );
  const pool = poolTo(origin.port, { timeouts: { keepAlive: 30 } });
  await get(pool.acquire(nobody)!).over();
  expect(await origin.connections[0]!.closed()).toBe('end');
  const patient = poolTo(origin.port, { timeouts: { keepAlive: 600_000 } });
  await get(patient.acquire(nobody)!, '/hint').over();
  expect(await origin.connections[1]!.closed()).toBe('end');
});
