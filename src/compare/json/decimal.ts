/**
 * JSON numbers as decimals, exactly: coefficient · 10^exponent, read from the source text. 1 = 1.0 = 1e0, -0 = 0,
 * 2^53 + 1 ≠ 2^53, 1E400 ≠ 1E999.
 */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: bigint;
}

/**
 * The grammar of JSON (RFC 8259, section 6). Texts that only begin like a number ("1.0-beta", "404 page") don't match.
 */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?$/;

export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Exponents with more digits than this are not evaluated: such numbers are equal only when their texts are. */
const LONGEST_EXPONENT = 1000;

/**
 * The canonical text of a number: the same for all ways to write it, different for different numbers. Other texts are
 * unchanged.
 */
export function canonicalNumber(source: string): string {
  if (PLAIN_INTEGER.test(source)) return source;
  if (PLAIN_DECIMAL.test(source)) return plainDecimal(source);
  const parts = decimalParts(source);
  if (parts === undefined) return source;
  const { negative, digits, exponent } = parts;
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent >= 0n && exponent <= 20n) return `${sign}${digits}${'0'.repeat(Number(exponent))}`;
  return `${sign}${digits}e${exponent}`;
}

/** An integer that `canonicalNumber` would write the same way. */
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

/** A decimal without an exponent and without redundant zeros. */
const PLAIN_DECIMAL = /^-?[1-9]\d{0,14}\.\d{0,14}[1-9]$/;

function plainDecimal(source: string): string {
  const dot = source.indexOf('.');
  return `${source.slice(0, dot)}${source.slice(dot + 1)}e-${source.length - dot - 1}`;
}

export function sameNumber(left: string, right: string): boolean {
  return left === right || canonicalNumber(left) === canonicalNumber(right);
}

/**
 * Digits without leading and trailing zeros; empty for zero. Undefined for a text that is not a number, or with too
 * long an exponent.
 */
function decimalParts(
  source: string,
): { readonly negative: boolean; readonly digits: string; readonly exponent: bigint } | undefined {
  if (!isNumber(source)) return undefined;
  const [mantissa = '', exponentText = '0'] = source.toLowerCase().split('e');
  if (exponentText.length > LONGEST_EXPONENT) return undefined;
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.slice(negative ? 1 : 0).split('.');
  const digits = `${whole}${fraction}`;
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  return {
    negative,
    digits: digits.slice(start, end),
    exponent: BigInt(exponentText.replace('+', '')) - BigInt(fraction.length) + BigInt(digits.length - end),
  };
}

/** The longest coefficient, and the widest span of exponents, for calculations. */
const LARGEST_SPAN = 2000;

/** Whether two numbers differ by at most `amount`, or by at most that share of the left one. Exact. */
export function isWithin(left: string, right: string, amount: number, relative: boolean): boolean {
  const l = decimalOf(left);
  const r = decimalOf(right);
  const limit = decimalOf(String(amount));
  if (l === undefined || r === undefined || limit === undefined) return left === right;
  const allowed = relative
    ? { coefficient: magnitude(l.coefficient) * limit.coefficient, exponent: l.exponent + limit.exponent }
    : limit;
  const shared = smallest([l.exponent, r.exponent, allowed.exponent]);
  if ([l, r, allowed].some(({ exponent }) => exponent - shared > LARGEST_SPAN)) return sameNumber(left, right);
  const scaled = (decimal: Decimal) => decimal.coefficient * 10n ** (decimal.exponent - shared);
  return magnitude(scaled(l) - scaled(r)) <= scaled(allowed);
}

export function decimalOf(source: string): Decimal | undefined {
  const parts = decimalParts(source);
  if (parts === undefined || parts.digits.length > LARGEST_SPAN) return undefined;
  if (parts.digits === '') return { coefficient: 0n, exponent: 0n };
  const coefficient = BigInt(parts.digits);
  return { coefficient: parts.negative ? -coefficient : coefficient, exponent: parts.exponent };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function smallest(values: readonly bigint[]): bigint {
  return values.toSorted((a, b) => (a < b ? -1 : 1))[0]!;
}
