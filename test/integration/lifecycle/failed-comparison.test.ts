import { expect, test } from 'vitest';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/faulty-comparison.mjs', import.meta.url).href;
const SMALL_HEAP = new URL('../../support/small-heap.mjs', import.meta.url).href;

test('a pair on which the comparison throws costs itself alone: counted, logged, and the next one is compared', async () => {
  const primary = await startOrigin((_request, reply) => reply.json({ value: 0 }));
  const shadow = await startOrigin((request, reply) =>
    reply.json({ value: request.target === '/bad' ? 'cannot be compared' : 1 }),
  );
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}` } },
  );
  const ask = (path: string) => fetch(`http://127.0.0.1:${understudy.port}${path}`);
  await ask('/bad');
  const entry = await understudy.logged(({ msg }) => msg === 'a pair could not be compared, and is counted as skipped');
  expect(entry).toMatchObject({ level: 'error', thread: 'compare-0', route: 'GET /bad' });
  await ask('/good');
  await ask('/bad');
  const counted = await settled(understudy.adminPort, 3);
  expect(counted.outcomes('skipped', 'compare_failed')).toBe(2);
  expect(counted.outcomes('mismatch')).toBe(1);
  expect(counted.outcomes('skipped', 'thread_restart')).toBe(0);
  expect(await understudy.stop()).toBe(0);
});

/** A document whose nodes take far more room than its text, which is just small enough to be copied. */
const nodes = (last: string) => `<list>${'<a/>'.repeat(240_000)}<last>${last}</last></list>`;

test('a pair that exhausts the heap of its compare thread costs that thread: counted, told of, and the next pair is compared', async () => {
  const serve = (value: string) =>
    startOrigin(({ target }, reply) =>
      reply.send({
        headers: { 'Content-Type': 'application/xml' },
        body: target === '/large' ? nodes(value) : `<a>${value}</a>`,
      }),
    );
  const [primary, shadow] = await Promise.all([serve('0'), serve('1')]);
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url, compare: { budget: '10s' } },
    { env: { NODE_OPTIONS: `--import=${SMALL_HEAP}`, SMALL_HEAP: '24' } },
  );
  const ask = (path: string) => fetch(`http://127.0.0.1:${understudy.port}${path}`);
  expect((await ask('/large')).status).toBe(200);
  const told = await understudy.logged(({ msg }) => msg === 'the thread died; another takes its place');
  expect(told).toMatchObject({ thread: 'compare-0', reason: expect.stringContaining('memory') });
  // Until its successor has begun, what comes is lost with it.
  const isUp = async () => (await metrics(understudy.adminPort)).sum('understudy_thread_up', { thread: 'compare-0' });
  await expect.poll(isUp, { timeout: 10_000 }).toBe(1);
  await ask('/small');
  const counted = await settled(understudy.adminPort, 2);
  expect(counted.outcomes('skipped', 'thread_restart')).toBe(1);
  expect(counted.outcomes('mismatch')).toBe(1);
  expect(await understudy.stop()).toBe(0);
});
