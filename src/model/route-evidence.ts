/** What is known of one route of a rehearsal, as the store keeps it and the verdict reads it: plain data. */
import type { Place } from './difference.ts';
import { PAIR_CHECKS, type Sign, type SignCounts } from './pair-signs.ts';
import type { Expectation } from './triage.ts';

/**
 * What is tested. `difference`: the shadow differs from the primary at a place where the control does not. `mismatch`:
 * the same where there is no control to say what is usual. The others are of each pair of legs.
 */
export const CHECKS = ['difference', 'mismatch', ...PAIR_CHECKS] as const;

export type Check = (typeof CHECKS)[number];

/**
 * The blocks of time of one route. What happens in one moment (a burst, a pause of a collector, a value that is cached for
 * a while) is one observation, so that evidence takes one sign of each block. A block is as long as the time between two
 * flushes, at least a second, and has at least ten exchanges.
 */
export interface BlockClock {
  /** Compared exchanges up to now. */
  readonly exchanges: number;
  /** The present block, from 1. */
  readonly block: number;
  /** When it began, milliseconds since 1970. */
  readonly began: number;
  /** Exchanges in it. */
  readonly within: number;
  /** How often the clock was found to be set back. */
  readonly setBack: number;
  /** How often it was found to be set ahead. */
  readonly setAhead: number;
  /**
   * What there was when a rule went that had been of use on the route: of what it accepted nothing is known from before.
   * Absent: no such rule ever went.
   */
  readonly anew?: { readonly exchanges: number; readonly block: number; readonly mismatches: number };
}

/** How alike the deltas of a block are: numbers of pairs, and of those with a delta above the reference, by block. */
export interface DeltaBlocks {
  /** Milliseconds: the median of the first deltas. */
  readonly reference: number;
  /** The block that is not closed yet. */
  readonly open: { readonly block: number; readonly pairs: number; readonly above: number };
  /** Of those that are, added up: the numbers, their squares, and their products. */
  readonly closed: {
    readonly blocks: number;
    readonly pairs: number;
    readonly above: number;
    readonly pairsSquared: number;
    readonly aboveSquared: number;
    readonly product: number;
  };
}

/** How often each sign followed each. */
export interface Transitions {
  readonly afterWorse: SignCounts;
  readonly afterBetter: SignCounts;
}

/** What is remembered of one test: about 300 bytes as JSON, however long it goes on. */
export interface Signs extends Transitions {
  /** Exchanges and blocks of the route before the first that counts here. */
  readonly since: { readonly exchanges: number; readonly block: number };
  /** Exchanges in which the shadow alone was bad, and in which the other was. */
  readonly total: SignCounts;
  /** Of the block that is not closed yet. */
  readonly open: SignCounts & { readonly block: number };
  /** Of the closed blocks in which the shadow alone was bad: how many they are, and the squares of how often it was, added up. */
  readonly bad: { readonly blocks: number; readonly squares: number };
  /** The last sign; absent before the first. */
  readonly last?: Sign;
  /** The highest that ln E ever was: what was proven once stays proven. */
  readonly peak: number;
}

export interface Test {
  readonly check: Check;
  /** Of a difference or mismatch. */
  readonly place?: Place;
  /** In its place, the id of a signature: one that shares places with what is expected is tested by itself. */
  readonly signature?: string;
  /** From 1, in the order in which the tests of a family began, over all routes of a service. */
  readonly rank: number;
  readonly signs: Signs;
}

export interface RouteEvidence {
  readonly route: string;
  readonly clock: BlockClock;
  /** Of what counts; see record/disregard.ts for what does not. */
  readonly tests: readonly Test[];
  /** Exchanges with a mismatch. */
  readonly mismatches: number;
  /** Of these, those that a rule accepts by now, that somebody expects, or that the baseline had as well. */
  readonly accepted: number;
  /** What somebody expects, mismatches and failures alike, the most frequent first. */
  readonly expected: readonly ExpectedSignature[];
  /** The margin that `slower` was counted with, a share; absent: that of the settings. */
  readonly margin?: number;
}

export interface ExpectedSignature extends Expectation {
  readonly id: string;
  /** How many exchanges have it. */
  readonly count: number;
}

/** What is taken out of the evidence, beside what a rule accepts. */
export interface Disregard {
  /** Milliseconds since 1970: what is marked as expected at that time. Absent: no mark is looked at. */
  readonly expectedAt?: number;
  /** The id of a rehearsal of the same service: the places at which its responses differed. */
  readonly baseline?: string;
}
