import type { DifferenceKind } from './difference.ts';
import type { LegName } from './exchange.ts';
import type { RecordedExchange, SignatureRow } from './finding.ts';
import type { Ending, EndingCount } from './outcome.ts';
import type { RecordedExperiment } from './recorded-experiment.ts';
import type { Redaction } from './redaction.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Repeated } from './repeat.ts';
import type { RolloutChange } from './rollout.ts';
import type { Disregard, RouteEvidence } from './route-evidence.ts';
import type { Mark } from './triage.ts';
import type { VerdictSettings } from './verdict-settings.ts';

/** The reading side of the store: what reports, pages and the verdict read. Rejects as `Store` does. */
export interface StoreReader {
  /** @param latencies default `all`; `none`: they take most of the time. */
  summary(window?: TimeWindow, scope?: Scope, latencies?: SummaryLatencies): Promise<Summary>;
  /** How many responses these legs gave, by route; nothing of a leg that gave none. */
  responses(legs: readonly LegName[], scope?: Scope): Promise<readonly ResponseCount[]>;
  /** Results over time. Steps at the ends of the window count whole. */
  timeline(query: TimelineQuery): Promise<StoredTimeline>;
  /** For each of these routes, in their order: how many exchanges were compared and differed, over time. */
  routeTimelines(query: RouteTimelineQuery): Promise<RouteTimelines>;
  /** The sketches of all latencies of a route that are not empty; see lib/sketch.ts. */
  sketches(route: RouteOfService, window?: TimeWindow, scope?: Scope): Promise<readonly RouteSketch[]>;
  signatures(query: SignatureQuery): Promise<readonly MarkedSignature[]>;
  /**
   * Where the scope names no rehearsal and no present one has the signature, it is taken from the latest rehearsal that
   * has it.
   */
  signature(id: string, scope?: Scope): Promise<SignatureDetail | undefined>;
  /** The newest exchange with that id, in all rehearsals. */
  exchange(id: string): Promise<StoredExchange | undefined>;
  evidence(route?: string, scope?: Scope): Promise<readonly EvidenceRow[]>;
  /** The evidence for the verdict, by route, without what is to be disregarded. */
  routeEvidence(scope?: Scope, disregard?: Disregard): Promise<readonly RouteEvidence[]>;
  /** The settings of the verdict, as configured; undefined where none were stored yet. */
  verdictSettings(): Promise<VerdictSettings | undefined>;
  /** The configured services in their order, then those that only have results. */
  services(): Promise<readonly ServiceRow[]>;
  /** The configured rules, those with the fewest hits first. `route`: only its hits are counted. */
  rules(scope?: Scope, route?: string): Promise<readonly RuleRow[]>;
  /** What redaction hid, by rule; rules that hid most come first. */
  redactions(scope?: Scope): Promise<readonly RedactionRow[]>;
  /** The latest changes of the rollout of each service, or of one, the latest first: at most so many of each. */
  rollouts(limit: number, service?: string): Promise<readonly RolloutChange[]>;
  /** All editions: those that run first, then the latest first. */
  experiments(): Promise<readonly RecordedExperiment[]>;
  /** By service: the present one first, then the earlier ones, the latest first. */
  rehearsals(): Promise<readonly RehearsalRow[]>;
  close(): Promise<void>;
}

/** `all`: those of all legs, and the deltas. */
export type SummaryLatencies = 'all' | 'none';

export interface ResponseCount extends RouteOfService {
  readonly leg: LegName;
  readonly count: number;
}

/**
 * Which results are meant: those of one rehearsal, or, where none is named, of the present rehearsal of the service, or
 * of every service.
 */
export interface Scope {
  readonly service?: string;
  /** Its id. */
  readonly rehearsal?: string;
}

/** `not_mirrored`: it has no shadow. `gone`: it is no longer configured. */
export interface ServiceRow {
  readonly service: string;
  readonly state: 'mirrored' | 'not_mirrored' | 'gone';
}

export interface RehearsalRow extends Rehearsal {
  readonly state: 'present' | 'earlier';
  readonly requests: number;
  /** The start of its results, as in `Summary`. */
  readonly from?: number;
  readonly to?: number;
}

/** Milliseconds since 1970. Minutes that overlap the window count whole. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

export interface Summary {
  /**
   * The time that the results cover, milliseconds since 1970: from the start of the first minute with traffic to the
   * end of the last, or to the last flush if that was earlier. Absent when there are no results.
   */
  readonly from?: number;
  readonly to?: number;
  readonly requests: number;
  readonly outcomes: readonly EndingCount[];
  readonly routes: readonly RouteSummary[];
  /**
   * Times for which results may be missing: from the last flush of a run that ended abruptly to the start of the next
   * run. Where there is no next run, to the time when the store was opened while nothing recorded to it.
   */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

/** A route is identified by its service and its name. */
export interface RouteSummary extends RouteOfService {
  readonly requests: number;
  readonly outcomes: readonly EndingCount[];
  readonly latency: readonly LegLatency[];
  readonly delta?: DeltaQuantiles;
  readonly crowded?: Crowded;
}

/** Pairs that are left out of the delta, since copies delayed each other at the shadow or the control. */
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
  /**
   * The interval in which the true median lies, with 99.9 % confidence at every look; absent where there are too few
   * pairs.
   */
  readonly medianBetween?: readonly [low: number, high: number];
  /** The number of independent pairs with the same information: pairs of one moment depend on each other. */
  readonly effectiveCount: number;
  /** The interval if all pairs were independent. A first impression: a single bad moment can shift it. */
  readonly ifIndependent?: readonly [low: number, high: number];
}

export interface TimelineQuery {
  /** Default: the whole time of the results. */
  readonly window?: TimeWindow;
  /** The most steps that are wanted. */
  readonly points: number;
  /** Only this route; absent: all of them together. */
  readonly route?: string;
  readonly scope?: Scope;
}

/** Results over time, in steps of equal length. */
export interface StoredTimeline {
  /** Milliseconds. Each step begins at a multiple of it. */
  readonly step: number;
  /** Oldest first, without a hole: a step without traffic has 0 requests. Empty where there are no results. */
  readonly steps: readonly StoredStep[];
  readonly gaps: Summary['gaps'];
}

export interface StoredStep {
  /** Its start, in milliseconds since 1970. */
  readonly at: number;
  readonly requests: number;
  readonly outcomes: readonly EndingCount[];
  /** To the last byte. */
  readonly legs: readonly (StepQuantiles & { readonly leg: LegName })[];
  /** Shadow minus control of the same exchange, or minus primary where there is no control. Absent: no pair. */
  readonly delta?: StepQuantiles;
}

export interface RouteOfService {
  readonly service: string;
  readonly route: string;
}

export interface RouteTimelineQuery extends Omit<TimelineQuery, 'route'> {
  readonly routes: readonly RouteOfService[];
}

/** Steps without a hole, as in `StoredTimeline`. */
export interface RouteTimelines {
  /** Milliseconds. */
  readonly step: number;
  /** The start of the first step, in milliseconds since 1970. */
  readonly from: number;
  readonly routes: readonly { readonly compared: readonly number[]; readonly mismatches: readonly number[] }[];
}

export interface RouteSketch {
  /** `LEG.firstByte`, `LEG.lastByte`; `delta.below` with the magnitudes below zero, and `delta.above`. */
  readonly metric: string;
  readonly counts: Float64Array;
}

/** Milliseconds. */
export interface StepQuantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface SignatureQuery {
  readonly route?: string;
  /** Default: mismatch alone. */
  readonly endings?: readonly Ending[];
  /** Only what was recorded in it is counted. */
  readonly window?: TimeWindow;
  /** Default 100, at most 20,000. */
  readonly limit?: number;
  readonly scope?: Scope;
}

/** A signature is identified by its service and its id. */
export interface StoredSignature extends SignatureRow {
  readonly service: string;
  /** The results of repeated requests (`mirror.confirm`); absent: none was repeated. */
  readonly repeated?: Repeated;
}

export interface MarkedSignature extends StoredSignature {
  /** Absent: nobody has marked it. */
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

/** One rule of the configuration, across all its routes in the services that were asked for. */
export interface RuleRow {
  /** As it would be written in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  /** Milliseconds since 1970, from when the rule no longer applies. */
  readonly until?: number;
  /** How often it accepted something, or changed how a pair was read. */
  readonly hits: number;
  /** The services that have the rule. Their hits add up to `hits`. */
  readonly services: readonly { readonly service: string; readonly hits: number }[];
}

/** What one rule of redaction hid in recorded examples. */
export interface RedactionRow {
  readonly rule: Redaction;
  readonly count: number;
  /** Names of the values, the most frequent first, at most `NAMES_LISTED`; empty where the rule goes by shape. */
  readonly names: readonly { readonly name: string; readonly count: number }[];
}

export const NAMES_LISTED = 20;
