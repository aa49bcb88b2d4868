import type { Check } from '../model/route-evidence.ts';

/** Which tests share a part of α: those of content, and those of time. */
export const FAMILIES = {
  difference: 'response',
  mismatch: 'response',
  failure: 'response',
  slower: 'latency',
  tail: 'latency',
} as const satisfies Record<Check, string>;

/**
 * ln of what E must reach in a test. Each family has half of α. Of that, the test of rank i has 1 / (i · (i + 1)).
 * These add up to 1, so a route with 500 fields is not more likely to alarm than one with five.
 */
export function alarm(alpha: number, rank: number): number {
  return Math.log((2 * rank * (rank + 1)) / alpha);
}
