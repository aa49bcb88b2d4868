/** The difference between two arms in what their users did. */
import type { GoalKind } from '../model/recorded-experiment.ts';
import { bestInformation, errorsWithin } from './confidence-sequence.ts';

/** What the users of one arm did, added up. A user who did nothing is one with the value 0. */
export interface Measured {
  readonly users: number;
  readonly sum: number;
  readonly squares: number;
  /** The sum of the absolute values. */
  readonly sizes: number;
}

export interface Question {
  readonly kind: GoalKind;
  /** The smallest difference of interest, as a share of the mean. */
  readonly detect: number;
  /** The largest probability that the interval ever misses the true difference. */
  readonly alpha: number;
}

export interface Difference {
  /** The arm's mean less that of the baseline. */
  readonly difference: number;
  /** Between which values the true one lies. Infinite where nothing is known yet. */
  readonly low: number;
  readonly high: number;
  /** How many users both arms together need until `detect` is found. Infinite where that is not known yet. */
  readonly needed: number;
}

/** The standard errors between which and zero four out of five estimates of a true difference lie: a power of 80 %. */
const POWER = 0.8416;

/**
 * The clock of the sequence is the information about the difference *relative to the mean*, and not the number of users:
 * users of old go on to buy, so that there may be more to see without any new users.
 */
export function differenceOf(arm: Measured, baseline: Measured, { kind, detect, alpha }: Question): Difference {
  const difference = meanOf(arm) - meanOf(baseline);
  const error = errorOf(arm, baseline, kind);
  const users = arm.users + baseline.users;
  const level = users === 0 ? 0 : (arm.sizes + baseline.sizes) / users;
  const best = bestInformation(alpha);
  const scale = (detect * level * Math.sqrt(best)) / (errorsWithin(best, alpha) + POWER);
  const information = (scale / error) ** 2;
  const half = information > 0 ? error * errorsWithin(information, alpha) : Number.POSITIVE_INFINITY;
  const most = kind === 'conversion' ? 1 : Number.POSITIVE_INFINITY;
  return {
    difference,
    low: half === Number.POSITIVE_INFINITY ? -half : Math.max(difference - half, -most),
    high: half === Number.POSITIVE_INFINITY ? half : Math.min(difference + half, most),
    needed: information > 0 ? Math.ceil((users * best) / information) : Number.POSITIVE_INFINITY,
  };
}

export function meanOf({ sum, users }: Measured): number {
  return users === 0 ? 0 : sum / users;
}

/**
 * The standard error of the difference; never less than if the users of both arms were alike. A small arm in which nobody
 * bought anything yet has no variance of its own, and would prove that nobody ever will.
 */
function errorOf(arm: Measured, baseline: Measured, kind: GoalKind): number {
  if (arm.users < 2 || baseline.users < 2) return Number.POSITIVE_INFINITY;
  const both = {
    users: arm.users + baseline.users,
    sum: arm.sum + baseline.sum,
    squares: arm.squares + baseline.squares,
  };
  const apart = varianceOf(arm, kind) / arm.users + varianceOf(baseline, kind) / baseline.users;
  const alike = varianceOf(both, kind) * (1 / arm.users + 1 / baseline.users);
  return Math.sqrt(Math.max(apart, alike));
}

/** For a rate never less than with one more user of either kind (Agresti and Caffo, 2000): ten of ten prove little. */
function varianceOf({ users, sum, squares }: Omit<Measured, 'sizes'>, kind: GoalKind): number {
  const sample = Math.max(0, squares - sum ** 2 / users) / (users - 1);
  if (kind === 'mean') return sample;
  const adjusted = (sum + 1) / (users + 2);
  return Math.max(sample, adjusted * (1 - adjusted));
}
