/** The units a size is written in, largest first, with their length in bytes. */
const UNITS = [
  ['GiB', 2 ** 30],
  ['GB', 1e9],
  ['MiB', 2 ** 20],
  ['MB', 1e6],
  ['KiB', 2 ** 10],
  ['kB', 1e3],
  ['B', 1],
] as const;

const BYTES = new Map<string, number>(UNITS);

/** What a written size looks like: `512B`, `64KiB`, `1.5MiB`, `1GB`. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?)(B|kB|MB|GB|KiB|MiB|GiB)$/;

/** The size in whole bytes, or undefined where the text is not a size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = SIZE_PATTERN.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(amount) * BYTES.get(unit)!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The text with the largest unit that `parseSize` reads back as the same number of bytes. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0B';
  const [unit, length] = UNITS.find(([, each]) => bytes % each === 0)!;
  return `${bytes / length}${unit}`;
}
