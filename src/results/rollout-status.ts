import type { Answer as Verdict } from '../model/answer.ts';
import type { Arm } from '../model/arm.ts';
import type { RolloutChange, RolloutState } from '../model/rollout.ts';
import type { Answer } from '../rollout/decision.ts';
import type { Command } from '../rollout/lifecycle.ts';
import type { CandidateCounts, TripLimits } from '../rollout/trip.ts';

/** The rollout of a service as the API and the command show it. Times are in milliseconds, shares fractions of users. */
export interface RolloutStatus {
  readonly service: string;
  readonly decidedBy: 'steps' | 'file';
  /** What ends a rollback. `file`: a change of the weight to 0 % in the configuration. */
  readonly releasedBy: 'person' | 'file';
  readonly advance: 'manual' | 'verdict';
  readonly candidate: string;
  /** `unknown`: the store could not be read yet, and production serves everybody until then. */
  readonly phase: RolloutState['phase'] | 'unknown';
  /** The share that the candidate serves. */
  readonly weight: number;
  /** Only after a rollback: the share before it. */
  readonly rolledBackFrom?: number;
  /** Only on a step. */
  readonly pace?: 'advancing' | 'held';
  readonly steps: readonly number[];
  readonly next?: number;
  /** What a person can do, in words: after a rollback, and where the candidate serves everybody. */
  readonly advice?: string;
  readonly hold: number;
  /** The hard limits, as configured. */
  readonly trip: TripLimits & { readonly health?: HealthLimits };
  /** Whether a webhook is asked before each step. */
  readonly asks: boolean;
  /** Why a command would be refused now, in words; commands that are possible are absent. */
  readonly refusals: Readonly<Partial<Record<Command, string>>>;
  /** Absent if nothing has happened yet. */
  readonly last?: Omit<RolloutChange, 'service' | 'candidate' | 'state'>;
  /** Of the present step, while the candidate serves anybody. */
  readonly step?: StepStatus;
  /** A webhook is being asked about this step. */
  readonly asking?: number;
  /** Changes that took effect but are not in the store yet. */
  readonly unwritten: number;
}

export interface StepStatus {
  readonly elapsed: number;
  /** Absent until something was judged. */
  readonly answer?: Answer;
  /** In words, the gravest first. */
  readonly reasons: readonly string[];
  /** About how much longer it takes; absent if that is not known. */
  readonly remaining?: number;
  /** What different users got; absent where there is nobody to compare. */
  readonly users?: UsersStatus;
  /** What users of each arm got since the step began, test users aside. */
  readonly arms: Readonly<Record<Exclude<Arm, 'test'>, ArmStatus>>;
  /** The rehearsal to which the copies of this step belong; absent until it has begun. */
  readonly rehearsal?: string;
  /** The verdict on these copies; absent while none was compared, or it cannot be had. */
  readonly pairs?: PairsStatus;
  /** What counts for the hard limits: the window, with those whom cohorts and overrides lead to the candidate. */
  readonly window: CandidateCounts;
  /** Of the health checks; absent if there are none. */
  readonly health?: HealthStatus;
}

export interface ArmStatus {
  readonly requests: number;
  /** 5xx, no complete response, requests that the candidate could not take, and users who left without an answer. */
  readonly failed: number;
  /** Whose user left before the response was complete. Those who left without an answer have failed as well. */
  readonly aborted: number;
  /** To the last byte, in milliseconds; absent without a complete response. */
  readonly p50?: number;
  readonly p99?: number;
}

export interface PairsStatus {
  readonly verdict: Verdict;
  /** In words, the gravest first. */
  readonly reasons: readonly string[];
  /** Exchanges that were compared. */
  readonly exchanges: number;
}

/** `interval`: milliseconds. After so many `failures` in a row it is rolled back. */
export interface HealthLimits {
  readonly path: string;
  readonly interval: number;
  readonly failures: number;
}

export interface HealthStatus {
  /** Failed checks in a row. */
  readonly failures: number;
  /** What was wrong with the last of them, in words. */
  readonly wrong?: string;
}

export interface UsersStatus {
  readonly candidate: GroupStatus;
  readonly production: GroupStatus;
  /** log10 of E: that the candidate is worse, that it fails no more than the margin, that the groups are unequal. */
  readonly evidence: Readonly<Record<'failsMore' | 'failsNoMore' | 'slower' | 'tail' | 'ratio', number>>;
}

export interface GroupStatus {
  readonly requests: number;
  readonly failed: number;
  /** Of 10,000 buckets of users, those that made a request. */
  readonly buckets: number;
}

export type RolloutCommandResult = { readonly ok: true } | { readonly ok: false; readonly why: string };
