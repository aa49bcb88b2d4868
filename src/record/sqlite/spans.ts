import type { TimeWindow } from '../../model/store-reader.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Later than any recorded minute, and a whole hour. */
const END = 10_000_000_000 * 60;

/** Ranges of `start` in minutes, from inclusive to exclusive: the rows by hour and by minute that a window needs. */
export interface Spans {
  readonly hoursFrom: number;
  readonly hoursTo: number;
  readonly headFrom: number;
  readonly headTo: number;
  readonly tailFrom: number;
  readonly tailTo: number;
}

/** The whole hours of a window are read by hour, the rest at its two ends by minute. */
export function spansOf(window: TimeWindow = {}): Spans {
  const from = window.from === undefined ? 0 : Math.floor(window.from / MINUTE);
  const to = window.to === undefined ? END : Math.floor(window.to / MINUTE) + 1;
  const hoursFrom = Math.ceil(from / 60) * 60;
  const hoursTo = Math.floor(to / 60) * 60;
  return hoursFrom < hoursTo
    ? { headFrom: from, headTo: hoursFrom, hoursFrom, hoursTo, tailFrom: hoursTo, tailTo: to }
    : { headFrom: from, headTo: to, hoursFrom: 0, hoursTo: 0, tailFrom: 0, tailTo: 0 };
}

/** The same as a condition on a table with `span` and `start`. */
export const IN_SPANS = `(
  (span = 60 AND start >= :hoursFrom AND start < :hoursTo) OR
  (span = 1 AND start >= :headFrom AND start < :headTo) OR
  (span = 1 AND start >= :tailFrom AND start < :tailTo))`;
