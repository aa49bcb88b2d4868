import type { Difference } from '../model/difference.ts';
import type { Ending } from '../model/outcome.ts';
import { placeKey } from './collapse.ts';
import type { Comparison } from './comparison.ts';
import type { NoiseProfile, Seen } from './noise/profile.ts';

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
  const seen = control === undefined ? [] : seenIn(control);
  const odd = seen.filter((each) => profile.isOdd(each)).map(({ difference }) => difference);
  if (control !== undefined) profile.learn(seenIn(shadow), seen);
  if (differences.length === 0) {
    return { ending: accepted.length === 0 ? 'match' : 'accepted', mismatching: [], noise: [], odd };
  }
  const [mismatching, noise] = partition(shadow, (each) => profile.isNoise(each, seen));
  return { ending: mismatching.length === 0 ? 'noise' : 'mismatch', mismatching, noise, odd };
}

function seenIn({ differences, sides }: Comparison): Seen[] {
  return differences.map((difference) => ({ difference, sides: sides.get(difference) ?? {} }));
}

/** A place is noise as a whole or not at all. */
function partition(comparison: Comparison, isNoise: (seen: Seen) => boolean): [Difference[], Difference[]] {
  const verdicts = seenIn(comparison).map((seen) => ({ ...seen, noise: isNoise(seen) }));
  const wrong = new Set(verdicts.filter(({ noise }) => !noise).map(({ difference }) => placeKey(difference)));
  const [mismatching, noise]: [Difference[], Difference[]] = [[], []];
  for (const { difference } of verdicts) (wrong.has(placeKey(difference)) ? mismatching : noise).push(difference);
  return [mismatching, noise];
}
