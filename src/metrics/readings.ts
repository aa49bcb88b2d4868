import type { Answer } from '../model/answer.ts';
import type { ArmCount } from '../model/experiment.ts';
import type { PauseCause } from '../model/pause.ts';
import type { ExperimentLeftOut } from '../model/recorded-experiment.ts';
import type { ArmReading } from './arm-exposition.ts';
import type { RedactionCounts } from './redactions.ts';
import type { RefusalCounts } from './refusals.ts';

/** What the exposition shows besides the counts: the state at the moment of the scrape. */
export interface Readings {
  readonly tapes: readonly TapeReading[];
  /** For each target of copies that is configured. */
  readonly copies: readonly CopyReading[];
  /** Since the start, for each mirrored service. */
  readonly repeats: readonly RepeatReading[];
  readonly pauses: readonly PauseReading[];
  readonly memory: MemoryReading;
  readonly config: {
    /** The number of the configuration in force; the one at the start is 1. */
    readonly generation: number;
    /** Whether the newest attempt to load the configuration failed, so that an older one is still in force. */
    readonly failed: boolean;
  };
  readonly threads: readonly ThreadReading[];
  /** Lines of the access log that were dropped because they could not be written, since the start. */
  readonly accessLinesDropped: number;
  /** The same for the log. */
  readonly logLinesDropped: number;
  /** One for each edge thread. */
  readonly refusals: readonly RefusalCounts[];
  /** One for each compare thread. */
  readonly redactions: readonly RedactionCounts[];
  /** Each rule of the configuration, as it is written, with its hits since the start. */
  readonly ruleHits: readonly { readonly service: string; readonly rule: string; readonly hits: number }[];
  /** Messages to webhooks, since the start. */
  readonly alerts: { readonly sent: number; readonly failed: number; readonly dropped: number };
  /** Exposures for the webhook. */
  readonly exposures: { readonly sent: number; readonly failed: number; readonly dropped: number };
  readonly verdicts: readonly VerdictReading[];
  readonly rollouts: readonly RolloutReading[];
  readonly experiments: {
    readonly running: readonly ExperimentReading[];
    /** Exposures and outcomes that were lost since the start because too many waited. */
    readonly dropped: number;
    /** Responses whose header for a goal was missing or no number. */
    readonly unreadable: number;
    readonly fallbacks: readonly ArmCount[];
  };
  /** For each service that is rolled out. */
  readonly arms: readonly ArmReading[];
  readonly recorder: {
    /** `degraded`: results can't be written now, and wait. */
    readonly kind: 'ok' | 'degraded';
    readonly pendingRequests: number;
    readonly droppedExamples: number;
    /** How often a file of the store was found damaged, since the start. */
    readonly damages: number;
  };
  /** Calls of the API that could not read the results, since the start. */
  readonly readFailures: number;
}

export const ROLLOUT_PHASES = ['unknown', 'shadow', 'canary', 'full', 'rolled_back'] as const;

export const ROLLOUT_ANSWERS = ['promote', 'hold', 'roll_back', 'invalid'] as const;

export interface RolloutReading {
  readonly service: string;
  readonly phase: (typeof ROLLOUT_PHASES)[number];
  /** The share of the users whom the candidate serves. */
  readonly weight: number;
  /** What is to be done; absent while nothing was judged. */
  readonly answer?: (typeof ROLLOUT_ANSWERS)[number];
  /** Changes that took effect but are not in the store yet. */
  readonly unwritten: number;
}

export interface ExperimentReading {
  readonly service: string;
  readonly experiment: string;
  readonly isEven: boolean;
  readonly arms: readonly { readonly arm: string; readonly users: number }[];
  readonly goals: readonly {
    readonly goal: string;
    readonly arms: readonly { readonly arm: string; readonly sum: number }[];
  }[];
  readonly leftOut: ExperimentLeftOut;
}

export interface VerdictReading {
  readonly service: string;
  /** Absent: the service as a whole. */
  readonly route?: string;
  readonly verdict: Answer;
  /** Compared exchanges. */
  readonly exchanges: number;
  /** The strongest evidence for harm, as a share of a proof. */
  readonly evidence: number;
}

export type CopyTarget = 'shadow' | 'control';

export interface CopyReading {
  /** Absent: the one service of a configuration that names none. */
  readonly service?: string;
  readonly target: CopyTarget;
  /** Where several breakers guard the target, the most open one. */
  readonly breaker: BreakerReading;
  /** Copies that were sent before their turn, since the start. */
  readonly outOfOrder: number;
}

/** What one mirror thread reports about a target of copies. */
export interface TargetReading {
  readonly service: string;
  readonly target: CopyTarget;
  readonly breaker: BreakerReading;
  /** Copies that were sent and have no response yet. */
  readonly inFlight: number;
  /** Copies that were sent before their turn, since the previous reading. */
  readonly outOfOrder: number;
}

/** Why a request is sent to the primary again: `mirror.calibrate`, `mirror.confirm`. */
export const REPEAT_PURPOSES = ['calibrate', 'confirm'] as const;

export type RepeatPurpose = (typeof REPEAT_PURPOSES)[number];

export const REPEAT_RESULTS = ['sent', 'over_budget', 'breaker_open'] as const;

export type RepeatResult = (typeof REPEAT_RESULTS)[number];

/** How many requests of a service were repeated since the previous reading, and how many were not, by reason. */
export interface RepeatReading extends Readonly<Record<RepeatResult, number>> {
  readonly service: string;
  readonly purpose: RepeatPurpose;
}

/** What is held of requests and responses, in bytes: see `mirror.memory`. */
export interface MemoryReading {
  readonly most: number;
  readonly held: Readonly<Record<HeldIn, number>>;
}

/** `tapes`: not read yet. `buffers`: of the mirror threads. `examples`: in compare threads, and waiting to be written. */
export const HELD_IN = ['tapes', 'buffers', 'examples'] as const;

export type HeldIn = (typeof HELD_IN)[number];

export interface PauseReading {
  /** Absent: all services, or the one of a configuration that names none. */
  readonly service?: string;
  readonly cause: PauseCause;
  /** How many edge threads have paused their copies. */
  readonly edges: number;
}

export interface TapeReading {
  /** From and to: `edge-0/mirror-0`. */
  readonly tape: string;
  /** Bytes that were written and are not read yet. */
  readonly bytes: number;
  /** Exchanges whose copy did not fit, since the start. */
  readonly dropped: number;
}

export interface ThreadReading {
  /** `main`, `edge-0`, `mirror-0`, `compare-0` … */
  readonly thread: string;
  /** The longest delay of the event loop in the last minute, in milliseconds. */
  readonly lag: number;
  /** Whether it runs, and has not died repeatedly. */
  readonly up: boolean;
  /** Since the start. */
  readonly restarts: number;
}

export const BREAKER_VALUES = { closed: 0, half_open: 1, open: 2 } as const;

export type BreakerReading = keyof typeof BREAKER_VALUES;
