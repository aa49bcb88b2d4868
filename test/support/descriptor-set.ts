import { field } from './protobuf-message.ts';

/** By the name of a field: its number, and whether it is a text, or the full name of its message. */
export type MessageFields = Readonly<Record<string, readonly [number: number, type: string]>>;

/** The bytes of a FileDescriptorSet with one package, as protoc would write them. */
export function descriptorSet(
  name: string,
  messages: Readonly<Record<string, MessageFields>>,
  methods: Readonly<Record<string, readonly [request: string, response: string]>> = {},
): Buffer {
  const service = field.length(
    6,
    field.length(1, 'Service'),
    ...Object.entries(methods).map(([method, [request, response]]) =>
      field.length(
        2,
        field.length(1, method),
        field.length(2, `.${name}.${request}`),
        field.length(3, `.${name}.${response}`),
      ),
    ),
  );
  const types = Object.entries(messages).map(([message, fields]) =>
    field.length(4, field.length(1, message), ...Object.entries(fields).map((each) => fieldDescriptor(name, ...each))),
  );
  return field.length(1, field.length(2, name), ...types, service);
}

const OPTIONAL = 1;
const STRING = 9;
const MESSAGE = 11;

function fieldDescriptor(scope: string, name: string, [number, type]: MessageFields[string]): Buffer {
  const isText = type === 'string';
  return field.length(
    2,
    field.length(1, name),
    field.varint(3, number),
    field.varint(4, OPTIONAL),
    field.varint(5, isText ? STRING : MESSAGE),
    ...(isText ? [] : [field.length(6, `.${scope}.${type}`)]),
  );
}
