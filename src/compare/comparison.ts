import type { ServingLeg } from '../model/copy-legs.ts';
import type { Difference } from '../model/difference.ts';
import type { CapturedResponse, LegName, RequestHead } from '../model/exchange.ts';
import type { Value } from './value.ts';

/** The account of one pair: what differs, split by whether a rule accepts it. Both lists empty: the pair is equal. */
export interface Comparison {
  /** Most severe first, at most `EXAMPLES_PER_PLACE` of one place. */
  readonly differences: readonly Difference[];
  readonly accepted: readonly AcceptedDifference[];
  /** The whole values of `differences`, as received. They are for judging, and must never be recorded. */
  readonly sides: ReadonlyMap<Difference, Sides>;
  /** How many differences were left out because their place had enough examples. Every place is named. */
  readonly omitted: number;
  /** Sorted indices in `CompareConfig.rules` of the rules that accepted something or changed how the pair was read. */
  readonly applied: readonly number[];
  /**
   * Whether the time for the pair ended before everything was compared: then more may differ, and another run may find
   * less.
   */
  readonly outOfTime?: boolean;
}

/** The values on the two sides of a difference; absent where a side has none. */
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
 * Compares two responses to one request. The request is the forwarded one, before the configured changes for a target.
 * It shows the gRPC method, whether the request was conditional, and what the targets were sent. Made once per route,
 * since rules are compiled once. Never throws, whatever the bytes.
 */
export type Comparator = (
  primary: CapturedResponse,
  other: CapturedResponse,
  request?: RequestHead,
  copy?: Copy,
) => Comparison;

/** What the two targets got. */
export interface Copy {
  readonly leg: Exclude<LegName, 'primary'>;
  /** The leg that served the client: its target got the request itself, and all others got copies. Default: the primary. */
  readonly servedBy?: ServingLeg;
  /** The value of the header that marks copies. */
  readonly marker?: string;
}
