import type { JsonDocument } from '../../content/json/document.ts';
import { stringBytes } from '../../content/json/string.ts';

/** Objects with fewer members keep their names, whatever they look like. */
const MANY = 4;

/** Whether an object is a table by id: many members, and every name looks made by a machine. */
export function looksLikeIds(document: JsonDocument, object: number): boolean {
  const end = document.next(object);
  let count = 0;
  for (let name = object + 1; name < end; name = document.next(name + 1)) {
    if (!isId(stringBytes(document, name))) return false;
    count++;
  }
  return count >= MANY;
}

/** Digits, UUID, ULID, long hexadecimal, date, or a short prefix and a run with digits in it (`usr_8fk2m1`). */
const ID =
  /^(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\dA-HJKMNP-TV-Z]{26}|[\da-f]{12,}|\d{4}-\d\d-\d\d|[a-z]{1,8}[_-](?=[A-Za-z]*\d)[\dA-Za-z]{4,})$/i;

export function isId(text: string): boolean {
  return text.length <= 128 && ID.test(text);
}
