/** What is known about one route of a rehearsal, as the store keeps it and the verdict reads it. Plain data. */
import type { Place } from './difference.ts';
import { PAIR_CHECKS, type Sign, type SignCounts } from './pair-signs.ts';
import type { Expectation } from './triage.ts';

/**
 * What is tested. `difference`: the shadow differs from the primary at a place where the control does not. `mismatch`:
 * the shadow differs from the primary, where there is no control. The others are checks of each pair of legs.
 */
export const CHECKS = ['difference', 'mismatch', ...PAIR_CHECKS] as const;

export type Check = (typeof CHECKS)[number];

/**
 * The blocks of time of one route. Things that happen at one moment (a burst, a garbage collection, a value that is
 * cached for a while) are one observation, so evidence takes one sign per block. A block is as long as the time between
 * two flushes, at least a second, and has at least ten exchanges.
 */
export interface BlockClock {
  /** Compared exchanges up to now. */
  readonly exchanges: number;
  /** The present block, from 1. */
  readonly block: number;
  /** When the block began, milliseconds since 1970. */
  readonly began: number;
  /** Exchanges in the block. */
  readonly within: number;
  /** How often the clock was set back. */
  readonly setBack: number;
  /** How often the clock was set ahead. */
  readonly setAhead: number;
  /**
   * The counts when a rule was removed that had accepted something on the route. About the differences it accepted,
   * nothing is known from before. Absent: no such rule was ever removed.
   */
  readonly anew?: { readonly exchanges: number; readonly block: number; readonly mismatches: number };
}

/**
 * How similar the deltas within a block are: per block, the number of pairs and the number of pairs with a delta above
 * the reference.
 */
export interface DeltaBlocks {
  /** Milliseconds: the median of the first deltas. */
  readonly reference: number;
  /** The open block. */
  readonly open: { readonly block: number; readonly pairs: number; readonly above: number };
  /** Sums over the closed blocks: of the numbers, their squares, and their products. */
  readonly closed: {
    readonly blocks: number;
    readonly pairs: number;
    readonly above: number;
    readonly pairsSquared: number;
    readonly aboveSquared: number;
    readonly product: number;
  };
}

/** How often each sign followed each other sign. */
export interface Transitions {
  readonly afterWorse: SignCounts;
  readonly afterBetter: SignCounts;
}

/** What is remembered of one test: about 300 bytes as JSON, however long it goes on. */
export interface Signs extends Transitions {
  /** Exchanges and blocks of the route before this test began. */
  readonly since: { readonly exchanges: number; readonly block: number };
  /** Exchanges in which only the shadow was bad, and in which only the other leg was. */
  readonly total: SignCounts;
  /** The counts of the open block. */
  readonly open: SignCounts & { readonly block: number };
  /** Closed blocks in which only the shadow was bad: their number, and the sum of the squared counts. */
  readonly bad: { readonly blocks: number; readonly squares: number };
  /** The last sign; absent before the first. */
  readonly last?: Sign;
  /** The highest value that ln E ever had: a proof once made stays. */
  readonly peak: number;
}

export interface Test {
  readonly check: Check;
  /** The place of a difference or mismatch. */
  readonly place?: Place;
  /**
   * Instead of `place`, the id of a signature. A signature that shares places with an expected one is tested by itself.
   */
  readonly signature?: string;
  /** From 1, in the order in which the tests of a family began, across all routes of a service. */
  readonly rank: number;
  readonly signs: Signs;
}

export interface RouteEvidence {
  readonly route: string;
  readonly clock: BlockClock;
  /** The tests that count; see record/disregard.ts for the others. */
  readonly tests: readonly Test[];
  /** Exchanges with a mismatch. */
  readonly mismatches: number;
  /** Of these, those that a rule accepts now, that are marked as expected, or that the baseline also had. */
  readonly accepted: number;
  /** Mismatches and failures that are marked as expected, the most frequent first. */
  readonly expected: readonly ExpectedSignature[];
  /** The margin that `slower` was counted with, a share; absent: the margin of the settings. */
  readonly margin?: number;
}

export interface ExpectedSignature extends Expectation {
  readonly id: string;
  /** How many exchanges have it. */
  readonly count: number;
}

/** What is left out of the evidence, besides what a rule accepts. */
export interface Disregard {
  /** Milliseconds since 1970: signatures marked as expected at this time are left out. Absent: marks are ignored. */
  readonly expectedAt?: number;
  /** The id of a rehearsal of the same service: places at which its responses differed are left out. */
  readonly baseline?: string;
}
