import type { HeaderPart } from '../../config/rule-types.ts';
import type { FieldsByName } from '../../content/fields.ts';
import { isCharsetMerelyNamed } from '../../content/media-type-meaning.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import type { Account } from '../account.ts';
import type { PairContext } from '../context.ts';
import type { OwnWords } from '../own/own-words.ts';
import type { CompiledRule } from '../rules/rule.ts';
import { partText } from '../rules/rule-text.ts';
import { textValue } from '../value.ts';
import { compareCookies } from './cookies.ts';
import { meaningOf } from './meaning.ts';
import { withoutParameter } from './parameters.ts';

/** Where fields are: in the head, or after the body. */
export type Section = 'header' | 'trailer';

/** Compares two field sections by name and by the meaning of each field. */
export function compareFields(
  section: Section,
  left: FieldsByName,
  right: FieldsByName,
  { ignoredHeaders, rules, account, own }: PairContext,
): void {
  const rightFields = renamed(section, left, right, rules, account);
  for (const name of new Set([...left.keys(), ...rightFields.keys()])) {
    if (ignoredHeaders.has(name)) {
      account.explain?.(`${section}.${name}: not compared`);
      continue;
    }
    const covering = rules.filter(({ rule }) => rule.header === name);
    compareField(`${section}.${name}`, name, left.get(name), rightFields.get(name), covering, account, own);
  }
}

function compareField(
  path: string,
  name: string,
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
  rules: readonly CompiledRule[],
  account: Account,
  own: OwnWords | undefined,
): void {
  const report = (
    place: string,
    kind: DifferenceKind,
    leftText: string | undefined,
    rightText: string | undefined,
    covering: readonly CompiledRule[],
  ) =>
    account.add({
      path: `${path}${place}`,
      kind,
      ...(leftText === undefined ? {} : { left: textValue(leftText) }),
      ...(rightText === undefined ? {} : { right: textValue(rightText) }),
      covering,
    });
  if (name === 'set-cookie') {
    compareCookies(left ?? [], right ?? [], (part, leftText, rightText) => {
      const covering = rules.filter((rule) => coversCookie(rule, part));
      report(partText(part), 'header', leftText, rightText, covering);
    });
    return;
  }
  const rest = { left, right };
  // A parameter that a rule names is a place of its own.
  for (const part of partsOf(rules)) {
    if (rest.left === undefined || rest.right === undefined) break;
    const l = withoutParameter(rest.left, part);
    const r = withoutParameter(rest.right, part);
    [rest.left, rest.right] = [l.lines, r.lines];
    if (l.value === r.value) continue;
    const covering = rules.filter(({ rule }) => rule.part?.name.toLowerCase() === part);
    report(partText({ name: part }), 'header', l.value, r.value, covering);
  }
  if (rest.left !== undefined && rest.right !== undefined && meanTheSame(name, rest.left, rest.right)) return;
  if (own !== undefined && rest.left !== undefined && rest.right !== undefined) {
    if (meanTheSame(name, rest.left.map(own.left), rest.right.map(own.right))) {
      account.explain?.(`${path}: the same, except for what each side says about itself`);
      return;
    }
  }
  const covering = rules.filter(({ rule }) => rule.part === undefined);
  report('', kindOf(name, rest.left, rest.right), left?.join(', '), right?.join(', '), covering);
}

/** The parameters that rules name, in lower case. */
function partsOf(rules: readonly CompiledRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ rule: { part } }) => (part === undefined ? [] : [part.name.toLowerCase()])));
}

/** A rule for one cookie or for all covers the value. A rule that reaches below also covers the attributes. */
function coversCookie({ rule: { part }, effect }: CompiledRule, { name, attribute }: HeaderPart): boolean {
  if (part !== undefined && part.name !== '*' && part.name !== name) return false;
  return part?.attribute === attribute || (part?.attribute === undefined && effect.reach === 'below');
}

function meanTheSame(name: string, left: readonly string[], right: readonly string[]): boolean {
  const sameLines = left.length === right.length && left.every((line, at) => line === right[at]);
  return sameLines || meaningOf(name, left) === meaningOf(name, right);
}

/**
 * The kind of a field's difference. A different coding, or a validator that is weak because of a coding, is only an
 * `encoding`.
 */
function kindOf(
  name: string,
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): 'charset' | 'encoding' | 'header' {
  if (name === 'content-encoding') return 'encoding';
  if (name === 'content-type' && left && right && isCharsetMerelyNamed(left.join(), right.join())) return 'charset';
  if (name !== 'etag' || left === undefined || right === undefined) return 'header';
  return opaqueTag(left.join()) === opaqueTag(right.join()) ? 'encoding' : 'header';
}

/** An entity tag without the mark that it is weak (RFC 9110, section 8.8.3). */
function opaqueTag(etag: string): string {
  return etag.replace(/^W\//, '');
}

/** The right fields, with renamed ones under their left names, as the rules say. */
function renamed(
  section: Section,
  left: FieldsByName,
  right: FieldsByName,
  rules: readonly CompiledRule[],
  account: Account,
): FieldsByName {
  let fields = right;
  for (const rule of rules) {
    const { header, does } = rule.rule;
    if (header === undefined || does.kind !== 'rename') continue;
    const to = does.to.toLowerCase();
    const values = fields.get(to);
    if (values === undefined || fields.has(header) || !left.has(header) || left.has(to)) continue;
    fields = new Map([...fields, [header, values] as const].filter(([name]) => name !== to));
    account.accept(rule, {
      path: `${section}.${header}`,
      kind: 'moved',
      left: textValue(header),
      right: textValue(to),
    });
  }
  return fields;
}
