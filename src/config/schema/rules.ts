import * as z from 'zod';
import { parseShare } from '../../lib/share.ts';
import type { RuleEffect } from '../types.ts';
import { jsonPath } from './json-path.ts';
import { exactlyOne, together } from './shape.ts';
import { headerName, lastDay, text, value, word } from './values.ts';

const tolerance = value<RuleEffect>(
  {
    allowed: 'an amount such as 0.01, or a percentage such as 0.5%',
    json: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
      ],
    },
  },
  (written) => {
    const share = parseShare(written);
    if (share !== undefined) return { value: { kind: 'tolerance', amount: share, relative: true } };
    const amount = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(written) ? Number(written) : Number.NaN;
    if (!Number.isFinite(amount)) return { wrong: 'neither an amount nor a percentage' };
    return { value: { kind: 'tolerance', amount, relative: false } };
  },
);

const memberName = text({
  noun: 'a member name',
  form: /^.+$/,
  allowed: 'the name of a member, such as id',
}).transform((key): RuleEffect => ({ kind: 'key', key }));

interface Effect {
  /** What a rule with this effect may address. */
  readonly places: readonly ('path' | 'header')[];
  /** How it is written, and what it then is. */
  readonly option: z.ZodType<RuleEffect | undefined>;
}

/** All that a rule can do, by the option that asks for it. A new effect is one more entry. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  ignore: {
    places: ['path', 'header'],
    option: word<RuleEffect>('true', { kind: 'ignore' }, { const: true }).optional().meta({
      description: 'Accepts whatever differs there, and below.',
      hazard: 'Hides a value that vanishes, too.',
    }),
  },
  within: {
    places: ['path'],
    option: tolerance.optional().meta({
      description: "Accepts numbers that differ by at most this amount, or this percentage of the primary's number.",
    }),
  },
  unordered: {
    places: ['path'],
    option: word<RuleEffect>('true', { kind: 'unordered' }, { const: true }).optional().meta({
      description: 'Compares the array without regard to the order of its elements.',
    }),
  },
  key: {
    places: ['path'],
    option: memberName.optional().meta({
      description: 'Matches the elements of the arrays found there by this member, wherever they stand.',
    }),
  },
};

const EFFECT_NAMES = Object.keys(EFFECTS);

const note = (description: string) =>
  text({ noun: 'one line of text', form: /^.{1,500}$/, allowed: 'one line of at most 500 characters' })
    .optional()
    .meta({ description });

const members = z.strictObject({
  path: jsonPath().optional().meta({
    description: 'The place in a JSON body that the rule is about.',
  }),
  header: headerName().optional().meta({
    description: 'The header that the rule is about, in place of a path.',
  }),
  ...(Object.fromEntries(EFFECT_NAMES.map((name) => [name, EFFECTS[name]!.option])) as Record<
    string,
    Effect['option']
  >),
  reason: note('Why the difference is accepted.'),
  owner: note('Who to ask.'),
  until: lastDay().optional().meta({
    description: 'The last day, in UTC, on which the rule applies.',
  }),
});

const HEADER_EFFECTS = EFFECT_NAMES.filter((name) => EFFECTS[name]!.places.includes('header'));

export const rule = members
  .check(exactlyOne(['path', 'header']))
  .check(exactlyOne(EFFECT_NAMES))
  .check(
    together((names) => {
      if (!names.includes('header')) return [];
      return EFFECT_NAMES.filter((name) => names.includes(name) && !HEADER_EFFECTS.includes(name)).map((member) => ({
        wrong: 'not for a header',
        allowed: `${HEADER_EFFECTS.join(', ')} on a header, or a path in place of the header`,
        member,
      }));
    }),
  )
  .transform(({ path, header, reason, owner, until, ...effects }) => ({
    path,
    header,
    does: Object.values(effects)[0] as RuleEffect,
    reason,
    owner,
    until,
  }));
