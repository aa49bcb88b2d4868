/** What the evidence of one route is made of, as it is stored: plain data that each flush brings forward. */
import type { Place } from '../model/difference.ts';
import type { BlockClock } from './block-clock.ts';
import type { Signs } from './signs.ts';

/**
 * What is tested. `difference`: the shadow differs from the primary at a place where the control does not. `mismatch`:
 * the same where there is no control to say what is usual. `failure`: it gives no response. `slower`: its response takes
 * longer than the margin allows. `tail`: it is one of the slowest.
 */
export const CHECKS = ['difference', 'mismatch', 'failure', 'slower', 'tail'] as const;

export type Check = (typeof CHECKS)[number];

/** At most as many a route as the store keeps places of it (500), and three more. */
export interface Test {
  readonly check: Check;
  /** Of a difference or mismatch. */
  readonly place?: Place;
  /** From 1, in the order in which the tests of a family began, over all routes of a service. */
  readonly rank: number;
  readonly signs: Signs;
}

export interface RouteEvidence {
  readonly route: string;
  readonly clock: BlockClock;
  readonly tests: readonly Test[];
}

/** The evidence with what was counted beside it. */
export interface RouteInput {
  readonly evidence: RouteEvidence;
  readonly mismatches: number;
  /** Of these, those that are accepted by now: declared to be expected, or accepted by a rule that came later. */
  readonly expected: number;
}

/** Which tests share a part of α: what the responses are, and how long they take. */
export type Family = 'response' | 'latency';

export function familyOf(check: Check): Family {
  return check === 'slower' || check === 'tail' ? 'latency' : 'response';
}

/**
 * ln of what E must reach in a test. Each family has half of α, and of that the test of rank i has 1 / (i · (i + 1)),
 * which adds up to 1: so a route with 500 fields is no likelier to alarm than one with five.
 */
export function alarm(alpha: number, rank: number): number {
  return Math.log((2 * rank * (rank + 1)) / alpha);
}
