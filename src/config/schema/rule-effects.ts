import * as z from 'zod';
import { DURATION_PATTERN, parseDuration } from '../../lib/duration.ts';
import { onDemand } from '../../lib/on-demand.ts';
import { parseShare } from '../../lib/share.ts';
import {
  IGNORABLE_KINDS,
  type IgnorableKind,
  type RuleEffect,
  URL_PARTS,
  type UrlPart,
  VALUE_CLASSES,
} from '../rule-types.ts';
import { choice, text, value, word } from './values.ts';

const re2 = onDemand<typeof import('re2js')>('re2js');

export interface EffectOption {
  /** What a rule with this effect may address. */
  readonly places: readonly ('path' | 'header')[];
  /** How it is written, and the effect that it becomes. */
  readonly option: z.ZodType<RuleEffect | undefined>;
}

/** An effect that is only switched on. */
function switchedOn(effect: RuleEffect, description: string, hazard?: string): EffectOption['option'] {
  return word('true', effect, { const: true })
    .optional()
    .meta({ description, ...(hazard === undefined ? {} : { hazard }) });
}

const ALL = 'true';

const ignored = z
  .union([
    value<readonly IgnorableKind[] | typeof ALL>(
      {
        allowed: `true, ${IGNORABLE_KINDS.join(', ')}`,
        json: { anyOf: [{ const: true }, { enum: [...IGNORABLE_KINDS] }] },
      },
      (written) => {
        if (written === ALL) return { value: ALL };
        const kind = IGNORABLE_KINDS.find((each) => each === written);
        return kind === undefined ? { wrong: 'neither true nor a kind of difference' } : { value: [kind] };
      },
    ),
    z.array(choice(IGNORABLE_KINDS)).min(1),
  ])
  .transform((only): RuleEffect => ({ kind: 'ignore', ...(only !== ALL && { only }) }));

const AMOUNT = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const within = value<RuleEffect>(
  {
    allowed: 'an amount such as 0.01, a percentage such as 0.5%, or a duration such as 2s',
    json: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
        { type: 'string', pattern: DURATION_PATTERN.source },
      ],
    },
  },
  (written) => {
    const time = parseDuration(written);
    if (time !== undefined) return { value: { kind: 'time', amount: time } };
    const share = parseShare(written);
    if (share !== undefined) return { value: { kind: 'tolerance', amount: share, relative: true } };
    const amount = AMOUNT.test(written) ? Number(written) : Number.NaN;
    if (!Number.isFinite(amount)) return { wrong: 'neither an amount nor a percentage nor a duration' };
    return { value: { kind: 'tolerance', amount, relative: false } };
  },
);

const valueClass = choice(VALUE_CLASSES).transform((name): RuleEffect => ({ kind: 'class', class: name }));

const regularExpression = (kind: 'matches' | 'mask') =>
  value<RuleEffect>(
    {
      allowed: 'a regular expression in RE2 syntax, such as "^v[0-9]+$"; no back references, no lookaround',
      json: { type: 'string', minLength: 1 },
    },
    (written) => {
      if (written === '') return { wrong: 'empty' };
      try {
        re2().RE2JS.compile(written);
        return { value: { kind, pattern: written } };
      } catch (error) {
        // The library's other errors are about its own workings.
        const reason =
          error instanceof re2().RE2JSException ? ` (${error.message.replace('error parsing regexp: ', '')})` : '';
        return { wrong: `not a regular expression${reason}` };
      }
    },
  );

const urlPart = value<UrlPart>(
  {
    allowed: `${URL_PARTS.join(', ')}, or query.NAME for one parameter`,
    json: { type: 'string', pattern: `^(?:${URL_PARTS.join('|')}|query\\..+)$` },
  },
  (written) => {
    const part = URL_PARTS.find((each) => each === written);
    if (part !== undefined) return { value: part };
    return /^query\..+$/s.test(written) ? { value: written as UrlPart } : { wrong: 'not a part of a URL' };
  },
);

const except = z
  .array(urlPart)
  .min(1)
  .transform((parts): RuleEffect => ({ kind: 'url', except: parts }));

const anyText = value<string>(
  { allowed: 'a text, a number, true, false or null', json: { type: ['string', 'number', 'boolean', 'null'] } },
  (written) => ({ value: written }),
);

const oneOf = z
  .array(anyText)
  .min(1)
  .transform((values): RuleEffect => ({ kind: 'one_of', values }));

const NAME = { form: /^.+$/, allowed: 'the name of a member, such as id' };

const key = text({ noun: 'a member name', ...NAME }).transform((name): RuleEffect => ({ kind: 'key', key: name }));

const rename = text({ noun: 'a name', ...NAME, allowed: 'the name of a member, or of a header' }).transform(
  (to): RuleEffect => ({ kind: 'rename', to }),
);

/** All effects of rules, by the option that asks for each. A new effect is one more entry. */
export const EFFECTS: Readonly<Record<string, EffectOption>> = {
  ignore: {
    places: ['path', 'header'],
    option: ignored.optional().meta({
      description:
        'With true, accepts any difference there and below. With kinds of difference, as named in the report, accepts only these, and only at the place itself: with added, the shadow may have an additional member, header or, at "$.items[*]", elements; if both sides have it, it is compared.',
      hazard: 'With true it also hides a value that is missing in the shadow.',
    }),
  },
  as: {
    places: ['path', 'header'],
    option: valueClass.optional().meta({
      description:
        'Accepts values that differ if both are of this class. A token is an opaque text of at least eight characters without spaces.',
      hazard: 'any accepts every value, provided that both sides have one.',
    }),
  },
  within: {
    places: ['path', 'header'],
    option: within.optional().meta({
      description:
        "Accepts numbers that differ by at most this amount, or by this percentage of the primary's number; or times that are at most this far apart, to the nanosecond: ISO 8601, HTTP and mail dates, /Date(…)/, and numbers of seconds, milliseconds, microseconds or nanoseconds since 1970. It may be combined with as: number and as: timestamp.",
    }),
  },
  except: {
    places: ['path', 'header'],
    option: except.optional().meta({
      description:
        'With as: url, accepts URLs that differ only in these parts: origin (scheme, host and port), scheme, userinfo, host, port, path, query, one parameter as query.NAME, signature (the parameters of signed URLs: X-Amz-Signature, X-Amz-Date, Expires, Signature, sig and their like), fragment. In a Link header it applies to each URL.',
      absent: 'as: url accepts any two URLs',
    }),
  },
  mask: {
    places: ['path', 'header'],
    option: regularExpression('mask').optional().meta({
      description:
        'Accepts texts that differ only in what this regular expression matches; everything else must be equal. For a text body, at $, it is applied to each line.',
      hazard: 'A pattern that matches everything, such as ".*", hides everything.',
    }),
  },
  matches: {
    places: ['path', 'header'],
    option: regularExpression('matches').optional().meta({
      description: 'Accepts values that differ if this regular expression matches the whole text of both.',
    }),
  },
  oneOf: {
    places: ['path', 'header'],
    option: oneOf.optional().meta({ description: 'Accepts values that differ if both are among these.' }),
  },
  unordered: {
    places: ['path'],
    option: switchedOn(
      { kind: 'unordered' },
      "Ignores the order of the array's elements, but not the order in arrays inside them.",
    ),
  },
  key: {
    places: ['path'],
    option: key.optional().meta({
      description:
        'Pairs the elements of the array by this member, in any order. The path leads to the array, or to its elements.',
    }),
  },
  emptyIsMissing: {
    places: ['path', 'header'],
    option: switchedOn({ kind: 'empty' }, 'Treats missing, null, "", [] and {} as equal.'),
  },
  anyCase: {
    places: ['path', 'header'],
    option: switchedOn({ kind: 'case' }, 'Treats upper and lower case as equal.'),
  },
  normalize: {
    places: ['path', 'header'],
    option: switchedOn({ kind: 'unicode' }, 'Treats texts as equal if they are after Unicode normalization (NFC).'),
  },
  subset: {
    places: ['path'],
    option: switchedOn(
      { kind: 'subset' },
      'Accepts members that only the shadow has, there and below.',
      'Array elements that only the shadow has are still differences.',
    ),
  },
  rename: {
    places: ['path', 'header'],
    option: rename.optional().meta({
      description: 'The name of the member, or of the header, in the shadow. A member must be in the same object.',
    }),
  },
  json: {
    places: ['path'],
    option: switchedOn(
      { kind: 'embedded' },
      'Compares a string that holds a JSON object or array by its content, under the rules for that place.',
    ),
  },
  byteOrderMark: {
    places: ['path'],
    option: switchedOn(
      { kind: 'byte_order_mark' },
      'Accepts only that one body begins with a byte order mark, or that the marks differ. The place is $.',
    ),
  },
  charset: {
    places: ['header'],
    option: switchedOn(
      { kind: 'charset' },
      'Accepts only that content-type names a charset on one side: UTF-8 or US-ASCII, which apply anyway if none is named.',
    ),
  },
};
