/**
 * The first offset at which two byte sequences differ; the length of the shorter one where it is a prefix of the
 * longer.
 */
export function firstDifference(left: Buffer, right: Buffer): number {
  let low = 0;
  let high = Math.min(left.length, right.length);
  // The first `low` bytes are equal; the difference is at `high` or before.
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (left.compare(right, low, middle, low, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
