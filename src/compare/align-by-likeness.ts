/** Above this many comparisons, elements are paired by position. */
const MOST_COMPARISONS = 1024;

/** What likeness is worth beside a pair as such: no pair is given up unless what is gained is this much alike. */
const WORTH = 4;

/**
 * Pairs of indices of two short sequences, in order, such that as many as possible are paired and those that are
 * paired are as alike as possible (0: not at all, 1: equal). Dynamic programming over all pairs; sequences that are
 * too long for that are paired by position.
 */
export function alignByLikeness(
  leftLength: number,
  rightLength: number,
  alike: (left: number, right: number) => number,
): readonly (readonly [left: number, right: number])[] {
  const shorter = Math.min(leftLength, rightLength);
  if (shorter === 0) return [];
  if (leftLength * rightLength === 1 || leftLength * rightLength > MOST_COMPARISONS) return byPosition(shorter);
  return alignAll(leftLength, rightLength, alike);
}

function byPosition(length: number): readonly (readonly [number, number])[] {
  return Array.from({ length }, (_, at) => [at, at] as const);
}

/** `best[l][r]`: the worth of pairing what is left of l on the one side with what is left of r on the other. */
function alignAll(
  leftLength: number,
  rightLength: number,
  alike: (left: number, right: number) => number,
): readonly (readonly [number, number])[] {
  const width = rightLength + 1;
  const best = new Float64Array((leftLength + 1) * width);
  const worth = new Float64Array(leftLength * rightLength);
  for (let l = 0; l < leftLength; l++) {
    for (let r = 0; r < rightLength; r++) {
      worth[l * rightLength + r] = 1 + WORTH * alike(l, r);
      const paired = best[l * width + r]! + worth[l * rightLength + r]!;
      best[(l + 1) * width + r + 1] = Math.max(paired, best[l * width + r + 1]!, best[(l + 1) * width + r]!);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let l = leftLength;
  let r = rightLength;
  while (l > 0 && r > 0) {
    const here = best[l * width + r]!;
    // Skipping on the right comes first, so that of equals the first are paired.
    if (here === best[l * width + r - 1]!) r--;
    else if (here === best[(l - 1) * width + r]!) l--;
    else pairs.push([--l, --r]);
  }
  return pairs.reverse();
}
