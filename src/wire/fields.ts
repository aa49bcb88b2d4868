import type { Fields } from '../model/exchange.ts';

/** The first value of a field, by lower-case name. */
export function fieldValue(fields: Fields, name: string): string | undefined {
  for (let at = 0; at < fields.length; at += 2) {
    if (isNamed(fields[at]!, name)) return fields[at + 1];
  }
  return undefined;
}

/** All values of a field in order, joined as one list (RFC 9110, section 5.3); undefined where there is none. */
export function fieldList(fields: Fields, name: string): string | undefined {
  let list: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    if (!isNamed(fields[at]!, name)) continue;
    list = list === undefined ? fields[at + 1]! : `${list}, ${fields[at + 1]!}`;
  }
  return list;
}

/** Whether a field has this name, in lower case. Most are told apart without a new string. */
export function isNamed(field: string, name: string): boolean {
  if (field.length !== name.length || (field.charCodeAt(0) | CASE) !== (name.charCodeAt(0) | CASE)) return false;
  return field === name || field.toLowerCase() === name;
}

/** The bit in which the two cases of an ASCII letter differ. */
const CASE = 0x20;

/** The members of a comma-separated list, in lower case, without white space. */
export function listMembers(list: string): string[] {
  return list
    .toLowerCase()
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
}

export function contentLength(fields: Fields): number | undefined {
  const value = fieldValue(fields, 'content-length');
  return value === undefined ? undefined : Number(value);
}

/** The last transfer coding, which alone decides the framing; undefined without Transfer-Encoding. */
export function lastCoding(fields: Fields): string | undefined {
  const codings = fieldList(fields, 'transfer-encoding');
  if (codings === undefined) return undefined;
  let end = codings.length;
  while (end > 0 && isSeparator(codings[end - 1])) end--;
  return end === 0
    ? undefined
    : codings
        .slice(codings.lastIndexOf(',', end - 1) + 1, end)
        .trim()
        .toLowerCase();
}

function isSeparator(character: string | undefined): boolean {
  return character === ',' || character === ' ' || character === '\t';
}
