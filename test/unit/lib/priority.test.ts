import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const PRIORITY = new URL('../../../src/lib/priority.ts', import.meta.url).href;

/** What a thread says that lowers its priority twice by 15. */
async function lowered(): Promise<unknown> {
  const code = `
    import { getPriority } from 'node:os';
    import { parentPort } from 'node:worker_threads';
    import { lowerPriority } from '${PRIORITY}';
    const before = getPriority();
    const results = [lowerPriority(15), lowerPriority(0)];
    const after = getPriority();
    results.push(lowerPriority(15));
    parentPort.postMessage({ results, steps: after - before, last: getPriority() });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const [said] = await once(worker, 'message');
  await worker.terminate();
  return said;
}

test.runIf(process.platform === 'linux')(
  'a thread lowers its own priority, to the lowest there is, and no other',
  async () => {
    const before = getPriority();
    const done = { done: true };
    expect(await lowered()).toEqual({ results: [done, done, done], steps: Math.min(15, 19 - before), last: 19 });
    expect(getPriority()).toBe(before);
  },
);
