/** Moments in the reader's zone, with UTC on hover. */
import { moment } from '../../../lib/figures.ts';

const SAME_DAY = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const OTHER_DAY = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const OTHER_YEAR = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });

/** `at`: milliseconds since 1970. */
export function Time({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={utcText(at)}>
      {momentText(at, Date.now())}
    </time>
  );
}

/** For the titles of what shows a moment in the reader's zone. */
export function utcText(at: number): string {
  return `${moment(at)} UTC`;
}

export function momentText(at: number, now: number): string {
  const [date, today] = [new Date(at), new Date(now)];
  if (date.toDateString() === today.toDateString()) return SAME_DAY.format(date);
  return (date.getFullYear() === today.getFullYear() ? OTHER_DAY : OTHER_YEAR).format(date);
}

/** How long something lasts or is ago, in its greatest unit: `45 s`, `3 min`, `5 h`, `12 d`. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
