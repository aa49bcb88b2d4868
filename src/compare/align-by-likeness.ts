/** Two sequences are short if they have at most this many pairs. */
export const MOST_COMPARISONS = 1024;

/**
 * Pairs of indices of two short sequences, in order, with the highest total likeness (0: nothing in common, never
 * paired; 1: equal). Dynamic programming over all pairs.
 */
export function alignByLikeness(
  leftLength: number,
  rightLength: number,
  alike: (left: number, right: number) => number,
): readonly (readonly [left: number, right: number])[] {
  if (leftLength === 0 || rightLength === 0) return [];
  return leftLength * rightLength === 1 ? [[0, 0]] : alignAll(leftLength, rightLength, alike);
}

/** `best[l][r]`: the highest total likeness of the first l elements on one side and the first r on the other. */
function alignAll(
  leftLength: number,
  rightLength: number,
  alike: (left: number, right: number) => number,
): readonly (readonly [number, number])[] {
  const width = rightLength + 1;
  const best = new Float64Array((leftLength + 1) * width);
  for (let l = 0; l < leftLength; l++) {
    for (let r = 0; r < rightLength; r++) {
      const paired = best[l * width + r]! + alike(l, r);
      best[(l + 1) * width + r + 1] = Math.max(paired, best[l * width + r + 1]!, best[(l + 1) * width + r]!);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let l = leftLength;
  let r = rightLength;
  while (l > 0 && r > 0) {
    const here = best[l * width + r]!;
    // Skipping on the right comes first, so that of equal elements the first are paired.
    if (here === best[l * width + r - 1]!) r--;
    else if (here === best[(l - 1) * width + r]!) l--;
    else pairs.push([--l, --r]);
  }
  return pairs.reverse();
}
