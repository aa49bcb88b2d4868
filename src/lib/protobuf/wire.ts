/** A field as it stands on the wire (protobuf.dev, "Encoding"). Fixed numbers are their bytes, the lowest first. */
export type WireField =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'fixed64' | 'fixed32' | 'length'; readonly bytes: Buffer }
  | { readonly number: number; readonly wire: 'group'; readonly fields: readonly WireField[] };

/** What protobuf's own parsers allow. */
export const MOST_NESTED = 100;

const LARGEST_NUMBER = 0x1fff_ffff;

/** The fields of a message in the order they stand, or where the bytes stop being one. */
export function wireFields(bytes: Buffer): readonly WireField[] | { readonly offset: number } {
  const top: WireField[] = [];
  const open: { readonly number: number; readonly fields: WireField[] }[] = [{ number: 0, fields: top }];
  let at = 0;
  while (at < bytes.length) {
    const tag = varint(bytes, at);
    const start = at;
    if (tag === undefined) return { offset: start };
    const number = Number(tag.value >> 3n);
    if (number < 1 || number > LARGEST_NUMBER) return { offset: start };
    at = tag.end;
    const { fields, number: group } = open.at(-1)!;
    switch (Number(tag.value & 7n)) {
      case 0: {
        const value = varint(bytes, at);
        if (value === undefined) return { offset: start };
        fields.push({ number, wire: 'varint', value: value.value });
        at = value.end;
        break;
      }
      case 1:
        fields.push({ number, wire: 'fixed64', bytes: bytes.subarray(at, at + 8) });
        at += 8;
        break;
      case 2: {
        const length = varint(bytes, at);
        if (length === undefined || length.value > BigInt(bytes.length - length.end)) return { offset: start };
        at = length.end + Number(length.value);
        fields.push({ number, wire: 'length', bytes: bytes.subarray(length.end, at) });
        break;
      }
      case 3: {
        const inner: WireField[] = [];
        fields.push({ number, wire: 'group', fields: inner });
        if (open.push({ number, fields: inner }) > MOST_NESTED) return { offset: start };
        break;
      }
      case 4:
        if (number !== group) return { offset: start };
        open.pop();
        break;
      case 5:
        fields.push({ number, wire: 'fixed32', bytes: bytes.subarray(at, at + 4) });
        at += 4;
        break;
      default:
        return { offset: start };
    }
    if (at > bytes.length) return { offset: start };
  }
  return open.length === 1 ? top : { offset: bytes.length };
}

/** Most bytes of a number with 64 bits. */
const LONGEST_VARINT = 10;

/** An unsigned number of at most 64 bits and the offset after it; undefined if there is none. */
export function varint(bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } | undefined {
  let low = 0;
  for (let at = from; at < bytes.length && at < from + LONGEST_VARINT; at++) {
    const byte = bytes[at]!;
    // Seven groups of seven bits are exact in a double.
    if (at < from + 7) low += (byte & 0x7f) * 2 ** (7 * (at - from));
    if (byte < 0x80) {
      return { value: at < from + 7 ? BigInt(low) : BigInt(low) + highBits(bytes, from + 7, at), end: at + 1 };
    }
  }
  return undefined;
}

function highBits(bytes: Buffer, from: number, last: number): bigint {
  let bits = 0n;
  for (let at = last; at >= from; at--) bits = (bits << 7n) | BigInt(bytes[at]! & 0x7f);
  return BigInt.asUintN(64, bits << 49n);
}
