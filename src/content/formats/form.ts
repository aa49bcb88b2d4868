import type { Format } from './format.ts';
import { arrayOf, byteText, objectOf, quoted, readingOf } from './json-text.ts';

/**
 * `application/x-www-form-urlencoded` (URL Standard, section 5.1): `$.field`, or `$.field[*]` where a field is
 * repeated. A percent sign that starts no escape is an ordinary character, so no body is malformed.
 */
export const form: Format = {
  name: 'form',
  claims: ({ essence }) => essence === 'application/x-www-form-urlencoded',
  read: (body) => {
    const text = byteText(body);
    return 'problem' in text ? text : readingOf(fieldsOf(text.bytes), text.mark);
  },
};

function fieldsOf(text: string): string {
  const fields = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = quoted(equals < 0 ? '' : decoded(pair.slice(equals + 1)));
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return objectOf([...fields].map(([name, values]) => [name, values.length === 1 ? values[0]! : arrayOf(values)]));
}

/** Decodes escapes to bytes, one per character. */
function decoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
