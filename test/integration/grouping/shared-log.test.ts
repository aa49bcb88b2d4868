import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { RouteLog } from '../../../src/grouping/route-log.ts';
import { RouteNames } from '../../../src/grouping/route-names.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import type { Appending } from './appending-thread.ts';

const THREAD = new URL('./appending-thread.ts', import.meta.url);

/** A thread that names routes, once it does, and what it says next. That may come at once, so it is listened for from the start. */
async function start(workerData: Appending) {
  const worker = new Worker(THREAD, { workerData });
  afterThisTest(() => worker.terminate());
  const messages = on(worker, 'message');
  const next = async () => (await messages.next()).value![0];
  expect(await next()).toBe('going');
  return { worker, seen: next as () => Promise<readonly (string | null)[]> };
}

/** The log as it was when it had only so many entries. */
class EarlierLog extends RouteLog {
  readonly #entries: number;

  constructor(memory: SharedArrayBuffer, entries: number) {
    super(memory);
    this.#entries = entries;
  }

  override read(place: number) {
    return place < this.#entries ? super.read(place) : undefined;
  }
}

test('threads that name routes at the same time, and one that is killed over it, come to the same names', async () => {
  const memory = RouteLog.allocate();
  const doomed = await start({ memory, seed: 1, requests: Number.POSITIVE_INFINITY });
  const threads = await Promise.all([2, 3].map((seed) => start({ memory, seed, requests: 20_000 })));
  const views = threads.map((thread) => thread.seen());
  await doomed.worker.terminate();
  for (const view of await Promise.all(views)) {
    expect(view.length).toBeGreaterThan(50);
    const names = new RouteNames(new EarlierLog(memory, view.length)).all().map((info) => info?.name ?? null);
    expect(view).toEqual(names);
  }
});
