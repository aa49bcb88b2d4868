import type { TimeWindow } from '../../model/store-reader.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Counts are kept by day, hour and minute: lengths in minutes, the longest first. Days are those of UTC. */
export const SPANS = [1440, 60, 1] as const;

export type Span = (typeof SPANS)[number];

/** Later than any recorded minute, and a whole day. */
const END = 10_000_000_000 * 1440;

/** Rows of one span, by their `start` in minutes since 1970: from inclusive to exclusive. */
export interface SpanRange {
  readonly span: Span;
  readonly from: number;
  readonly to: number;
}

/** The rows that a window needs: its whole days by day, and what is left at its two ends by hour and by minute. */
export function rangesOf({ from, to }: TimeWindow = {}): readonly SpanRange[] {
  const first = from === undefined ? 0 : Math.floor(from / MINUTE);
  const end = to === undefined ? END : Math.floor(to / MINUTE) + 1;
  return cover(first, end, SPANS);
}

function cover(from: number, to: number, [span, ...finer]: readonly Span[]): readonly SpanRange[] {
  if (from >= to || span === undefined) return [];
  const [first, last] = [Math.ceil(from / span) * span, Math.floor(to / span) * span];
  if (first >= last) return cover(from, to, finer);
  return [...cover(from, first, finer), { span, from: first, to: last }, ...cover(last, to, finer)];
}

/** The value of `:ranges` for `ranged`. @param rehearsals their rows */
export function rangesParameter(rehearsals: readonly number[], ranges: readonly SpanRange[]): string {
  return JSON.stringify(
    rehearsals.flatMap((rehearsal) => ranges.map(({ span, from, to }) => [rehearsal, span, from, to])),
  );
}

/** The rows of a table of counts in `:ranges`, for FROM: by its key, or by an index that has the same columns. */
export function ranged(table: string, index?: string): string {
  return `(
    SELECT value ->> 0 AS asked_rehearsal, value ->> 1 AS asked_span, value ->> 2 AS first, value ->> 3 AS last
    FROM json_each(:ranges)) AS asked
  CROSS JOIN ${table}${index === undefined ? '' : ` INDEXED BY ${index}`}
    ON ${table}.rehearsal = asked_rehearsal AND ${table}.span = asked_span
    AND ${table}.start >= asked.first AND ${table}.start < asked.last`;
}
