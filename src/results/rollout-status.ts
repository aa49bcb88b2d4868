import type { RolloutChange, RolloutState } from '../model/rollout.ts';
import type { Answer } from '../rollout/decision.ts';

/** The rollout of a service as the API and the command show it. Times are in milliseconds, shares fractions of users. */
export interface RolloutStatus {
  readonly service: string;
  readonly decidedBy: 'steps' | 'file';
  readonly advance: 'manual' | 'verdict';
  readonly candidate: string;
  /** `unknown`: the store could not be read yet, and production serves everybody until then. */
  readonly phase: RolloutState['phase'] | 'unknown';
  /** The share that the candidate serves. */
  readonly weight: number;
  /** Only on a step. */
  readonly pace?: 'advancing' | 'held';
  readonly steps: readonly number[];
  readonly next?: number;
  readonly hold: number;
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
