import { once } from 'node:events';
import { expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { mirrorOf, sameAnswer } from '../../support/mirror.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';

const hanging: OriginScript = { request: () => {} };
const ok: OriginScript = { request: (_request, reply) => reply.send(sameAnswer('ok')) };
const mirror = { timeout: 5_000, maxDuration: 120_000 };

test('a shadow that takes as long as the primary is compared, whatever the timeout', async () => {
  const answered = gate();
  const shadow = await startOrigin({
    request: async (_request, reply) => {
      await answered.opened;
      await reply.send(sameAnswer('ok'));
    },
  });
  const { begin, pass, endings } = mirrorOf({ shadow, mirror });
  const exchange = begin();
  await shadow.received(1);
  pass(7_000);
  exchange.answer('ok', 7_000);
  pass(20);
  answered.open();
  await expect.poll(endings).toEqual({ match: 1 });
});

test.each([
  ['the timeout', 1_000, 5_000],
  ['half as long again as the primary took', 7_000, 10_500],
])('a shadow that takes longer than %s has timed out, and was never the faster one', async (_what, took, limit) => {
  const shadow = await startOrigin(hanging);
  const { begin, pass, endings, counts } = mirrorOf({ shadow, mirror });
  const exchange = begin();
  await shadow.received(1);
  pass(took);
  exchange.answer('ok', took);
  pass(limit - took - 1);
  expect(endings()).toEqual({});
  pass(1);
  expect(endings()).toEqual({ shadow_timeout: 1 });
  expect(counts().deltaBelow.every((count) => count === 0)).toBe(true);
  expect(counts().deltaAbove.some((count) => count > 0)).toBe(true);
});

test("a timeout of the shadow's own before the primary was done is no fault of the shadow, and no measurement", async () => {
  const shadow = await startOrigin(hanging);
  const timeouts = { connect: 5_000, firstByte: 2_000, idle: 20_000, keepAlive: 20_000, connectionAge: 300_000 };
  const { begin, pass, endings, counts, mirror: subject } = mirrorOf({ shadow, mirror, target: { timeouts } });
  for (let count = 1; count <= 21; count++) {
    const exchange = begin();
    await shadow.received(count);
    pass(2_000);
    exchange.answer('ok', 3_000);
  }
  expect(endings()).toEqual({ 'skipped:primary_slow': 21 });
  expect(
    counts()
      .lastByte('shadow')
      .every((count) => count === 0),
  ).toBe(true);
  expect(subject.destination('shadow')!.breaker).toBe('closed');
});

test('what streams for longer than maxDuration is skipped as primary_slow, whenever it ends, and opens no breaker', async () => {
  const shadow = await startOrigin(hanging);
  const { begin, pass, endings, mirror: subject } = mirrorOf({ shadow, mirror });
  const streams = Array.from({ length: 21 }, () => begin());
  await shadow.received(21);
  const left = Promise.all(shadow.connections.map(({ socket }) => once(socket, 'close')));
  pass(5_000);
  pass(115_000);
  await left;
  expect(endings()).toEqual({});
  for (const stream of streams) stream.answer('ok', 130_000);
  expect(endings()).toEqual({ 'skipped:primary_slow': 21 });
  expect(subject.destination('shadow')!.breaker).toBe('closed');
  expect(subject.held.bytes).toBe(0);
});

test('where nothing more may be in flight, the one that has waited longest for its primary makes room', async () => {
  const shadow = await startOrigin({
    request: ({ target }, reply) => (target === '/poll' ? undefined : reply.send(sameAnswer('ok'))),
  });
  const { begin, pass, endings } = mirrorOf({ shadow, mirror: { ...mirror, inFlight: 2 } });
  const polls = [begin({ path: '/poll' }), begin({ path: '/poll' })];
  await shadow.received(2);
  begin().answer('ok');
  expect(endings()).toEqual({ 'skipped:in_flight_limit': 1 });
  pass(5_000);
  begin().answer('ok');
  await expect.poll(endings).toEqual({ 'skipped:in_flight_limit': 1, match: 1 });
  for (const poll of polls) poll.answer('ok', 6_000);
  expect(endings()).toMatchObject({ 'skipped:primary_slow': 1 });
});

test('the copy of a request whose client left is sent all the same, and judged by nobody', async () => {
  const shadow = await startOrigin(hanging);
  const { begin, pass, endings, mirror: subject } = mirrorOf({ shadow, mirror });
  for (let count = 1; count <= 21; count++) begin().abandon();
  await shadow.received(21);
  pass(5_000);
  expect(endings()).toEqual({});
  expect(subject.destination('shadow')!.breaker).toBe('closed');
  expect(subject.destination('shadow')!.underWay).toBe(0);
  expect(subject.held.bytes).toBe(0);
});

test('a primary that answers before its request is complete is compared like others', async () => {
  const shadow = await startOrigin(ok);
  const { begin, endings } = mirrorOf({ shadow, mirror });
  begin().answer('ok', 0);
  await expect.poll(endings).toEqual({ match: 1 });
});
