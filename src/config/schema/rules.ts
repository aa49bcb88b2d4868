import * as z from 'zod';
import type { RuleEffect } from '../rule-types.ts';
import { jsonPath } from './json-path.ts';
import { EFFECTS, type EffectOption } from './rule-effects.ts';
import { headerPlace, statusPair, type WrittenHeader } from './rule-places.ts';
import { exactlyOne, type Fault, together } from './shape.ts';
import { HEADER_NAME, lastDay, text } from './values.ts';

const EFFECT_NAMES = Object.keys(EFFECTS);
const HEADER_EFFECTS = EFFECT_NAMES.filter((name) => EFFECTS[name]!.places.includes('header'));

const note = (description: string) =>
  text({ noun: 'one line of text', form: /^.{1,500}$/, allowed: 'one line of at most 500 characters' })
    .optional()
    .meta({ description });

const members = z.strictObject({
  path: jsonPath().optional().meta({
    description: 'The place in a JSON body that the rule is about.',
  }),
  header: headerPlace().optional().meta({
    description:
      'The header that the rule is about, in place of a path. set-cookie[NAME] is the value of one cookie, set-cookie[NAME].ATTRIBUTE one of its attributes (NAME may be *). content-type[charset] and cache-control[max-age] are examples of one parameter.',
  }),
  status: statusPair.optional().meta({
    description:
      "A pair of statuses that is accepted: the primary's and the shadow's. A class is written 5xx. Everything else is still compared. It replaces path and header, and the rule can do nothing else.",
    hazard: 'Outside of a route it applies to all routes.',
  }),
  ...(Object.fromEntries(EFFECT_NAMES.map((name) => [name, EFFECTS[name]!.option])) as Record<
    string,
    EffectOption['option']
  >),
  reason: note('Why the difference is accepted.'),
  owner: note('Who to ask.'),
  until: lastDay().optional().meta({
    description: 'The last day, in UTC, on which the rule applies.',
  }),
});

/** Options that may be combined with `as`, to say how far apart values of the class may be. */
const REFINEMENTS = ['within', 'except'];

/** The options that ask for an effect. */
function effectsAmong(names: readonly string[]): string[] {
  return EFFECT_NAMES.filter((name) => names.includes(name) && !(REFINEMENTS.includes(name) && names.includes('as')));
}

function oneEffect(names: readonly string[]): Fault[] {
  if (names.includes('status')) {
    const others = effectsAmong(names);
    return others.map((member) => ({ wrong: 'not together with status', allowed: 'status alone', member }));
  }
  const { length } = effectsAmong(names);
  if (length === 1) return [];
  const list = EFFECT_NAMES.filter((name) => name !== 'except').join(', ');
  const allowed = `one of ${list}; within and except also together with as`;
  return [{ wrong: `not exactly one of ${list}`, allowed, missing: length === 0 }];
}

function forHeader(names: readonly string[]): Fault[] {
  if (!names.includes('header')) return [];
  return EFFECT_NAMES.filter((name) => names.includes(name) && !HEADER_EFFECTS.includes(name)).map((member) => ({
    wrong: 'not for a header',
    allowed: `${HEADER_EFFECTS.join(', ')} on a header, or a path in place of the header`,
    member,
  }));
}

/** What kind of `within` fits a class. Other classes have no distance. */
const DISTANCES: Readonly<Record<string, { readonly kind: RuleEffect['kind']; readonly allowed: string }>> = {
  number: { kind: 'tolerance', allowed: 'an amount or a percentage together with as: number' },
  timestamp: { kind: 'time', allowed: 'a duration together with as: timestamp' },
};

/** A member that was already rejected has no kind here, and is not judged again. */
function distanceOfClass(_names: readonly string[], rule: object): Fault[] {
  const { as, within } = rule as Readonly<Record<string, Partial<RuleEffect> | undefined>>;
  if (as?.kind !== 'class' || within?.kind === undefined) return [];
  const distance = Object.hasOwn(DISTANCES, as.class!) ? DISTANCES[as.class!] : undefined;
  if (distance === undefined) {
    const allowed = `as: ${Object.keys(DISTANCES).join(' or as: ')}, or no within`;
    return [{ wrong: `not for as: ${as.class}`, allowed, member: 'within' }];
  }
  if (within.kind === distance.kind) return [];
  return [{ wrong: `not for as: ${as.class}`, allowed: distance.allowed, member: 'within' }];
}

/** Only URLs have parts that can be excepted. */
function exceptOfUrl(names: readonly string[], rule: object): Fault[] {
  if (!names.includes('except')) return [];
  const { as } = rule as Readonly<Record<string, Partial<RuleEffect> | undefined>>;
  const isUrl = as?.kind === 'class' && as.class === 'url';
  if (isUrl || (names.includes('as') && as === undefined)) return [];
  return [{ wrong: 'not together with as: url', allowed: 'as: url, or no except', member: 'except' }];
}

function wholeForRename(names: readonly string[], rule: object): Fault[] {
  const { header } = rule as { header?: Partial<WrittenHeader> };
  if (!names.includes('rename') || header?.part === undefined) return [];
  return [
    {
      wrong: 'not for a part of a header',
      allowed: 'rename together with a whole header, or a path',
      member: 'rename',
    },
  ];
}

function headerForHeader(names: readonly string[], rule: object): Fault[] {
  const { rename } = rule as Readonly<Record<string, Partial<RuleEffect> | undefined>>;
  if (!names.includes('header') || rename?.kind !== 'rename' || HEADER_NAME.test(rename.to!)) return [];
  return [{ wrong: 'not a header name', allowed: 'a header name, such as x-build', member: 'rename' }];
}

export const rule = members
  .check(exactlyOne(['path', 'header', 'status']))
  .check(together(oneEffect))
  .check(together(forHeader))
  .check(together(distanceOfClass))
  .check(together(headerForHeader))
  .check(together(exceptOfUrl))
  .check(together(wholeForRename))
  .transform(({ path, header, reason, owner, until, ...effects }) => ({
    path,
    header: header?.header,
    part: header?.part,
    does: effectOf(effects),
    reason,
    owner,
    until,
  }));

/** A class together with an option that refines it has the effect of that option. */
function effectOf({ within, except, ...effects }: Readonly<Record<string, RuleEffect | undefined>>): RuleEffect {
  return except ?? within ?? Object.values(effects).find((effect) => effect !== undefined)!;
}
