import type { JsonType } from '../content/json/document.ts';

/** One side of a difference, for rules and people. Header values and lines of text are strings. */
export interface Value {
  readonly type: JsonType;
  /** For a string its decoded text; for everything else the source text. */
  readonly text: string;
  /** For a line: the whole line, where `text` is only the changed part. */
  readonly whole?: string;
  /** For a person, as written, however long. */
  readonly shown: string;
  /** The same, at most `EXCERPT` characters of its beginning. */
  readonly excerpt: string;
}

const EXCERPT = 200;

export function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT - 1)}…`;
}

/** A value that is not from a JSON text. */
export function textValue(text: string): Value {
  return { type: 'string', text, shown: text, excerpt: excerpt(text) };
}

/** For a long text: characters shown of its beginning, and before and after the difference. */
const HEAD = 40;
const CONTEXT = 24;

/**
 * Both sides of a difference for a person, at most about `EXCERPT` characters each. Long ones are cut around the first
 * character that differs, so that the difference is visible.
 */
export function excerpts(left: string, right: string): readonly [left: string, right: string] {
  if (left.length <= EXCERPT && right.length <= EXCERPT) return [left, right];
  let first = 0;
  while (first < left.length && left[first] === right[first]) first++;
  return [around(left, first), around(right, first)];
}

function around(text: string, first: number): string {
  if (text.length <= EXCERPT) return text;
  const from = first - CONTEXT;
  const head = from <= HEAD ? '' : `${text.slice(0, HEAD)}…`;
  const start = head === '' ? 0 : from;
  const rest = text.slice(start, start + EXCERPT - head.length);
  const whole = start + rest.length >= text.length;
  return `${head}${whole ? rest : `${rest.slice(0, -1)}…`}`.toWellFormed();
}

/** The most characters of a text that are kept after its comparison. */
const KEPT = 16 * 1024;

/**
 * A copy of a value to keep after its comparison, since the documents are reused for the next one. An object or an
 * array is kept as it is shown.
 */
export function keptValue(value: Value): Value {
  const { type, excerpt: beginning, whole } = value;
  const shown = beginning.endsWith('…') ? value.shown.slice(0, KEPT) : beginning;
  const text = type === 'object' || type === 'array' ? shown : value.text.slice(0, KEPT);
  return { type, text, shown, excerpt: beginning, ...(whole !== undefined && { whole: whole.slice(0, KEPT) }) };
}

/** Whether all of a value was kept. */
export function isKeptWhole({ text, shown, whole = '' }: Value): boolean {
  return text.length < KEPT && shown.length < KEPT && whole.length < KEPT;
}
