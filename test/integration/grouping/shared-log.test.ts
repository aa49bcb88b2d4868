import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { RouteLog } from '../../../src/grouping/route-log.ts';
import { RouteNames } from '../../../src/grouping/route-names.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import type { Appending } from './appending-thread.ts';

const THREAD = new URL('./appending-thread.ts', import.meta.url);

async function start(workerData: Appending): Promise<Worker> {
  const worker = new Worker(THREAD, { workerData });
  afterThisTest(() => worker.terminate());
  expect(await once(worker, 'message')).toEqual(['going']);
  return worker;
}

const seen = async (worker: Worker): Promise<readonly (string | null)[]> => (await once(worker, 'message'))[0];

test('threads that name routes at the same time, and one that is killed over it, come to the same names', async () => {
  const memory = RouteLog.allocate();
  const doomed = await start({ memory, seed: 1, requests: Number.POSITIVE_INFINITY });
  const threads = await Promise.all([2, 3].map((seed) => start({ memory, seed, requests: 20_000 })));
  const views = threads.map(seen);
  await doomed.terminate();
  const [first, second] = await Promise.all(views);
  const now = new RouteNames(new RouteLog(memory)).all().map((info) => info?.name ?? null);
  // Who was ready earlier has read less of the log: of what both have read, they think the same, but for later collapses.
  expect(first!.length).toBeGreaterThan(50);
  expect(second!.length).toBeGreaterThan(50);
  expect(Math.max(first!.length, second!.length)).toBe(now.length);
  const complete = [first!, second!].filter((view) => view.length === now.length);
  for (const view of complete) expect(view).toEqual(now);
});
