import { decimalOf } from '../json/decimal.ts';

/*
 * Points in time as services write them: RFC 3339 and ISO 8601 (extended and basic), with the zone names of RFC 9557
 * and Java, as Go, Ruby and Python print them; the dates of HTTP (RFC 9110, section 5.6.7) and of mail (RFC 5322);
 * `/Date(…)/` of .NET; and numbers since 1970.
 */

const DATE = String.raw`(?<year>[+-]\d{4,6}|\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,18}))?)?`;
const ZONE = String.raw`(?:Z|(?<sign>[+-])(?<offsetHour>\d\d)(?::?(?<offsetMinute>\d\d))?)`;
/** A zone name next to an offset adds nothing about the moment. */
const ZONE_NAME = String.raw`(?:\[!?[\w+/=-]+\])*`;

const ISO = new RegExp(`^${DATE}(?:[T ]${TIME}(?: ?${ZONE}(?: UTC)?${ZONE_NAME}| UTC)?)?$`, 'i');
const BASIC =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:[.,](?<fraction>\d{1,18}))?(?:Z|(?<sign>[+-])(?<offsetHour>\d\d)(?<offsetMinute>\d\d)?)$/i;
const HTTP =
  /^(?:[A-Z][a-z]{2,8}, ?)?(?<day>\d{1,2})[ -](?<name>[A-Z][a-z]{2})[ -](?<year>\d{4}|\d\d) (?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d))? (?:GMT|UTC?|Z|(?<sign>[+-])(?<offsetHour>\d\d)(?<offsetMinute>\d\d))$/;
const ASCTIME =
  /^[A-Z][a-z]{2} (?<name>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) (?<year>\d{4})$/;
/** The offset only says how to show the moment. */
const DOT_NET = /^\/Date\((?<milliseconds>-?\d{1,17})(?:[+-]\d{4})?\)\/$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const LONGEST = 80;

/**
 * Nanoseconds since 1970 of a date or a date and time (UTC if it has no zone), or of a number of seconds, milliseconds,
 * microseconds or nanoseconds since 1970, whichever gives a plausible year. Undefined for other texts. A leap second is
 * the first second of the next minute.
 */
export function parseTimestamp(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  const written = ISO.exec(text) ?? BASIC.exec(text) ?? HTTP.exec(text) ?? ASCTIME.exec(text);
  if (written !== null) return timeOf(written.groups!);
  const milliseconds = DOT_NET.exec(text)?.groups?.['milliseconds'];
  return milliseconds === undefined ? epochTime(text) : BigInt(milliseconds) * NANOSECONDS;
}

const NANOSECONDS = 1_000_000n;

function timeOf({
  year,
  month,
  name,
  day,
  hour,
  minute,
  second,
  fraction,
  ...zone
}: Record<string, string | undefined>) {
  const monthIndex = name === undefined ? Number(month) - 1 : MONTHS.indexOf(name);
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (m > 59 || s > 60 || h > 24 || (h === 24 && m + s > 0) || (s === 60 && m !== 59)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(fullYear(year!), monthIndex, Number(day));
  // A day beyond the end of the month is carried into the next month.
  if (date.getUTCMonth() !== monthIndex || date.getUTCDate() !== Number(day)) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const milliseconds = date.getTime() + ((h * 60 + m - offset) * 60 + s) * 1000;
  return BigInt(milliseconds) * NANOSECONDS + BigInt((fraction ?? '').slice(0, 9).padEnd(9, '0'));
}

/** Two digits mean the years from 1970 to 2069 (RFC 6265, section 5.1.1). */
function fullYear(year: string): number {
  if (year.length > 2) return Number(year);
  return Number(year) + (Number(year) < 70 ? 2000 : 1900);
}

/** Minutes east of UTC. */
function offsetOf({ sign, offsetHour, offsetMinute }: Record<string, string | undefined>): number | undefined {
  if (sign === undefined) return 0;
  const [hours, minutes] = [Number(offsetHour), Number(offsetMinute ?? 0)];
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** The range of years for a number to be taken as a point in time. */
const EARLIEST = BigInt(Date.UTC(1990, 0)) * NANOSECONDS;
const LATEST = BigInt(Date.UTC(2200, 0)) * NANOSECONDS;

/** Powers of ten that convert seconds, milliseconds, microseconds and nanoseconds to nanoseconds. */
const UNITS = [9, 6, 3, 0];

function epochTime(text: string): bigint | undefined {
  const number = text.length < 9 ? undefined : decimalOf(text);
  if (number === undefined || number.coefficient <= 0n) return undefined;
  // Numbers far out of this range need not be written out.
  if (number.exponent > 20n || number.exponent < -40n) return undefined;
  for (const unit of UNITS) {
    const exponent = number.exponent + BigInt(unit);
    const time = exponent >= 0n ? number.coefficient * 10n ** exponent : number.coefficient / 10n ** -exponent;
    if (time >= EARLIEST && time < LATEST) return time;
  }
  return undefined;
}
