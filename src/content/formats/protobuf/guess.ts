import { isUtf8 } from 'node:buffer';
import { MOST_NESTED, type WireField, wireFields } from '../../../lib/protobuf/wire.ts';
import { arrayOf, objectOf, quoted } from '../json-text.ts';

/*
 * Shows a message of unknown type. Every field may be repeated, so each is an array: `$._1[*]._2[*]` (a name can't
 * begin with a digit). A varint is shown as unsigned, since its sign is not on the wire. Bytes are shown as text if
 * they are printable, else as a message if they parse completely as one, else as `#bytes`. This guess affects only the
 * display: two different byte strings never look the same, unless only the order of fields or the length of a varint
 * differs.
 */

export function guessedMessage(fields: readonly WireField[], depth: number): string {
  const groups = new Map<number, string[]>();
  for (const field of fields) {
    const value = guessedValue(field, depth);
    const group = groups.get(field.number);
    if (group) group.push(value);
    else groups.set(field.number, [value]);
  }
  return objectOf([...groups].map(([number, values]) => [memberName(number), arrayOf(values)]));
}

export function memberName(number: number): string {
  return `_${number}`;
}

export function guessedValue(field: WireField, depth: number): string {
  switch (field.wire) {
    case 'varint':
      return String(field.value);
    case 'fixed64':
      return quoted(`0x${hexadecimal(field.bytes)}, as a double ${field.bytes.readDoubleLE()}`);
    case 'fixed32':
      return quoted(`0x${hexadecimal(field.bytes)}, as a float ${field.bytes.readFloatLE()}`);
    case 'group':
      return objectOf([['#group', guessedMessage(field.fields, depth + 1)]]);
    case 'length':
      return guessedBytes(field.bytes, depth);
  }
}

export function rawBytes(bytes: Buffer): string {
  return objectOf([['#bytes', quoted(bytes.toString('base64'))]]);
}

function hexadecimal(bytes: Buffer): string {
  return Buffer.from(bytes).reverse().toString('hex');
}

function guessedBytes(bytes: Buffer, depth: number): string {
  const isText = isPrintable(bytes);
  // The tag of field 1 is also a line feed or a tab; text seldom begins with these.
  if (isText && !/^[\t\n\r]/.test(bytes.toString('latin1', 0, 1))) return quoted(bytes.toString('latin1'));
  const fields = depth < MOST_NESTED ? wireFields(bytes) : undefined;
  if (fields !== undefined && !('offset' in fields)) return guessedMessage(fields, depth + 1);
  return isText ? quoted(bytes.toString('latin1')) : rawBytes(bytes);
}

/** UTF-8 without control characters other than tabs and line ends. */
function isPrintable(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f) return false;
  }
  return isUtf8(bytes);
}
