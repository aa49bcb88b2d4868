import type { Descriptors, FieldDescriptor, MessageDescriptor } from '../../../lib/protobuf/descriptors.ts';
import { MOST_NESTED, varint, type WireField, wireFields } from '../../../lib/protobuf/wire.ts';
import { arrayOf, objectOf, quoted } from '../json-text.ts';
import { guessedMessage, guessedValue, memberName, rawBytes } from './guess.ts';

/** Writes messages of known types as JSON, similar to protobuf's own mapping, but with the names of the .proto file. */
export class MessageWriter {
  readonly #descriptors: Descriptors;

  constructor(descriptors: Descriptors) {
    this.#descriptors = descriptors;
  }

  /** A message of the type with that full name. Types and fields that the descriptors lack are guessed. */
  message(fields: readonly WireField[], typeName: string, depth = 0): string {
    const type = this.#descriptors.messages.get(typeName);
    if (type === undefined) return guessedMessage(fields, depth);
    const members: [string, string][] = [];
    for (const [number, same] of Map.groupBy(fields, (field) => field.number)) {
      const field = type.fields.get(number);
      const value = field && this.#field(same, field, depth);
      if (field && value !== undefined) members.push([field.name, value]);
      else members.push([memberName(number), arrayOf(same.map((each) => guessedValue(each, depth)))]);
    }
    return objectOf(members);
  }

  /** Undefined where the wire data does not have the field's type. */
  #field(same: readonly WireField[], field: FieldDescriptor, depth: number): string | undefined {
    const entry = this.#descriptors.messages.get(field.typeName);
    if (entry?.isMapEntry) return this.#map(same, entry, depth);
    if (field.repeated) {
      const values = same.flatMap((each) => this.#unpacked(each, field)).map((each) => this.#value(each, field, depth));
      return values.every((value) => value !== undefined) ? arrayOf(values) : undefined;
    }
    return this.#value(field.type === 'message' ? merged(same) : same.at(-1)!, field, depth);
  }

  #map(same: readonly WireField[], entry: MessageDescriptor, depth: number): string | undefined {
    const key = entry.fields.get(1);
    const value = entry.fields.get(2);
    if (key === undefined || value === undefined) return undefined;
    const members = new Map<string, string>();
    for (const each of same) {
      const fields = each.wire === 'length' ? wireFields(each.bytes) : { offset: 0 };
      if ('offset' in fields) return undefined;
      const parts = [key, value].map((part, at) => {
        const present = fields.findLast(({ number }) => number === at + 1);
        return present === undefined ? this.#default(part) : this.#value(present, part, depth + 1);
      });
      if (parts[0] === undefined || parts[1] === undefined) return undefined;
      members.set(key.type === 'string' ? JSON.parse(parts[0]) : parts[0], parts[1]);
    }
    return objectOf(members);
  }

  #default(field: FieldDescriptor): string {
    switch (field.type) {
      case 'string':
      case 'bytes':
        return '""';
      case 'bool':
        return 'false';
      case 'message':
        return '{}';
      case 'enum':
        return this.#enum(0n, field);
      default:
        return '0';
    }
  }

  #value(wire: WireField, field: FieldDescriptor, depth: number): string | undefined {
    switch (wire.wire) {
      case 'varint':
        return field.type === 'enum' ? this.#enum(wire.value, field) : integer(wire.value, field);
      case 'fixed64':
      case 'fixed32':
        return fixed(wire.bytes, field);
      case 'group':
        return field.type === 'group' ? this.message(wire.fields, field.typeName, depth + 1) : undefined;
      case 'length':
        return this.#bytes(wire.bytes, field, depth);
    }
  }

  #bytes(bytes: Buffer, field: FieldDescriptor, depth: number): string | undefined {
    switch (field.type) {
      case 'string':
        return quoted(bytes.toString('latin1'));
      case 'bytes':
        return quoted(bytes.toString('base64'));
      case 'message': {
        if (depth >= MOST_NESTED) return rawBytes(bytes);
        const fields = wireFields(bytes);
        return 'offset' in fields ? undefined : this.message(fields, field.typeName, depth + 1);
      }
      default:
        return undefined;
    }
  }

  #enum(value: bigint, field: FieldDescriptor): string {
    const number = BigInt.asIntN(32, value);
    const name = this.#descriptors.enums.get(field.typeName)?.get(number);
    return name === undefined ? String(number) : quoted(name);
  }

  /** The numbers of a packed field; the field itself if it is not packed. */
  #unpacked(wire: WireField, field: FieldDescriptor): readonly WireField[] {
    if (wire.wire !== 'length') return [wire];
    const { number, bytes } = wire;
    const size = FIXED_SIZES.get(field.type);
    if (size !== undefined) {
      if (bytes.length % size !== 0) return [wire];
      return Array.from({ length: bytes.length / size }, (_, at) => ({
        number,
        wire: size === 8 ? 'fixed64' : 'fixed32',
        bytes: bytes.subarray(at * size, (at + 1) * size),
      }));
    }
    return field.type === 'enum' || integer(0n, field) !== undefined
      ? (unpackedVarints(number, bytes) ?? [wire])
      : [wire];
  }
}

const FIXED_SIZES: ReadonlyMap<string, 4 | 8> = new Map([
  ['double', 8],
  ['fixed64', 8],
  ['sfixed64', 8],
  ['float', 4],
  ['fixed32', 4],
  ['sfixed32', 4],
]);

function unpackedVarints(number: number, bytes: Buffer): WireField[] | undefined {
  const fields: WireField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = varint(bytes, at);
    if (next === undefined) return undefined;
    fields.push({ number, wire: 'varint', value: next.value });
    at = next.end;
  }
  return fields;
}

/** Several occurrences of a message field are merged into one message with all their fields. */
function merged(same: readonly WireField[]): WireField {
  if (same.length === 1 || same.some(({ wire }) => wire !== 'length')) return same.at(-1)!;
  const bytes = Buffer.concat(same.flatMap((field) => (field.wire === 'length' ? [field.bytes] : [])));
  return { number: same[0]!.number, wire: 'length', bytes };
}

function integer(value: bigint, { type }: FieldDescriptor): string | undefined {
  switch (type) {
    case 'int64':
      return String(BigInt.asIntN(64, value));
    case 'uint64':
      return String(value);
    case 'int32':
      return String(BigInt.asIntN(32, value));
    case 'uint32':
      return String(BigInt.asUintN(32, value));
    case 'sint32':
      return String(unzigzagged(BigInt.asUintN(32, value)));
    case 'sint64':
      return String(unzigzagged(value));
    case 'bool':
      return String(value !== 0n);
    default:
      return undefined;
  }
}

function unzigzagged(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

function fixed(bytes: Buffer, { type }: FieldDescriptor): string | undefined {
  if (FIXED_SIZES.get(type) !== bytes.length) return undefined;
  switch (type) {
    case 'double':
      return float(bytes.readDoubleLE());
    case 'float':
      return float(bytes.readFloatLE());
    case 'fixed64':
      return String(bytes.readBigUInt64LE());
    case 'sfixed64':
      return String(bytes.readBigInt64LE());
    case 'fixed32':
      return String(bytes.readUInt32LE());
    default:
      return String(bytes.readInt32LE());
  }
}

function float(value: number): string {
  if (!Number.isFinite(value)) return quoted(String(value));
  return Object.is(value, -0) ? '-0' : String(value);
}
