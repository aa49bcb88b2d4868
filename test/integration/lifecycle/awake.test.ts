import { expect, test } from 'vitest';
import { afterAwake } from '../../../src/lib/awake.ts';

const PATIENCE = 200;

function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test('the time in which a process stood still is not taken from the patience with others, which ends after all', async () => {
  const began = performance.now();
  const ended = new Promise<number>((resolve) => afterAwake(PATIENCE, () => resolve(performance.now() - began)));
  standStill(2 * PATIENCE);
  expect(await ended).toBeGreaterThan(2 * PATIENCE + PATIENCE / 2);
});

test('who has answered is waited for no more', async () => {
  const called: string[] = [];
  const cancel = afterAwake(PATIENCE, () => called.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => afterAwake(PATIENCE, resolve));
  expect(called).toEqual([]);
});
