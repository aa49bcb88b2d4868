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
  const error = Math.sqrt(varianceOfMean(arm, kind) + varianceOfMean(baseline, kind));
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

/** For a rate never less than with one more user of either kind (Agresti and Caffo, 2000): ten of ten prove little. */
function varianceOfMean({ users, sum, squares }: Measured, kind: GoalKind): number {
  if (users < 2) return Number.POSITIVE_INFINITY;
  const sample = Math.max(0, squares - sum ** 2 / users) / (users - 1);
  if (kind === 'mean') return sample / users;
  const adjusted = (sum + 1) / (users + 2);
  return Math.max(sample, adjusted * (1 - adjusted)) / users;
}
