import { signed } from '../lib/figures.ts';
import type { GoalKind } from '../model/recorded-experiment.ts';

/** Made when there are experiments: the tables of `Intl` take 5 MiB. */
const plain = (value: number) => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 }).format(value);

/** What users bring: a conversion as a percentage, a mean with four significant digits. */
export function meanInWords(kind: GoalKind, mean: number): string {
  return kind === 'conversion' ? `${(100 * mean).toFixed(2)}%` : plain(mean);
}

/** How far that is apart: of a conversion in percentage points. */
export function distanceInWords(kind: GoalKind, distance: number): string {
  return kind === 'conversion' ? (100 * distance).toFixed(2) : plain(distance);
}

export function signedDistance(kind: GoalKind, distance: number): string {
  return signed(distance, (size) => distanceInWords(kind, size));
}
