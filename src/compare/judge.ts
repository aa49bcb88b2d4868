import type { Difference } from '../model/difference.ts';
import type { Ending } from '../model/outcome.ts';
import { placeKey } from './collapse.ts';
import type { Comparison } from './comparison.ts';
import type { NoiseProfile } from './noise/profile.ts';
import { type Seen, seenIn } from './noise/seen.ts';

export interface Judgement {
  readonly ending: Extract<Ending, 'match' | 'accepted' | 'noise' | 'mismatch'>;
  /** The differences that noise does not explain. */
  readonly mismatching: readonly Difference[];
  /** Those that it does: they are no part of what a mismatch is about. */
  readonly noise: readonly Difference[];
  /** Differences of the control, at noisy places, that look unlike anything production showed there before. */
  readonly odd: readonly Difference[];
}

/**
 * What the comparison found. `control`: the same of the primary and the control, where there is one. Each place is
 * judged by itself: what is noise there is taken out, and what is left is the mismatch. The profile learns.
 */
export function judge(shadow: Comparison, control: Comparison | undefined, profile: NoiseProfile): Judgement {
  const { differences, accepted } = shadow;
  if (control === undefined && profile.isEmpty && differences.length > 0)
    return { ending: 'mismatch', mismatching: differences, noise: [], odd: [] };
  const ofShadow = seenIn(shadow);
  const ofControl = control === undefined ? [] : seenIn(control);
  const odd = ofControl.filter((each) => profile.isOdd(each, ofShadow)).map(({ difference }) => difference);
  if (control !== undefined) profile.learn(ofShadow, ofControl);
  if (differences.length === 0) {
    return { ending: accepted.length === 0 ? 'match' : 'accepted', mismatching: [], noise: [], odd };
  }
  const [mismatching, noise] = partition(ofShadow, (each) => profile.isNoise(each, ofControl));
  return { ending: mismatching.length === 0 ? 'noise' : 'mismatch', mismatching, noise, odd };
}

/** A place is noise as a whole or not at all. */
function partition(all: readonly Seen[], isNoise: (seen: Seen) => boolean): [Difference[], Difference[]] {
  const judged = all.map((each) => ({ ...each, noise: isNoise(each) }));
  const wrong = new Set(judged.filter(({ noise }) => !noise).map(({ difference }) => placeKey(difference)));
  const [mismatching, noise]: [Difference[], Difference[]] = [[], []];
  for (const { difference } of judged) (wrong.has(placeKey(difference)) ? mismatching : noise).push(difference);
  return [mismatching, noise];
}
