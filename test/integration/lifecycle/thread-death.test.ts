import { expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/crash.mjs', import.meta.url).href;

test.each([
  ['mirror-0', 'thread_restart'],
  ['edge-0', 'thread_restart'],
])('%s dies: what it had in flight is counted, and its successor goes on', async (thread, reason) => {
  const hold = gate();
  let primaryHolds = thread === 'edge-0';
  let shadowHolds = thread === 'mirror-0';
  const primary = await startOrigin(async (_request, reply) => {
    if (primaryHolds) await hold.opened;
    await reply.json({ ok: true });
  });
  const shadow = await startOrigin(async (_request, reply) => {
    if (shadowHolds) await hold.opened;
    await reply.json({ ok: true });
  });
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: thread } },
  );
  const url = `http://127.0.0.1:${understudy.port}/`;
  const inFlight = [1, 2, 3].map(() =>
    fetch(url).then(
      () => 'answered',
      () => 'broken',
    ),
  );
  await Promise.all([primary.received(3), shadow.received(3)]);
  if (thread === 'mirror-0') expect(await Promise.all(inFlight)).toEqual(['answered', 'answered', 'answered']);
  understudy.kill('SIGUSR2');
  await understudy.logged(({ msg }) => msg === 'the thread died; another takes its place');
  if (thread === 'edge-0') {
    expect(await Promise.all(inFlight)).toEqual(['broken', 'broken', 'broken']);
    await understudy.logged(({ msg }) => msg === 'listening again');
  }
  const counted = await settled(understudy.adminPort, 3);
  expect(counted.outcomes('skipped', reason)).toBe(3);

  primaryHolds = false;
  shadowHolds = false;
  hold.open();
  expect((await fetch(url)).status).toBe(200);
  expect((await settled(understudy.adminPort, 4)).outcomes('match')).toBe(1);
});

test('a compare thread that dies loses its pair alone, counted, and the next pair is compared', async () => {
  let value = 1;
  const primary = await startOrigin((_request, reply) => reply.json({ value: 0 }));
  const shadow = await startOrigin((_request, reply) => reply.json({ value: value++ }));
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: 'compare-0' } },
  );
  const url = `http://127.0.0.1:${understudy.port}/`;
  await fetch(url);
  await settled(understudy.adminPort, 1);
  understudy.kill('SIGUSR2');
  await understudy.logged(({ msg }) => msg === 'the thread died; another takes its place');
  for (let count = 0; count < 3; count++) await fetch(url);
  const counted = await settled(understudy.adminPort, 4);
  expect(counted.outcomes('mismatch') + counted.outcomes('skipped', 'thread_restart')).toBe(4);
  await fetch(url);
  expect((await settled(understudy.adminPort, 5)).outcomes('mismatch')).toBe(counted.outcomes('mismatch') + 1);
  expect(await understudy.stop()).toBe(0);
});
