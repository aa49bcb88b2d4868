import { expect, test } from 'vitest';
import { Gauges } from '../../../src/metrics/gauges.ts';
import { keepGauges } from '../../../src/threads/port.ts';

/** Milliseconds for which the event loop stands still. */
const STALL = 300;

test('a standstill that ends with the reading of the gauges is shown', async () => {
  const gauges = new Gauges(Gauges.allocate());
  keepGauges(gauges);
  // Due just before the reading: the reading comes in the same turn of the loop, before any other look at it.
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL), 999);
  await expect.poll(() => gauges.beats, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(gauges.lag).toBeGreaterThan(STALL / 2);
});
