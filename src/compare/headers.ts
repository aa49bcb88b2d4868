import type { Fields } from '../model/exchange.ts';
import type { Account } from './account.ts';
import { fieldsByName } from './fields.ts';
import type { CompiledRule } from './rules/rule.ts';
import { textValue } from './value.ts';

/** Where fields stand: in the head, or after the body. */
export type Section = 'header' | 'trailer';

type FieldsByName = ReadonlyMap<string, readonly string[]>;

/** Compares two field sections by name, without regard to case or to the order of different names. */
export function compareFields(
  section: Section,
  left: Fields,
  right: Fields,
  ignored: ReadonlySet<string>,
  rules: readonly CompiledRule[],
  account: Account,
): void {
  const leftFields = fieldsByName(left);
  const rightFields = renamed(section, leftFields, fieldsByName(right), rules, account);
  for (const name of new Set([...leftFields.keys(), ...rightFields.keys()])) {
    if (ignored.has(name)) continue;
    const leftText = combined(name, leftFields.get(name));
    const rightText = combined(name, rightFields.get(name));
    if (leftText === rightText) continue;
    account.add({
      path: `${section}.${name}`,
      kind: name === 'content-encoding' ? 'encoding' : 'header',
      ...(leftText === undefined ? {} : { left: textValue(leftText) }),
      ...(rightText === undefined ? {} : { right: textValue(rightText) }),
      covering: rules.filter(({ rule }) => rule.header === name),
    });
  }
}

/** The right fields under the names that they have on the left, where a rule says that one was renamed. */
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

/** Several lines of one field mean the same as one line with commas (RFC 9110, section 5.3); Set-Cookie never. */
function combined(name: string, values: readonly string[] | undefined): string | undefined {
  return values?.join(name === 'set-cookie' ? '\n' : ', ');
}
