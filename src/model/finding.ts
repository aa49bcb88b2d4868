import type { Difference, DifferenceKind, Place } from './difference.ts';
import type { Fields, LegFailure, LegTiming } from './exchange.ts';
import type { Ending } from './outcome.ts';
import type { Redaction } from './redaction.ts';
import type { RepeatCounts } from './repeat.ts';

/**
 * What a compare thread sends to the recorder for one flush interval. It is aggregated: ten thousand mismatches with
 * one cause cost one row. All texts in it are already redacted.
 */
export interface FindingsBatch {
  readonly signatures: readonly SignatureFinding[];
  readonly evidence: readonly Evidence[];
  readonly rules: readonly RuleUse[];
  readonly redactions: readonly RedactionUse[];
}

/** Mismatches (or accepted, noisy, failed or sampled matching exchanges) that have one cause. */
export interface SignatureRow {
  /** Stable: a hash of route, ending, status pair and places. */
  readonly id: string;
  readonly route: string;
  readonly ending: Ending;
  /** 0 where that leg gave no response. */
  readonly primaryStatus: number;
  readonly shadowStatus: number;
  /** Sorted, unique. Empty for matches and for failures. */
  readonly places: readonly Place[];
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/**
 * What one batch says about a signature. Its count is 0 where the exchanges are counted separately from their examples.
 */
export interface SignatureFinding extends SignatureRow {
  /** At most 10. Those with the highest `priority` so far are kept, which makes them a uniform sample. */
  readonly examples: readonly Example[];
  /** What repeated requests have shown; absent: none was repeated. */
  readonly repeats?: RepeatCounts;
}

export interface Example {
  /** Uniform in [0, 1): a reservoir keeps the highest. */
  readonly priority: number;
  readonly exchange: RecordedExchange;
}

/** Discordant counts of one place: how often the shadow, the control, or both differed from the primary there. */
export interface Evidence {
  readonly route: string;
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly shadowOnly: number;
  readonly controlOnly: number;
  readonly both: number;
}

/** How often a rule accepted something or changed how a pair was read. */
export interface RuleUse {
  readonly route: string;
  /** As it would be written in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  readonly hits: number;
}

/** A rule of the current configuration, in one of the services that have it. */
export interface ConfiguredRule {
  readonly service: string;
  /** As it would be written in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  /** Milliseconds since 1970, from when the rule no longer applies. */
  readonly until?: number;
}

/** How often a rule of redaction hid values, in all routes. */
export interface RedactionUse {
  readonly rule: Redaction;
  /** The name of the values; empty where they were found by their shape, or where there are too many names. */
  readonly name: string;
  readonly count: number;
}

/** An exchange as it is stored and shown: redacted, bodies cut to a bounded length. */
export interface RecordedExchange {
  readonly id: string;
  readonly route: string;
  readonly receivedAt: number;
  readonly ending: Ending;
  /** Present where a rollout let the shadow serve the client: then the primary got the copy. */
  readonly servedBy?: 'shadow';
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly fields: Fields;
    readonly body: RecordedBody;
  };
  readonly primary: RecordedLeg;
  readonly shadow: RecordedLeg;
  readonly control?: RecordedLeg;
  readonly differences: readonly RecordedDifference[];
  /** Differences that are noise, in an exchange that also has a mismatch. */
  readonly noise?: readonly Difference[];
  /** Of the places where it differs, those that were known to be noisy. */
  readonly learned?: readonly LearnedPlace[];
  /** Differences that a rule accepts, with the rule as text. */
  readonly accepted: readonly (Difference & { readonly rule: string })[];
}

/** What was known of a noisy place when an exchange was judged: how often it differed, and how production looks there. */
export interface LearnedPlace extends Place {
  /**
   * Exchanges in which the control (or a repeated request to the primary) differed there, and in which only the shadow
   * did.
   */
  readonly control: number;
  readonly shadowAlone: number;
  /** Of production's values, each with how many were seen: `uuid 4`, `time dddd-dd-dd`, `empty` … */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** Of URLs, paths and tokens, the parts that differ in production as well; the others are compared. */
  readonly parts: readonly string[];
}

export interface RecordedDifference extends Difference {
  /** Absent where the whole values were not examined. */
  readonly fits?: Fits;
}

/** Which rules would accept a difference. Determined from the whole values, before redaction and cutting. */
export interface Fits {
  /** Names of effects, as the proposals know them. */
  readonly effects: readonly string[];
  /** How far two points in time are apart, in milliseconds. */
  readonly delay?: number;
  /** How far two numbers are apart, absolutely and as a share of the left one. */
  readonly distance?: number;
  readonly share?: number;
  /** The parts in which two URLs differ, by their names in rules. */
  readonly parts?: readonly string[];
}

export type RecordedLeg =
  | {
      readonly status: number;
      readonly reason: string;
      readonly fields: Fields;
      readonly trailers: Fields;
      readonly body: RecordedBody;
      readonly timing: LegTiming;
    }
  | { readonly failure: LegFailure; readonly detail: string };

export interface RecordedBody {
  /** Text where the bytes are text after decoding; base64 otherwise. */
  readonly encoding: 'utf8' | 'base64';
  readonly content: string;
  /** Decoded length in bytes before any cut. */
  readonly length: number;
  readonly truncated: boolean;
}
