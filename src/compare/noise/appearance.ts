import type { DifferenceKind } from '../../model/difference.ts';
import { isNumber } from '../json/decimal.ts';
import { isOfClass } from '../rules/classes.ts';
import { parseTimestamp } from '../rules/timestamp.ts';
import type { Value } from '../value.ts';

/**
 * What a value looks like: its class, and its size within the class. At a noisy place, values that look alike count as
 * noise; a value that looks different never does, however noisy the place is.
 */
export interface Appearance {
  /** For example `number`, `uuid 4`, `time dddd-dd-dd`, `absent`. */
  readonly class: string;
  /** What the band measures. */
  readonly measure: 'none' | 'length' | 'number' | 'time';
  /** Characters, the number itself, or milliseconds since 1970. */
  readonly size: number;
  /** Whether no two things share such a value. */
  readonly identifies: boolean;
}

/** The appearance of a side without a value. */
const ABSENT = plain('absent');

/** Kinds whose sides name one of a few states: only a known state is noise. */
const STATES: ReadonlySet<DifferenceKind> = new Set(['status', 'encoding', 'charset', 'byte_order_mark']);
/** Kinds whose sides are descriptions for people. */
const DESCRIBED: ReadonlySet<DifferenceKind> = new Set(['reordered', 'moved', 'duplicate_key', 'bytes', 'budget']);

export function appearanceOf(kind: DifferenceKind, value: Value | undefined): Appearance {
  if (value === undefined) return ABSENT;
  if (DESCRIBED.has(kind)) return plain('described');
  if (STATES.has(kind)) return plain(`state ${value.text.slice(0, 64)}`);
  switch (value.type) {
    case 'string':
      return textAppearance(value);
    case 'number':
      return numberAppearance('number', value.text);
    default:
      return plain(/^[[{]\s*[\]}]$/.test(value.text) ? `empty ${value.type}` : value.type);
  }
}

function plain(name: string): Appearance {
  return { class: name, measure: 'none', size: 0, identifies: false };
}

function numberAppearance(name: string, text: string): Appearance {
  return { class: name, measure: 'number', size: Number(text), identifies: false };
}

function sized(name: string, text: string, identifies: boolean): Appearance {
  return { class: name, measure: 'length', size: text.length, identifies };
}

/** RFC 9562, section 4.2: the version is the first digit of the third group. A UUID of zeros has version 0. */
const UUID = /^(?:urn:uuid:)?[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i;
const JWT = /^[\w-]{4,}\.[\w-]{4,}\.[\w-]*$/;
/** From this length on, a mix of letters and digits is taken as an id instead of a word. */
const SHORTEST_ID = 8;

function textAppearance(value: Value): Appearance {
  const { text } = value;
  if (text === '') return plain('empty');
  const uuid = UUID.exec(text);
  if (uuid !== null) return sized(`uuid ${uuid[1]!.toLowerCase()}`, text, true);
  const time = isNumber(text) ? undefined : parseTimestamp(text);
  if (time !== undefined) {
    const form = text.replace(/[A-Za-z]+/g, 'a').replace(/\d+/g, (digits) => 'd'.repeat(Math.min(digits.length, 4)));
    return { class: `time ${form}`, measure: 'time', size: Number(time / 1_000_000n), identifies: false };
  }
  if (isOfClass(value, 'ip')) return plain(`ip ${text.includes(':') ? 6 : 4}`);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text) && URL.canParse(text)) return plain(`url ${new URL(text).origin}`);
  if (text.startsWith('/') && isOfClass(value, 'url')) return sized('path', text, false);
  if (JWT.test(text) && text.length > 40) return sized('jwt', text, false);
  if (/^-?\d{1,15}(?:\.\d+)?$/.test(text) && text.length < SHORTEST_ID) return numberAppearance('number text', text);
  if (/^\d+$/.test(text)) return sized('digits', text, true);
  if (/^[\da-f]+$/i.test(text) && text.length >= SHORTEST_ID) return sized('hexadecimal', text, true);
  if (isOfClass(value, 'token')) return sized('token', text, /\d/.test(text));
  return sized('text', text, false);
}

/** For each class, wider classes that a value of it may belong to by chance. */
const NARROWER: Readonly<Record<string, readonly string[]>> = {
  'number text': ['hexadecimal', 'token', 'digits'],
  digits: ['hexadecimal', 'token', 'number text'],
  hexadecimal: ['token'],
};

export function classesFor(appearance: Appearance): readonly string[] {
  return [appearance.class, ...(NARROWER[appearance.class] ?? [])];
}
