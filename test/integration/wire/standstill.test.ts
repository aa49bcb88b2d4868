import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { afterThisTest } from '../../support/cleanup.ts';

/** Keeps this thread from doing anything else. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

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
  standStill(900);
  await missed;
  expect(seen).toEqual(['read', 'missed']);
});

test('whoever can answer only after a standstill is waited for a second longer', async () => {
  const deadlines = new Deadlines(systemClock);
  afterThisTest(() => deadlines.stop());
  const child = spawn('sh', ['-c', 'read line; sleep 0.3; echo done']);
  const seen: string[] = [];
  child.stdout.on('data', () => seen.push('read'));
  const missed = new Promise<void>((resolve) => {
    const onDeadline = () => {
      seen.push('missed');
      resolve();
    };
    deadlines.add({ deadline: performance.now() + 600, onDeadline });
  });
  standStill(1_500);
  // Written after the standstill, as a response is in the turn that a process was stopped in.
  child.stdin.write('begun\n');
  await missed;
  expect(seen).toEqual(['read', 'missed']);
});
