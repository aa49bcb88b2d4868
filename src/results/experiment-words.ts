/** Experiments in words. */
import { count, lasting, plural } from '../lib/figures.ts';
import { formatShare } from '../lib/share.ts';
import type { ExperimentLeftOut, GoalKind } from '../model/recorded-experiment.ts';
import { distanceInWords, signedDistance } from './experiment-figures.ts';
import type { ArmComparison, ExperimentArm, ExperimentResults } from './experiment-results.ts';

interface Asked {
  readonly goal: string;
  readonly kind: GoalKind;
  /** Of both arms. */
  readonly users: number;
  readonly alpha: number;
  readonly detect: number;
}

/**
 * `purchase: green converts 0.8 points more than control (between -0.1 and +1.7, 95%), not proven; about 3 days more at
 * the present rate`.
 */
export function comparisonInWords(compared: Omit<ArmComparison, 'words'>, asked: Asked): string {
  const { arm, baseline, difference, low, high, answer } = compared;
  const { goal, kind, alpha } = asked;
  if (low === undefined || high === undefined) return `${goal}: nothing is known of ${arm} yet`;
  const interval = `between ${signedDistance(kind, low)} and ${signedDistance(kind, high)}, ${formatShare(1 - alpha)}`;
  const verb = kind === 'conversion' ? 'converts' : 'brings';
  const found = `${howMuch(kind, difference)} ${baseline}`;
  return `${goal}: ${arm} ${verb} ${found} (${interval}), ${proofInWords(compared, answer, asked)}`;
}

function howMuch(kind: GoalKind, difference: number): string {
  const size = distanceInWords(kind, Math.abs(difference));
  if (size === distanceInWords(kind, 0)) return 'as much as';
  return `${size} ${kind === 'conversion' ? 'points' : 'per user'} ${difference > 0 ? 'more' : 'less'} than`;
}

function proofInWords(
  { needed, remaining }: Pick<ArmComparison, 'needed' | 'remaining'>,
  answer: ArmComparison['answer'],
  { users, detect }: Asked,
): string {
  if (answer === 'more' || answer === 'less') return 'proven';
  if (answer === 'invalid') return 'not proven: users are not divided as configured';
  if (needed === undefined) return 'not proven';
  if (needed <= users)
    return `not proven; a difference of ${formatShare(detect)} of the mean would have been found by now, most likely`;
  const more = `${plural(needed - users, 'more user')} for a difference of ${formatShare(detect)}`;
  if (remaining === undefined) return `not proven; it takes ${more}`;
  return `not proven; about ${remaining > YEAR ? 'a year or longer' : lasting(remaining)} more at the present rate (${more})`;
}

const YEAR = 365 * 86_400_000;

export function doubtsInWords(
  arms: readonly ExperimentArm[],
  { isEven, probability }: ExperimentResults['ratio'],
  { switched, full, early, unexposed }: ExperimentLeftOut,
): string[] {
  const divided = arms.map(({ arm, users, share }) => `${arm} ${count(users)} (${formatShare(share)})`).join(', ');
  return [
    ...(isEven
      ? []
      : [
          `users are not divided as configured: ${divided}, by chance ${chanceInWords(probability)}. Nothing is proven. Often an arm loses users before they are counted: look for errors, redirects and robots`,
        ]),
    ...(full === 0 ? [] : [`${plural(full, 'user')} came when there was no more room, and were not counted`]),
    ...(switched === 0
      ? []
      : [
          `${plural(switched, 'user')} saw more than one arm, and ${switched === 1 ? 'counts' : 'count'} with the first`,
        ]),
    ...(early === 0 ? [] : [`${plural(early, 'outcome')} came before the user saw an arm, and did not count`]),
    ...(unexposed === 0 ? [] : [`${plural(unexposed, 'outcome')} of users who saw no arm did not count`]),
  ];
}

function chanceInWords(probability: number): string {
  return probability < 1e-6
    ? 'less than once in a million times'
    : `once in ${count(Math.round(1 / probability))} times`;
}
