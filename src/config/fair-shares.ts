/**
 * Splits a total into equal shares. What one does not want goes to the others. Each that wants any gets at least one.
 */
export function fairShares(total: number, wanted: readonly number[]): readonly number[] {
  const shares = wanted.map(() => 0);
  const modestFirst = wanted.map((_, index) => index).sort((one, other) => wanted[one]! - wanted[other]!);
  let left = total;
  for (const [place, index] of modestFirst.entries()) {
    const fair = Math.floor(left / (wanted.length - place));
    shares[index] = Math.min(wanted[index]!, Math.max(1, fair));
    left = Math.max(0, left - shares[index]);
  }
  return shares;
}
