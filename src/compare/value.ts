import type { JsonType } from './json/document.ts';

/** One side of a difference, as rules and people look at it. Header values and lines of text are strings. */
export interface Value {
  readonly type: JsonType;
  /** A string decoded; of everything else the source text. */
  readonly text: string;
  /** Of a line of which `text` is what has changed: all of it. */
  readonly whole?: string;
  /** For a person, at most `EXCERPT` characters. */
  readonly excerpt: string;
}

const EXCERPT = 200;

export function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT - 1)}…`;
}

/** A value that is not from a JSON text. */
export function textValue(text: string): Value {
  return { type: 'string', text, excerpt: excerpt(text) };
}

/** Characters of a text that outlive its comparison. */
const KEPT = 16 * 1024;

/**
 * A value that outlives its comparison, whose documents are used again for the next one. An object or an array is kept
 * as its excerpt.
 */
export function keptValue(value: Value): Value {
  const { type, excerpt: shown } = value;
  const text = type === 'object' || type === 'array' ? shown : value.text.slice(0, KEPT);
  return { type, text, excerpt: shown };
}
