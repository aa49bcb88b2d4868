import { varint, wireFields } from '../../lib/protobuf/wire.ts';
import type { Body, Format } from './format.ts';
import { arrayOf, readingOf } from './json-text.ts';
import { guessedMessage } from './protobuf/guess.ts';
import { MessageWriter } from './protobuf/message.ts';

/**
 * Protocol Buffers: with the field names of the message type where the configuration has its descriptors, else with
 * field numbers, `$._1[*]._2[*]`. Several messages with length prefixes are an array (`encoding=delimited`).
 */
export const protobuf: Format = {
  name: 'protobuf',
  claims: ({ essence, suffix }) => PROTOBUF_TYPES.has(essence) || suffix === 'proto' || suffix === 'protobuf',
  read: (body) => {
    const json =
      body.type?.parameters.get('encoding') === 'delimited' ? delimitedJson(body) : messageJson(body.bytes, body);
    return typeof json === 'string' ? readingOf(json) : json;
  },
};

const PROTOBUF_TYPES: ReadonlySet<string> = new Set([
  'application/proto',
  'application/protobuf',
  'application/vnd.google.protobuf',
  'application/x-google-protobuf',
  'application/x-protobuf',
]);

type Problem = { readonly problem: string };

/** One message of a body. The body names its type, or the configuration does. */
export function messageJson(bytes: Buffer, { type, protobuf }: Body): string | Problem {
  const fields = wireFields(bytes);
  if ('offset' in fields) return { problem: `no field begins at byte ${fields.offset}` };
  const name = type?.parameters.get('messagetype') ?? type?.parameters.get('proto') ?? protobuf?.message;
  return protobuf === undefined || name === undefined
    ? guessedMessage(fields, 0)
    : new MessageWriter(protobuf.descriptors).message(fields, name);
}

function delimitedJson(body: Body): string | Problem {
  const messages: string[] = [];
  for (let at = 0; at < body.bytes.length; ) {
    const length = varint(body.bytes, at);
    if (length === undefined || length.value > BigInt(body.bytes.length - length.end)) {
      return { problem: `message ${messages.length + 1} has no end` };
    }
    at = length.end + Number(length.value);
    const message = messageJson(body.bytes.subarray(length.end, at), body);
    if (typeof message !== 'string') return { problem: `message ${messages.length + 1}: ${message.problem}` };
    messages.push(message);
  }
  return arrayOf(messages);
}
