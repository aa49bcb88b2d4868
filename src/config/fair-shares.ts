/** Equal parts of a total, but for what one of them does not want; at least one for each that wants any. */
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
