import type { Ending } from '../model/outcome.ts';
import type { Comparison } from './comparison.ts';
import type { NoiseProfile } from './noise.ts';
import { placesOf } from './signature.ts';

/**
 * What the comparison found. `control`: the same of the primary and the control, where there is one. What the
 * control shows too, now or usually, is noise; one place that it doesn't show is a mismatch. The profile learns.
 */
export function judge(
  shadow: Comparison,
  control: Comparison | undefined,
  profile: NoiseProfile,
): Extract<Ending, 'match' | 'accepted' | 'noise' | 'mismatch'> {
  const places = placesOf(shadow.differences);
  const shown = placesOf(control?.differences ?? []);
  if (control !== undefined) profile.learn(places, shown);
  if (places.length === 0) return shadow.accepted.length === 0 ? 'match' : 'accepted';
  const isNoise = places.every(
    ({ path, kind }) =>
      shown.some((other) => other.path === path && other.kind === kind) || profile.isNoisy({ path, kind }),
  );
  return isNoise ? 'noise' : 'mismatch';
}
