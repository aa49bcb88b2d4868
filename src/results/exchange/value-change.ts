/** What a change of a value means: `+1.2 s`, `+0.01 (0.003%)`, `other case`. */
import { isNumber } from '../../compare/json/decimal.ts';
import { parseTimestamp } from '../../compare/rules/timestamp.ts';
import { count, signed } from '../../lib/figures.ts';

/** Texts without the quotes of JSON. Undefined where there is nothing to add to the values. */
export function changeInWords(left: string, right: string): string | undefined {
  if (left === right) return undefined;
  return timeChange(left, right) ?? numberChange(left, right) ?? textChange(left, right);
}

/** Numbers below are not taken for times since 1970, though they could be. */
const FIRST_EPOCH = 1_000_000_000;

function timeChange(left: string, right: string): string | undefined {
  const isTime = (text: string) => !isNumber(text) || Number(text) >= FIRST_EPOCH;
  if (!isTime(left) || !isTime(right)) return undefined;
  const [from, to] = [parseTimestamp(left), parseTimestamp(right)];
  if (from === undefined || to === undefined) return undefined;
  const apart = to - from;
  return apart === 0n ? 'the same moment' : signed(Number(apart) / 1e6, spanInWords);
}

const SECOND = 1000;
const UNITS = [
  ['days', 86_400 * SECOND, 2 * 86_400 * SECOND],
  ['h', 3600 * SECOND, 3600 * SECOND],
  ['min', 60 * SECOND, 120 * SECOND],
  ['s', SECOND, SECOND],
  ['ms', 1, 1],
  ['µs', 1e-3, 1e-3],
] as const;

/** @param milliseconds above 0 */
function spanInWords(milliseconds: number): string {
  const unit = UNITS.find(([, , from]) => milliseconds >= from);
  if (unit === undefined) return `${Math.round(milliseconds * 1e6)} ns`;
  return `${figure(milliseconds / unit[1])} ${unit[0]}`;
}

function numberChange(left: string, right: string): string | undefined {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  const [from, to] = [Number(left), Number(right)];
  const apart = to - from;
  if (!Number.isFinite(apart)) return undefined;
  if (apart === 0) return 'the same in the precision of most programs';
  const share = from === 0 ? '' : ` (${figure((100 * Math.abs(apart)) / Math.abs(from))}%)`;
  return `${signed(apart, figure)}${share}`;
}

function textChange(left: string, right: string): string | undefined {
  if (left.toLowerCase() === right.toLowerCase()) return 'other case';
  if (left.replace(/\s+/g, '') === right.replace(/\s+/g, '')) return 'other white space';
  if (left.normalize('NFC') === right.normalize('NFC')) return 'the same characters, composed in another way';
  if (left.trim() === '' || right.trim() === '') return undefined;
  const apart = right.length - left.length;
  return Math.max(left.length, right.length) < LONG || apart === 0 ? undefined : `${signed(apart, count)} characters`;
}

/** The lengths of shorter texts can be seen. */
const LONG = 80;

const grouped = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three significant digits, and without the errors of floating point: `0.01`, `1,250`, `1.5e+21`. */
function figure(size: number): string {
  const rounded = Number(size.toPrecision(3));
  if (rounded >= 1e15 || rounded < 1e-6) return rounded.toExponential();
  return grouped.format(rounded);
}
