import type { Ending } from '../model/outcome.ts';
import type { Comparison } from './comparison.ts';
import { placesOf } from './signature.ts';

/**
 * What the comparison found. `control`: the same of the primary and the control, where there is one. What the
 * control shows too is noise; one place that it doesn't show is a mismatch.
 */
export function judge(
  shadow: Comparison,
  control: Comparison | undefined,
): Extract<Ending, 'match' | 'accepted' | 'noise' | 'mismatch'> {
  if (shadow.differences.length === 0) return shadow.accepted.length === 0 ? 'match' : 'accepted';
  const noisy = new Set(placesOf(control?.differences ?? []).map(({ path, kind }) => `${kind} ${path}`));
  return placesOf(shadow.differences).every(({ path, kind }) => noisy.has(`${kind} ${path}`)) ? 'noise' : 'mismatch';
}
