import type { ArmComparison } from '../../../../results/experiment-results.ts';

/** How far the bars of a goal reach to either side of zero: all have the same scale. */
export function scaleOf(comparisons: readonly ArmComparison[]): number {
  const ends = comparisons.flatMap(({ low = 0, high = 0, difference }) => [low, high, difference].map(Math.abs));
  return Math.max(...ends, 0) || 1;
}
