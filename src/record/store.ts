import type { RouteCounts } from '../metrics/layout.ts';
import type { DifferenceKind } from '../model/difference.ts';
import type { LegName } from '../model/exchange.ts';
import type { FindingsBatch, RecordedExchange, SignatureRow } from '../model/finding.ts';
import type { Ending } from '../model/outcome.ts';
import type { Renaming } from './renaming.ts';

/**
 * Where results are kept. Methods are asynchronous and there is a contract suite, because a shared database will
 * stand beside SQLite when many proxies give one answer. Every method rejects with a `StoreError` (code
 * `store_unusable`) when the medium fails; nothing is then half written.
 */
export interface Store extends StoreReader {
  /** Key of the redaction's tokens: random, made with the store and kept in it. */
  redactionKey(): Promise<Buffer>;
  /** Writes one flush in one transaction. The same `sequence` written twice by one run counts once. */
  write(flush: Flush): Promise<void>;
  /**
   * Deletes what is older than `age` milliseconds before `now`, in whole hours, then the oldest until the store is
   * below `size` bytes.
   */
  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void>;
  /** Deletes all results. */
  clear(): Promise<void>;
  /** Says that all of this run's results were written, so that its end leaves no gap. */
  finish(at: number): Promise<void>;
}

/** What reports, pages and the verdict read. */
export interface StoreReader {
  summary(window?: TimeWindow): Promise<Summary>;
  signatures(query: SignatureQuery): Promise<readonly SignatureRow[]>;
  signature(id: string): Promise<SignatureDetail | undefined>;
  /** The newest of that id. */
  exchange(id: string): Promise<RecordedExchange | undefined>;
  evidence(route?: string): Promise<readonly EvidenceRow[]>;
  /** The rules that are configured, or were until a short time ago, those with fewest hits first. */
  rules(): Promise<readonly RuleRow[]>;
  close(): Promise<void>;
}

/** One life of the process that writes. A process that opens its store again goes on with its run. */
export interface Run {
  /** Unique among all processes that ever write to the store. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** All that main has gathered in one flush interval. */
export interface Flush {
  /** Rises from 1 within a run. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly counts: readonly { readonly route: string; readonly counts: RouteCounts }[];
  readonly findings: readonly FindingsBatch[];
  /** Routes that turned out to be others, in order: what was ever recorded of them, here as well, becomes those others'. */
  readonly renamings: readonly Renaming[];
}

/** Milliseconds since 1970; whole minutes are counted in as soon as they touch the window. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

export interface Summary {
  /**
   * What the results are of, milliseconds since 1970: from the start of the first minute with traffic to the end of the
   * last, or to the last flush where that came sooner. Absent when there is none.
   */
  readonly from?: number;
  readonly to?: number;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: Ending; readonly count: number }[];
  readonly routes: readonly RouteSummary[];
  /** From the last flush of a run that ended without finishing to the start of the next: results may be missing. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

export interface RouteSummary {
  readonly route: string;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: Ending; readonly count: number }[];
  readonly latency: readonly LegLatency[];
  readonly delta?: DeltaQuantiles;
}

export interface LegLatency {
  readonly leg: LegName;
  readonly firstByte: Quantiles;
  readonly lastByte: Quantiles;
}

/** Milliseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Shadow minus control of the same exchange, or minus primary where there is no control. */
export interface DeltaQuantiles extends Quantiles {
  /** Where the median of all such pairs lies, with 99.9 % confidence; absent where there are too few to tell. */
  readonly medianBetween?: readonly [low: number, high: number];
}

export interface SignatureQuery {
  readonly route?: string;
  /** Default: mismatch alone. */
  readonly endings?: readonly Ending[];
  /** Counts only what was recorded in it. */
  readonly window?: TimeWindow;
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

export interface SignatureDetail extends SignatureRow {
  readonly examples: readonly RecordedExchange[];
}

export interface EvidenceRow {
  readonly route: string;
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly shadowOnly: number;
  readonly controlOnly: number;
  readonly both: number;
}

/** One rule of the configuration, in all the routes that have it. */
export interface RuleRow {
  /** As it would be written in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  /** Milliseconds since 1970, from when the rule no longer applies. */
  readonly until?: number;
  /** How often it accepted something, or changed how a pair was read. */
  readonly hits: number;
}
