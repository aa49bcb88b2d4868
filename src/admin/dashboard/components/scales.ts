/** The range of an axis, and where it has its marks. */

type Range = [low: number, high: number];

/** Linear, with zero, and with some room at a side where there are values. */
export function fromZero(low: number | null, high: number | null): Range {
  const [least, most] = [Math.min(0, low ?? 0), Math.max(0, high ?? 0)];
  return least === most ? [0, 1] : [least * 1.08, most * 1.08];
}

/** Logarithmic: at least a decade, so that noise does not look like a change. */
export function spread(low: number | null, high: number | null): Range {
  if (low === null || high === null || high <= 0) return [1, 10];
  const [least, most] = [Math.max(low, high / 1e6), high];
  const room = Math.max(1.3, Math.sqrt(10 / (most / least)));
  return [least / room, most * room];
}

/** Logarithmic on both sides of zero. */
export function spreadBoth(low: number | null, high: number | null): Range {
  const [least, most] = [Math.min(0, low ?? 0), Math.max(0, high ?? 0)];
  return [least * 1.4 - 0.5, most * 1.4 + 0.5];
}

/** Powers of ten; within few decades their halves and fifths as well. */
export function logSplits(low: number, high: number): number[] {
  const steps = high / low > 300 ? [1] : [1, 2, 5];
  const decades = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  return decades.flatMap((decade) => steps.map((step) => step * 10 ** decade)).filter((at) => at >= low && at <= high);
}

/** Zero, and the powers of ten from 1 on to both sides. */
export function bothSplits(low: number, high: number): number[] {
  const up = range(0, Math.floor(Math.log10(Math.max(1, high)))).map((decade) => 10 ** decade);
  const down = range(0, Math.floor(Math.log10(Math.max(1, -low)))).map((decade) => -(10 ** decade));
  return [...down.reverse().filter((at) => at >= low), 0, ...up.filter((at) => at <= high)];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
