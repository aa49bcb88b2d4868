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
  /** The differences that noise explains: they are not part of a mismatch. */
  readonly noise: readonly Difference[];
  /** Differences of the control at noisy places that look unlike anything production showed there before. */
  readonly odd: readonly Difference[];
}

/**
 * Judges what the comparison found. `control`: the comparison of primary and control, where there is one. Each place is
 * judged by itself: noise is taken out, and the rest is the mismatch. The profile learns from the pair.
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

/** A place is noise as a whole, or not at all. */
function partition(all: readonly Seen[], isNoise: (seen: Seen) => boolean): [Difference[], Difference[]] {
  const judged = all.map((each) => ({ ...each, noise: isNoise(each) }));
  const wrong = new Set(judged.filter(({ noise }) => !noise).map(({ difference }) => placeKey(difference)));
  const [mismatching, noise]: [Difference[], Difference[]] = [[], []];
  for (const { difference } of judged) (wrong.has(placeKey(difference)) ? mismatching : noise).push(difference);
  return [mismatching, noise];
}
