/** What an experiment shows. Pure: the same record always gives the same answer. */
import type { GoalKind, GoalSum, RecordedExperiment } from '../model/recorded-experiment.ts';
import { type Difference, differenceOf, type Measured, meanOf } from './difference.ts';
import { unevenness } from './sample-ratio.ts';

/**
 * `more`, `less`: proven. `unproven`: the interval has zero in it. `invalid`: users are not divided as configured, so that
 * the arms cannot be compared.
 */
export const EXPERIMENT_ANSWERS = ['more', 'less', 'unproven', 'invalid'] as const;

export type ExperimentAnswer = (typeof EXPERIMENT_ANSWERS)[number];

export interface Judgement {
  /** The probability that users are divided as configured and it ever looks as uneven as this. */
  readonly ratio: number;
  readonly isEven: boolean;
  /** The probability that any interval of the experiment ever misses. */
  readonly alpha: number;
  readonly goals: readonly JudgedGoal[];
}

export interface JudgedGoal {
  readonly goal: string;
  readonly kind: GoalKind;
  readonly arms: readonly (Measured & { readonly arm: string; readonly mean: number })[];
  /** Of each other arm with the baseline. */
  readonly comparisons: readonly (Difference & { readonly arm: string; readonly answer: ExperimentAnswer })[];
}

/** The probability at which a wrong ratio of users makes an experiment invalid. */
const RATIO_DOUBT = 0.001;

/** Each comparison has an equal part of α, so that it holds for all of them together (Bonferroni). */
export function judge(recorded: RecordedExperiment): Judgement {
  const { arms, users, goals, detect, alpha } = recorded;
  const shares = arms.map(({ share }) => share);
  const ratio = Math.min(1, Math.exp(-unevenness(users, shares)));
  const isEven = ratio > RATIO_DOUBT;
  const part = alpha / Math.max(1, (arms.length - 1) * goals.length);
  return {
    ratio,
    isEven,
    alpha,
    goals: goals.map(({ goal, kind }) => {
      const [baseline, ...others] = arms.map(({ arm }, index) => measuredOf(recorded, goal, arm, users[index]!));
      const compared = others.map((other) => {
        const difference = differenceOf(other, baseline!, { kind, detect, alpha: part });
        return { arm: other.arm, ...difference, answer: isEven ? answerOf(difference) : 'invalid' };
      });
      return { goal, kind, arms: [baseline!, ...others], comparisons: compared };
    }),
  };
}

const NOTHING: Omit<GoalSum, 'goal' | 'arm'> = { users: 0, sum: 0, squares: 0, sizes: 0 };

function measuredOf({ sums }: RecordedExperiment, goal: string, arm: string, users: number) {
  const { sum, squares, sizes } = sums.find((each) => each.goal === goal && each.arm === arm) ?? NOTHING;
  const measured = { users, sum, squares, sizes };
  return { arm, ...measured, mean: meanOf(measured) };
}

function answerOf({ low, high }: Difference): ExperimentAnswer {
  if (low > 0) return 'more';
  return high < 0 ? 'less' : 'unproven';
}
