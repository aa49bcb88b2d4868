const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const HTTP = /^[A-Z][a-z]{2}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;

/** The years that a number must lie in to be taken for a point in time. */
const EARLIEST = Date.UTC(1990, 0);
const LATEST = Date.UTC(2200, 0);

/**
 * Milliseconds since 1970 of an ISO 8601 date or date and time (UTC if it has no zone), an HTTP date, or a number of
 * seconds, milliseconds, microseconds or nanoseconds since 1970, whichever is in this age. Undefined for other texts.
 */
export function parseTimestamp(text: string): number | undefined {
  if (text.length > 40) return undefined;
  if (EPOCH.test(text)) return epochTime(Number(text));
  if (!ISO.test(text) && !HTTP.test(text)) return undefined;
  const time = Date.parse(ISO.test(text) ? withZone(text.replace(' ', 'T').replace(',', '.').toUpperCase()) : text);
  return Number.isNaN(time) ? undefined : time;
}

function withZone(text: string): string {
  if (!text.includes('T') || text.endsWith('Z')) return text;
  const offset = /[+-]\d\d(?::?\d\d)?$/.exec(text.slice(text.indexOf('T')))?.[0];
  if (offset === undefined) return `${text}Z`;
  const digits = offset.replace(':', '').padEnd(5, '0');
  return `${text.slice(0, -offset.length)}${digits.slice(0, 3)}:${digits.slice(3)}`;
}

function epochTime(value: number): number | undefined {
  const units = [1000, 1, 1e-3, 1e-6];
  return units.map((unit) => value * unit).find((time) => time >= EARLIEST && time < LATEST);
}
