import type { DifferenceKind } from './difference.ts';
import type { LegName } from './exchange.ts';
import type { RecordedExchange, SignatureRow } from './finding.ts';
import type { Ending, EndingCount } from './outcome.ts';
import type { Redaction } from './redaction.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Repeated } from './repeat.ts';
import type { Disregard, RouteEvidence } from './route-evidence.ts';
import type { Mark } from './triage.ts';
import type { VerdictSettings } from './verdict-settings.ts';

/** The reading side of the store: what reports, pages and the verdict read. Rejects as `Store` does. */
export interface StoreReader {
  summary(window?: TimeWindow, scope?: Scope): Promise<Summary>;
  signatures(query: SignatureQuery): Promise<readonly MarkedSignature[]>;
  /** Where the scope names no rehearsal and the present ones do not have it: of the latest rehearsal that has. */
  signature(id: string, scope?: Scope): Promise<SignatureDetail | undefined>;
  /** The newest of that id, of all rehearsals. */
  exchange(id: string): Promise<StoredExchange | undefined>;
  evidence(route?: string, scope?: Scope): Promise<readonly EvidenceRow[]>;
  /** What the verdict is made of, by route, but for what is to be disregarded. */
  routeEvidence(scope?: Scope, disregard?: Disregard): Promise<readonly RouteEvidence[]>;
  /** With which settings it is judged, as they are configured; absent where nobody has told any yet. */
  verdictSettings(): Promise<VerdictSettings | undefined>;
  /** Those that are configured, in their order, then those of which there are results alone. */
  services(): Promise<readonly ServiceRow[]>;
  /** The rules that are configured, those with fewest hits first. */
  rules(scope?: Scope): Promise<readonly RuleRow[]>;
  /** What redaction hid, by rule, those that hid most first. */
  redactions(scope?: Scope): Promise<readonly RedactionRow[]>;
  /** By service, the present one first, then those that were present most recently. */
  rehearsals(): Promise<readonly RehearsalRow[]>;
  close(): Promise<void>;
}

/** Of which results one asks: of one rehearsal, or, where none is named, of the present one of the service, or of each. */
export interface Scope {
  readonly service?: string;
  /** Its id. */
  readonly rehearsal?: string;
}

/** `not_mirrored`: it has no shadow. `gone`: it is not configured any more. */
export interface ServiceRow {
  readonly service: string;
  readonly state: 'mirrored' | 'not_mirrored' | 'gone';
}

export interface RehearsalRow extends Rehearsal {
  readonly state: 'present' | 'earlier';
  readonly requests: number;
  /** Of its results, as `Summary` has it. */
  readonly from?: number;
  readonly to?: number;
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
  readonly outcomes: readonly EndingCount[];
  readonly routes: readonly RouteSummary[];
  /**
   * From the last flush of a run that ended without finishing to the start of the next, or, where there is none, to when
   * the store was opened and nobody recorded to it: results may be missing.
   */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

/** A route is told from others by its service and its name. */
export interface RouteSummary {
  readonly service: string;
  readonly route: string;
  readonly requests: number;
  readonly outcomes: readonly EndingCount[];
  readonly latency: readonly LegLatency[];
  readonly delta?: DeltaQuantiles;
  readonly crowded?: Crowded;
}

/** Pairs that are no part of the delta, since shadow or control was queueing: copies stood in each other's way there. */
export interface Crowded {
  readonly count: number;
  /** The most copies in flight at that target. */
  readonly inFlight: number;
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
  /** Where the median of all such pairs lies, with 99.9 % confidence whenever it is looked at; absent where too few are known. */
  readonly medianBetween?: readonly [low: number, high: number];
  /** So many independent pairs would say as much of it: those of one moment say the same. */
  readonly effectiveCount: number;
  /** Where it would lie if all pairs were independent: a first impression, which a single bad moment can make. */
  readonly ifIndependent?: readonly [low: number, high: number];
}

export interface SignatureQuery {
  readonly route?: string;
  /** Default: mismatch alone. */
  readonly endings?: readonly Ending[];
  /** Counts only what was recorded in it. */
  readonly window?: TimeWindow;
  /** Default 100, at most 1000. */
  readonly limit?: number;
  readonly scope?: Scope;
}

/** A signature is told from others by its service and its id. */
export interface StoredSignature extends SignatureRow {
  readonly service: string;
  /** What repeated requests have shown (`mirror.confirm`); absent: none was repeated. */
  readonly repeated?: Repeated;
}

export interface MarkedSignature extends StoredSignature {
  /** Absent: nobody has said anything of it. */
  readonly mark?: Mark;
}

export interface SignatureDetail extends MarkedSignature {
  readonly examples: readonly StoredExchange[];
}

export interface StoredExchange extends RecordedExchange {
  readonly service: string;
}

export interface EvidenceRow {
  readonly route: string;
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly shadowOnly: number;
  readonly controlOnly: number;
  readonly both: number;
}

/** One rule of the configuration, in all the routes that have it, of all services that were asked for. */
export interface RuleRow {
  /** As it would be written in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  /** Milliseconds since 1970, from when the rule no longer applies. */
  readonly until?: number;
  /** How often it accepted something, or changed how a pair was read. */
  readonly hits: number;
  /** Those that have it. The hits add up to `hits`. */
  readonly services: readonly { readonly service: string; readonly hits: number }[];
}

/** What one rule of redaction hid in recorded examples. */
export interface RedactionRow {
  readonly rule: Redaction;
  readonly count: number;
  /** Names of the values, the most frequent first and at most `NAMES_LISTED`; none where the rule goes by the shape. */
  readonly names: readonly { readonly name: string; readonly count: number }[];
}

export const NAMES_LISTED = 20;
