/** What a written share looks like: `10%`, `0.5%`. */
export const SHARE_PATTERN = /^(\d+(?:\.\d+)?)%$/;

/**
 * The share as a fraction (`10%` is 0.1; more than `100%` is more than 1), or undefined where the text is not a share.
 */
export function parseShare(text: string): number | undefined {
  const [, percent] = SHARE_PATTERN.exec(text) ?? [];
  if (percent === undefined) return undefined;
  const fraction = Number(percent) / 100;
  return Number.isFinite(fraction) ? fraction : undefined;
}

/** The fraction as a percentage of at most 12 significant digits, without an exponent. Not by `Intl`: see figures.ts. */
export function formatShare(fraction: number): string {
  const percent = Number((fraction * 100).toPrecision(12));
  const text = String(percent);
  // Numbers below a millionth have an exponent.
  return `${text.includes('e') ? percent.toFixed(20).replace(/0+$/, '') : text}%`;
}
