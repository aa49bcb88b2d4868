/** Threads that die, and threads that hang for good, while clients ask. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Course } from '../../../bench/chaos/course.ts';
import type { Fault, Visible } from '../../../bench/chaos/faults/fault.ts';
import { Stage } from '../../../bench/chaos/stage.ts';
import type { ThreadHarm } from '../../../bench/chaos/understudy.ts';
import { afterThisTest } from '../../support/cleanup.ts';

const RATE = 100;
/** Milliseconds; longer than any test. */
const FOR_GOOD = 600_000;

/** Does this to threads, and waits until each has been replaced. */
function replaced(threads: readonly string[], harm: ThreadHarm['harm'], visible: Visible): Fault {
  return {
    name: `${threads.join(', ')}: ${harm}`,
    victim: 'threads',
    visible,
    harm: async ({ proxy }) => {
      const all = async (metric: string) => {
        for (const thread of threads) while ((await proxy.metrics()).sum(metric, { thread }) === 0) await pause(100);
      };
      // A compare thread begins with its first pair.
      await all('understudy_thread_up');
      for (const thread of threads) proxy.do({ thread, harm, ms: FOR_GOOD });
      await all('understudy_thread_restarts_total');
    },
  };
}

/** Milliseconds; longer than a course waits for a recovery, so that it says what does not recover. */
const TIMEOUT = 90_000;
const THREADS = ['compare-0', 'mirror-0', 'edge-1'];

async function run(faults: readonly Fault[]): Promise<readonly string[]> {
  const stage = await Stage.start();
  afterThisTest(() => stage.clear());
  const course = new Course(stage, RATE);
  const violation = await course.run(faults.map((fault, at) => ({ fault, at, ms: 0, seed: 0 })));
  expect(violation, stage.proxy.said).toBeUndefined();
  const lines = stage.proxy.said.split('\n').filter((line) => /"level":"(warn|error)"/.test(line));
  expect(await stage.end()).toBe(0);
  return lines;
}

test('threads die one after the other: each is replaced and told of, and clients of the other edge notice nothing', {
  timeout: TIMEOUT,
}, async () => {
  const deaths = THREADS.map((thread) => replaced([thread], 'throw', thread.startsWith('edge') ? { cut: true } : {}));
  const told = await run(deaths);
  for (const thread of THREADS)
    expect(told.filter((line) => line.includes(thread) && line.includes('another takes its place'))).toHaveLength(1);
});

test('threads that hang for good are replaced once they have not responded for long enough, and told of', {
  timeout: TIMEOUT,
}, async () => {
  const told = await run([replaced(THREADS, 'stall', { cut: true, late: true })]);
  for (const thread of THREADS)
    expect(told.filter((line) => line.includes(thread) && line.includes('did not respond'))).toHaveLength(1);
});
