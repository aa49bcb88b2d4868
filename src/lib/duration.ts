/** The units a duration is written in, largest first, with their length in milliseconds. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

const MILLISECONDS = new Map<string, number>(UNITS);

/** What a written duration looks like: `200ms`, `1.5s`, `2m`, `7d`. */
export const DURATION_PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** The duration in whole milliseconds, or undefined where the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION_PATTERN.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const milliseconds = Math.round(Number(amount) * MILLISECONDS.get(unit)!);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** The text with the largest unit that `parseDuration` reads back as the same number of whole milliseconds. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const [unit, length] = UNITS.find(([, each]) => milliseconds % each === 0)!;
  return `${milliseconds / length}${unit}`;
}
