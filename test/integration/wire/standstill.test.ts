import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { afterThisTest } from '../../support/cleanup.ts';

test('what came in time while a thread stood still is read before its deadline counts as missed', async () => {
  const deadlines = new Deadlines(systemClock);
  afterThisTest(() => deadlines.stop());
  const child = spawn('sh', ['-c', 'echo begun; sleep 0.3; echo done']);
  const seen: string[] = [];
  await once(child.stdout, 'data');
  child.stdout.on('data', () => seen.push('read'));
  const missed = new Promise<void>((resolve) => {
    const onDeadline = () => {
      seen.push('missed');
      resolve();
    };
    deadlines.add({ deadline: performance.now() + 600, onDeadline });
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  await missed;
  expect(seen).toEqual(['read', 'missed']);
});
