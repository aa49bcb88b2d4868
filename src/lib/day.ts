import { parseDuration } from './duration.ts';

export const DAY_PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The end of a day in UTC, `YYYY-MM-DD`, in milliseconds since 1970; undefined where the calendar has no such day. */
export function endOfDay(text: string): number | undefined {
  const [, year, month, day] = DAY_PATTERN.exec(text) ?? [];
  if (year === undefined) return undefined;
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return new Date(start).toISOString().startsWith(text) ? start + parseDuration('1d')! : undefined;
}

/** The day, `YYYY-MM-DD`, that ends at this time. */
export function dayOf(end: number): string {
  return new Date(end - 1).toISOString().slice(0, 10);
}
