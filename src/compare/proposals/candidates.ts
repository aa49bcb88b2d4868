import type { RuleEffect, UrlPart } from '../../config/rule-types.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import type { Fits } from '../../model/finding.ts';

/** An effect, under the name that facts use for it. */
interface Named {
  readonly name: string;
  readonly effect: RuleEffect;
}

const mask = (name: string, pattern: string): Named => ({ name: `mask ${name}`, effect: { kind: 'mask', pattern } });
const ofClass = (name: 'uuid' | 'timestamp' | 'ip' | 'number' | 'token' | 'url' | 'string'): Named => ({
  name,
  effect: { kind: 'class', class: name },
});

const UUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';
const TIME =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?';
const HEX = '[0-9A-Fa-f]{8,}';
const NUMBER = '[0-9]+';
const TOKEN = '[0-9A-Za-z_-]{16,}';

const FORMS: readonly Named[] = [
  { name: 'empty', effect: { kind: 'empty' } },
  { name: 'unicode', effect: { kind: 'unicode' } },
  { name: 'case', effect: { kind: 'case' } },
];
const CLASSES = [ofClass('uuid'), ofClass('timestamp'), ofClass('ip'), ofClass('number')];
const MASKS = [mask('uuid', UUID), mask('time', TIME), mask('uuid or time', `${UUID}|${TIME}`), mask('hex', HEX)];
/** A class for opaque texts: one word that no person reads. */
const OPAQUE: Named = { name: 'opaque', effect: { kind: 'matches', pattern: '[\\w-]{8,}' } };
const WIDE_MASKS = [
  mask('number', NUMBER),
  mask('hex or number', `${HEX}|${NUMBER}`),
  mask('token', TOKEN),
  mask('token or number', `${TOKEN}|${NUMBER}`),
];
const WIDE = [ofClass('url'), ofClass('token'), ofClass('string')];

/** All effects without a measured amount. */
export const FIXED: readonly Named[] = [
  { name: 'byte_order_mark', effect: { kind: 'byte_order_mark' } },
  { name: 'charset', effect: { kind: 'charset' } },
  { name: 'unordered', effect: { kind: 'unordered' } },
  ...FORMS,
  ...CLASSES,
  ...MASKS,
  OPAQUE,
  ...WIDE_MASKS,
  ...WIDE,
];

const effectsOf = (list: readonly Named[], fits: Fits | undefined): RuleEffect[] =>
  list.filter(({ name }) => fits === undefined || fits.effects.includes(name)).map(({ effect }) => effect);

/** What is known about the differences at one place. */
export interface Known {
  readonly kind: DifferenceKind;
  /** Absent where the values are not whole, and the whole values were not examined either. */
  readonly fits: Fits | undefined;
  /** The texts of both sides of each difference, where they are whole. */
  readonly texts: readonly (readonly [left: string, right: string])[];
  /** Whether `texts` covers all differences seen. */
  readonly complete: boolean;
}

/** Effects that may accept what was seen at a place, from the narrowest to the widest. */
export function candidates(known: Known): readonly RuleEffect[] {
  const { kind, fits } = known;
  switch (kind) {
    case 'added':
    case 'removed':
      return [...effectsOf(FORMS, fits), { kind: 'ignore', only: [kind] }];
    case 'duplicate_key':
    case 'bytes':
      return [{ kind: 'ignore', only: [kind] }];
    case 'encoding':
      return [...effectsOf(FORMS, fits), { kind: 'ignore', only: [kind] }];
    case 'type':
      return [...effectsOf(FORMS, fits), ...oneOfFew(known), { kind: 'ignore', only: [kind] }];
    case 'reordered':
    case 'moved':
      return [{ kind: 'unordered' }];
    case 'byte_order_mark':
    case 'charset':
      return [{ kind }];
    case 'value':
    case 'header':
      return [
        ...effectsOf(FORMS, fits),
        ...near(fits),
        ...oneOfFew(known),
        ...effectsOf(CLASSES, fits),
        ...urlApart(fits),
        ...fewWords(known),
        ...effectsOf(MASKS, fits),
        // A token may be arbitrary text; words are not, however long.
        ...(isOpaque(known) ? effectsOf([ofClass('token')], fits) : []),
        ...effectsOf(WIDE_MASKS, fits),
        ...(isTokenLike(known)
          ? effectsOf(WIDE, fits)
          : effectsOf(
              WIDE.filter(({ name }) => name !== 'token'),
              fits,
            )),
        { kind: 'ignore', only: ['value'] },
      ];
    case 'status':
    case 'budget':
      return [];
  }
}

const LONGEST_DELAY = 24 * 60 * 60 * 1000;
/** Above this share the numbers are unrelated. */
const LARGEST_SHARE = 0.05;

function near(fits: Fits | undefined): readonly RuleEffect[] {
  const { delay, share, distance } = fits ?? {};
  return [
    ...(delay !== undefined && delay <= LONGEST_DELAY
      ? [{ kind: 'time', amount: Math.max(1, Math.ceil(delay / 1000)) * 1000 } as const]
      : []),
    ...(share !== undefined && share <= LARGEST_SHARE
      ? [{ kind: 'tolerance', amount: roundedUp(share), relative: true } as const]
      : []),
    // An amount below one is rounding, not another number.
    ...(distance !== undefined && distance < 1
      ? [{ kind: 'tolerance', amount: roundedUp(distance), relative: false } as const]
      : []),
  ];
}

/** Rounded up to one significant digit. */
function roundedUp(value: number): number {
  if (value === 0) return 0;
  // For the smallest numbers there is no lower power of ten.
  const unit = 10 ** Math.floor(Math.log10(value)) || Number.MIN_VALUE;
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(1));
}

const MOST_PARTS = 4;

function urlApart(fits: Fits | undefined): readonly RuleEffect[] {
  const parts = fits?.parts ?? [];
  return parts.length === 0 || parts.length > MOST_PARTS ? [] : [{ kind: 'url', except: parts as readonly UrlPart[] }];
}

/** An enumeration has few values in many examples. Values that no two responses share must not be listed in a rule. */
function oneOfFew({ texts, complete }: Known): readonly RuleEffect[] {
  const values = new Set(texts.flat());
  const few = complete && texts.length >= 3 && values.size <= 4 && [...values].every((text) => !isMade(text));
  return few ? [{ kind: 'one_of', values: [...values].sort() }] : [];
}

const MOST_WORDS = 6;

/** A changed wording: the words that only one side has, where both sides have such words. */
function fewWords({ texts, complete }: Known): readonly RuleEffect[] {
  if (!complete || texts.some((pair) => pair.some((text) => !/\s/.test(text.trim())))) return [];
  const words = (text: string) => new Set(text.match(WORD) ?? []);
  const changed = texts.flatMap(([left, right]) => {
    const [l, r] = [words(left), words(right)];
    return [...l].filter((word) => !r.has(word)).concat([...r].filter((word) => !l.has(word)));
  });
  const few = new Set(changed);
  if (few.size === 0 || few.size > MOST_WORDS || [...few].some((word) => /\d/.test(word) || isMade(word))) return [];
  return [{ kind: 'mask', pattern: `\\b(?:${[...few].sort().join('|')})\\b` }];
}

const WORD = /[A-Za-z0-9_]+/g;

/** Whether a text looks generated: an id, a hash, a time, a token of the redaction. */
function isMade(text: string): boolean {
  if (text === '' || text.length > 40) return true;
  return (
    /~token:|^[\da-f]{8,}$|[\da-f]{16,}|[\da-f]{8}-[\da-f]{4}-|^\d{4,}$|\d{4}-\d\d-\d\d|\d:\d\d/i.test(text) ||
    mixed(text)
  );
}

/** Letters and digits in turn, without a space: `a8f3k2`, `tok_1234567`, `AKIA2E3F`. */
function mixed(text: string): boolean {
  return /^[\w+/=-]{6,}$/.test(text) && /[a-z]/i.test(text) && (text.match(/\d/g) ?? []).length >= 3;
}

function isOpaque({ fits, texts, complete }: Known): boolean {
  if (texts.length > 0 && complete) return texts.flat().every((text) => /^[\w-]{8,}$/.test(text) && mixed(text));
  return fits?.effects.includes('opaque') ?? false;
}

function isTokenLike({ texts, complete }: Known): boolean {
  return !complete || texts.flat().every((text) => /\d/.test(text));
}
