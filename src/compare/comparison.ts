import type { Difference } from '../model/difference.ts';
import type { CapturedResponse, LegName, RequestHead } from '../model/exchange.ts';
import type { Value } from './value.ts';

/** The account of one pair: what differs, split by whether a rule accepts it. Both lists empty: the pair is equal. */
export interface Comparison {
  /** Most severe first, at most `EXAMPLES_PER_PLACE` of one place. */
  readonly differences: readonly Difference[];
  readonly accepted: readonly AcceptedDifference[];
  /** The whole values of `differences`, as they came: for whoever judges them, and never to be recorded. */
  readonly sides: ReadonlyMap<Difference, Sides>;
  /** How many differences were left out because their place had enough examples. Every place is named. */
  readonly omitted: number;
  /** Sorted indices in `CompareConfig.rules` of the rules that accepted something or changed how the pair was read. */
  readonly applied: readonly number[];
  /** Whether the time for the pair ended before all was compared: then more may differ, and another time less be found. */
  readonly outOfTime?: boolean;
}

/** What stands on the two sides of a difference; absent where there is nothing. */
export interface Sides {
  readonly left?: Value;
  readonly right?: Value;
}

export interface AcceptedDifference extends Difference {
  /** The rule that accepts it, as it would be written in the config, for people. */
  readonly rule: string;
  /** Its index in `CompareConfig.rules`. */
  readonly index: number;
}

/**
 * Compares two responses to one request. The request, as it was forwarded before what the configuration changes for a
 * target, tells the gRPC method, whether it was conditional, and what the targets were sent. Made once per route, since
 * rules are compiled once. Never throws, whatever the bytes.
 */
export type Comparator = (
  primary: CapturedResponse,
  other: CapturedResponse,
  request?: RequestHead,
  copy?: Copy,
) => Comparison;

/** What the other target got. */
export interface Copy {
  readonly leg: Exclude<LegName, 'primary'>;
  /** The value of the header that marks it. */
  readonly marker?: string;
}
