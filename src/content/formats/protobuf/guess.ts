import { isUtf8 } from 'node:buffer';
import { MOST_NESTED, type WireField, wireFields } from '../../../lib/protobuf/wire.ts';
import { arrayOf, objectOf, quoted } from '../json-text.ts';

/*
 * A message whose type is not known. Every field may be repeated, so each is an array: `$._1[*]._2[*]` (a digit begins no
 * name). A varint is unsigned, since its sign is not on the wire. Bytes are text if they are printable, else a message if
 * they are one from end to end, else `#bytes`. That is a guess about how to show a value and where: bytes that differ in
 * more than the order of fields and the length of a varint are never shown alike.
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
  // Field 1 begins with what is also a line feed or a tab; text seldom does.
  if (isText && !/^[\t\n\r]/.test(bytes.toString('latin1', 0, 1))) return quoted(bytes.toString('latin1'));
  const fields = depth < MOST_NESTED ? wireFields(bytes) : undefined;
  if (fields !== undefined && !('offset' in fields)) return guessedMessage(fields, depth + 1);
  return isText ? quoted(bytes.toString('latin1')) : rawBytes(bytes);
}

/** UTF-8 without control characters, but for tabs and line ends. */
function isPrintable(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f) return false;
  }
  return isUtf8(bytes);
}
