import type { MediaType } from '../media-type.ts';
import { binary } from './binary.ts';
import { csv } from './csv.ts';
import { eventStream } from './event-stream.ts';
import { form } from './form.ts';
import type { Body, Format } from './format.ts';
import { grpc } from './grpc.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { jsonSequence, ndjson } from './json-sequence.ts';
import { msgpack } from './msgpack.ts';
import { multipart } from './multipart.ts';
import { protobuf } from './protobuf.ts';
import { text } from './text.ts';
import { xml } from './xml.ts';

/** In order; the first that claims a media type has it. The last one takes everything. */
const FORMATS: readonly Format[] = [
  // Before JSON, which claims their suffix.
  ndjson,
  grpc,
  json,
  jsonSequence,
  eventStream,
  csv,
  html,
  xml,
  form,
  multipart,
  msgpack,
  protobuf,
  text,
  binary,
];

const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/**
 * The formats to try on a pair, in order; the last never declines. Two types that ask for different formats leave
 * text, then bytes: that the types differ is told as a difference of the header.
 */
export function formatsFor(left: Body, right: Body): readonly Format[] {
  const leftFormat = formatOf(left.type) ?? sniffed(left.bytes);
  const rightFormat = formatOf(right.type) ?? sniffed(right.bytes);
  const fallback = [text, binary];
  return leftFormat === rightFormat && !fallback.includes(leftFormat as typeof text)
    ? [leftFormat, ...fallback]
    : fallback;
}

function formatOf(type: MediaType | undefined): Format | undefined {
  return type && FORMATS.find((format) => format.claims(type));
}

/** What a body without a type looks like. */
function sniffed(bytes: Buffer): Format {
  if (bytes[0] === OPEN_OBJECT || bytes[0] === OPEN_ARRAY) return json;
  const start = bytes.toString('latin1', 0, 16).toLowerCase();
  if (start.startsWith('<?xml')) return xml;
  return start.startsWith('<!doctype html') || start.startsWith('<html') ? html : text;
}
