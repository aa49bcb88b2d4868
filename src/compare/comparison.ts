import type { CompareConfig } from '../config/types.ts';
import type { Difference } from '../model/difference.ts';
import type { CapturedResponse } from '../model/exchange.ts';

/** The account of one pair: what differs, split by whether a rule accepts it. Both empty: the pair is equal. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly accepted: readonly AcceptedDifference[];
}

export interface AcceptedDifference extends Difference {
  /** The rule that accepts it, as it would be written in the config, for people. */
  readonly rule: string;
  /** Its index in `CompareConfig.rules`, for hit counts. */
  readonly index: number;
}

/** Compares two answers to one request. Made once per route, since rules are compiled once. Never throws, whatever the bytes. */
export type Comparator = (primary: CapturedResponse, shadow: CapturedResponse) => Comparison;

export type MakeComparator = (config: CompareConfig) => Comparator;
