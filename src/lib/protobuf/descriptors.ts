import { type WireField, wireFields } from './wire.ts';

/*
 * A FileDescriptorSet (`protoc --include_imports --descriptor_set_out`, `buf build -o`) is itself a message, of
 * google/protobuf/descriptor.proto; the field numbers here are from there.
 */

/** The number of a type in descriptor.proto. */
export const FIELD_TYPES = [
  'none',
  'double',
  'float',
  'int64',
  'uint64',
  'int32',
  'fixed64',
  'fixed32',
  'bool',
  'string',
  'group',
  'message',
  'bytes',
  'uint32',
  'enum',
  'sfixed32',
  'sfixed64',
  'sint32',
  'sint64',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

export interface FieldDescriptor {
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** The full name of the message or enum; empty for other types. */
  readonly typeName: string;
}

export interface MessageDescriptor {
  readonly fields: ReadonlyMap<number, FieldDescriptor>;
  /** Whether it is an entry of a map: field 1 is the key, field 2 the value. */
  readonly isMapEntry: boolean;
}

/** All types of a set by full name, without the dot in front. */
export interface Descriptors {
  readonly messages: ReadonlyMap<string, MessageDescriptor>;
  /** The names of an enum's values by number. */
  readonly enums: ReadonlyMap<string, ReadonlyMap<bigint, string>>;
  /** gRPC methods by their path: `shop.v1.Orders/Get`. */
  readonly methods: ReadonlyMap<string, MethodDescriptor>;
}

/** The full names of the messages that a method takes and gives. */
export interface MethodDescriptor {
  readonly request: string;
  readonly response: string;
}

/** Undefined if the bytes are no FileDescriptorSet with a message in it. */
export function readDescriptors(bytes: Buffer): Descriptors | undefined {
  const messages = new Map<string, MessageDescriptor>();
  const enums = new Map<string, ReadonlyMap<bigint, string>>();
  const methods = new Map<string, MethodDescriptor>();
  const waiting: { readonly scope: string; readonly message: Wire }[] = [];
  for (const file of Wire.of(bytes).messages(1)) {
    const scope = file.text(2);
    for (const type of file.messages(5)) addEnum(enums, scope, type);
    for (const message of file.messages(4)) waiting.push({ scope, message });
    for (const service of file.messages(6)) addMethods(methods, joined(scope, service.text(1)), service);
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = joined(next.scope, next.message.text(1));
    messages.set(name, {
      fields: new Map(next.message.messages(2).map((field) => [Number(field.number(3)), fieldOf(field)])),
      isMapEntry: next.message.messages(7).some((options) => options.number(7) !== 0n),
    });
    for (const type of next.message.messages(4)) addEnum(enums, name, type);
    for (const message of next.message.messages(3)) waiting.push({ scope: name, message });
  }
  return messages.size === 0 ? undefined : { messages, enums, methods };
}

/** Full names of types that fields use but the set lacks: it was made without the imported files. */
export function missingTypes({ messages, enums }: Descriptors): readonly string[] {
  const missing = new Set<string>();
  for (const { fields } of messages.values()) {
    for (const { typeName } of fields.values()) {
      if (typeName !== '' && !messages.has(typeName) && !enums.has(typeName)) missing.add(typeName);
    }
  }
  return [...missing];
}

function fieldOf(field: Wire): FieldDescriptor {
  return {
    name: field.text(1),
    type: FIELD_TYPES[Number(field.number(5))] ?? 'none',
    repeated: field.number(4) === 3n,
    typeName: unqualified(field.text(6)),
  };
}

function addMethods(methods: Map<string, MethodDescriptor>, name: string, service: Wire): void {
  for (const method of service.messages(2)) {
    const [request, response] = [method.text(2), method.text(3)].map(unqualified);
    methods.set(`${name}/${method.text(1)}`, { request: request!, response: response! });
  }
}

/** A full name without the dot in front that says that it is one. */
function unqualified(name: string): string {
  return name.replace(/^\./, '');
}

function addEnum(enums: Map<string, ReadonlyMap<bigint, string>>, scope: string, type: Wire): void {
  const values = type.messages(2).map((value): [bigint, string] => [value.number(2), value.text(1)]);
  // Of several names of one number the first is the one that is written.
  enums.set(joined(scope, type.text(1)), new Map(values.reverse()));
}

function joined(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}

/** A message whose fields are known by number. What is not there, or is of another wire type, has the default value. */
class Wire {
  readonly #fields: readonly WireField[];

  private constructor(fields: readonly WireField[]) {
    this.#fields = fields;
  }

  static of(bytes: Buffer): Wire {
    const fields = wireFields(bytes);
    return new Wire('offset' in fields ? [] : fields);
  }

  messages(number: number): Wire[] {
    return this.#bytes(number).map((bytes) => Wire.of(bytes));
  }

  text(number: number): string {
    return this.#bytes(number).at(-1)?.toString() ?? '';
  }

  number(number: number): bigint {
    const field = this.#fields.findLast((candidate) => candidate.number === number);
    return field?.wire === 'varint' ? BigInt.asIntN(64, field.value) : 0n;
  }

  #bytes(number: number): Buffer[] {
    return this.#fields.flatMap((field) => (field.number === number && field.wire === 'length' ? [field.bytes] : []));
  }
}
