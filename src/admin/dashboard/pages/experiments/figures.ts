/** Figures of a goal, and the scale on which they are drawn. */
import type { ArmComparison, GoalResults } from '../../../../results/experiment-results.ts';

/** How far the bars of a goal reach to either side of zero: all have the same scale. */
export function scaleOf(comparisons: readonly ArmComparison[]): number {
  const ends = comparisons.flatMap(({ low = 0, high = 0, difference }) => [low, high, difference].map(Math.abs));
  return Math.max(...ends, 0) || 1;
}

/** Of a conversion as a percentage. */
export function figureOf(kind: GoalResults['kind'], value: number): string {
  if (kind === 'conversion') return `${(100 * value).toFixed(2)}%`;
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** Of a conversion in percentage points. */
export function signedOf(kind: GoalResults['kind'], value: number): string {
  const figure = kind === 'conversion' ? (100 * value).toFixed(2) : figureOf(kind, value);
  return value > 0 ? `+${figure}` : figure.replace('-', '−');
}
