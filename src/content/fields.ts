import type { Fields } from '../model/exchange.ts';

/** Field values by lower-case name, in the order received; white space around a value is not part of it. */
export type FieldsByName = ReadonlyMap<string, readonly string[]>;

export function fieldsByName(fields: Fields): FieldsByName {
  const byName = new Map<string, string[]>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at]!.toLowerCase();
    const value = trimmed(fields[at + 1]!);
    const values = byName.get(name);
    if (values) values.push(value);
    else byName.set(name, [value]);
  }
  return byName;
}

/** RFC 9110, section 5.6.3: optional white space is only spaces and tabs. A loop, since a regex would be quadratic. */
function trimmed(value: string): string {
  let start = 0;
  while (start < value.length && isBlank(value.charCodeAt(start))) start++;
  let end = value.length;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The members of a comma-separated list that may be spread over several field lines, without empty ones. */
export function listOf(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => splitOutsideQuotes(value, ',')).filter((member) => member !== '');
}

/** Splits at a delimiter that is not inside a quoted string (RFC 9110, section 5.6.4); parts are trimmed. */
export function splitOutsideQuotes(value: string, delimiter: string): readonly string[] {
  if (!value.includes('"')) return value.split(delimiter).map(trimmed);
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === delimiter) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts.map(trimmed);
}
