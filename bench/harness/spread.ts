/** One figure over several rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}

/** Round by round, so that what drifted between the rounds cancels out; undefined where either was not measured. */
export function ratios(of: readonly number[] | undefined, to: readonly number[] | undefined): Spread | undefined {
  if (of === undefined || to === undefined) return undefined;
  return spread(of.map((value, round) => value / to[round]!));
}

/** `18.2 [17.9–18.8]` */
export function formatSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${min.toFixed(digits)}–${max.toFixed(digits)}]`;
}
