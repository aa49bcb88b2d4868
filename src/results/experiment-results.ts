/** Experiments as the API, the command, the report and the page show them. */
import type { ExperimentAnswer } from '../experiments/judgement.ts';
import type { ExperimentLeftOut, GoalKind } from '../model/recorded-experiment.ts';

/** Times are milliseconds since 1970, durations milliseconds. */
export interface ExperimentResults {
  readonly service: string;
  readonly experiment: string;
  /** Another one where its arms, their ratio or the salt are others. */
  readonly edition: string;
  /** `ended`: it is no longer configured like this. */
  readonly state: 'running' | 'ended';
  readonly begunAt: number;
  /** When a user came, or a goal was reached, for the last time. */
  readonly lastAt: number;
  /** The smallest difference of interest, as a share of the mean. */
  readonly detect: number;
  /** The probability that any interval of the experiment ever misses the true difference. */
  readonly alpha: number;
  /** The first is the baseline. */
  readonly arms: readonly ExperimentArm[];
  /** Whether users are divided as configured. `probability`: that they are, and it ever looks as uneven as this. */
  readonly ratio: { readonly isEven: boolean; readonly probability: number };
  readonly goals: readonly GoalResults[];
  readonly leftOut: ExperimentLeftOut;
  /** What speaks against the results, and what was left out of them, in words. */
  readonly doubts: readonly string[];
}

export interface ExperimentArm {
  readonly arm: string;
  readonly share: number;
  readonly users: number;
}

export interface GoalResults {
  readonly goal: string;
  readonly kind: GoalKind;
  /** In the order of the arms. `mean`: of all users of the arm; of a conversion, the rate. */
  readonly arms: readonly { readonly arm: string; readonly mean: number; readonly sum: number }[];
  /** Of each other arm with the baseline. */
  readonly comparisons: readonly ArmComparison[];
}

export interface ArmComparison {
  readonly arm: string;
  readonly baseline: string;
  /** The mean of the arm less that of the baseline. */
  readonly difference: number;
  /** Between which values the true difference lies; absent where nothing is known yet. */
  readonly low?: number;
  readonly high?: number;
  readonly answer: ExperimentAnswer;
  /** How many users both arms together need until `detect` is found; absent where that is not known. */
  readonly needed?: number;
  /** About how long that takes at the present rate; absent where it is not known, or the users are there. */
  readonly remaining?: number;
  readonly words: string;
}
