import type { Fields } from '../model/exchange.ts';
import type { Account } from './account.ts';
import { fieldsByName } from './fields.ts';
import type { CompiledRule } from './rules/rule.ts';
import { textValue } from './value.ts';

/** Where fields stand: in the head, or after the body. */
export type Section = 'header' | 'trailer';

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
  const rightFields = fieldsByName(right);
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

/** Several lines of one field mean the same as one line with commas (RFC 9110, section 5.3); Set-Cookie never. */
function combined(name: string, values: readonly string[] | undefined): string | undefined {
  return values?.join(name === 'set-cookie' ? '\n' : ', ');
}
