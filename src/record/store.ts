import type { RouteCounts } from '../metrics/layout.ts';
import type { DifferenceKind, Place } from '../model/difference.ts';
import type { LegName } from '../model/exchange.ts';
import type { FindingsBatch, RecordedExchange } from '../model/finding.ts';
import type { Ending } from '../model/outcome.ts';

/**
 * Where results are kept. Methods are asynchronous and there is a contract suite, because a shared database will
 * stand beside SQLite when many proxies give one answer. Every method rejects with an `UnderstudyError` of code
 * `store_unusable` when the medium fails; nothing is then half written.
 */
export interface Store {
  /** Writes one flush in one transaction. The same `sequence` written twice counts once. */
  write(flush: Flush): Promise<void>;
  summary(window?: TimeWindow): Promise<Summary>;
  signatures(query: SignatureQuery): Promise<readonly SignatureRow[]>;
  signature(id: string): Promise<SignatureDetail | undefined>;
  exchange(id: string): Promise<RecordedExchange | undefined>;
  evidence(route?: string): Promise<readonly EvidenceRow[]>;
  /** Deletes what is older than `age` milliseconds before `now`, then the oldest until the store is below `size` bytes. */
  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void>;
  /** Deletes all results. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** All that main has gathered in one flush interval. */
export interface Flush {
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly counts: readonly { readonly route: string; readonly counts: RouteCounts }[];
  readonly findings: readonly FindingsBatch[];
}

/** Milliseconds since 1970; whole minutes are counted in as soon as they touch the window. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

export interface Summary {
  /** First and last minute with traffic, milliseconds since 1970; absent when there is none. */
  readonly from?: number;
  readonly to?: number;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: Ending; readonly count: number }[];
  readonly routes: readonly RouteSummary[];
  /** Gaps that the store knows of: a process that ended without its last flush. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

export interface RouteSummary {
  readonly route: string;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: Ending; readonly count: number }[];
  readonly latency: readonly LegLatency[];
  readonly delta?: Quantiles;
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
  readonly p95: number;
  readonly p99: number;
}

export interface SignatureQuery {
  readonly route?: string;
  /** Default: mismatch alone. */
  readonly endings?: readonly Ending[];
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

export interface SignatureRow {
  readonly id: string;
  readonly route: string;
  readonly ending: Ending;
  readonly primaryStatus: number;
  readonly shadowStatus: number;
  readonly places: readonly Place[];
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
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
