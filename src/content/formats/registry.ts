import type { BodyFormat } from '../../config/compare-types.ts';
import { markOf } from '../charset.ts';
import type { MediaType } from '../media-type.ts';
import { csv } from './csv.ts';
import { eventStream } from './event-stream.ts';
import { form } from './form.ts';
import type { Body, Format } from './format.ts';
import { grpc } from './grpc.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { jsonSequence, ndjson } from './json-sequence.ts';
import { jsonTexts } from './json-texts.ts';
import { msgpack } from './msgpack.ts';
import { multipart } from './multipart.ts';
import { protobuf } from './protobuf.ts';
import { looksScripted, scriptedJson } from './scripted-json.ts';
import { xml } from './xml.ts';
import { yaml } from './yaml.ts';

/*
 * Decides the format of a body: by its media type, by the configuration, and by its first bytes, since services send
 * JSON as text/plain, as text/html, or without a type. Two bodies are compared in the first format that fits both.
 */

/** In order: the first format that claims a media type gets it. */
const STRUCTURED: readonly Format[] = [
  // Before JSON, which claims their suffix.
  ndjson,
  grpc,
  jsonSequence,
  json,
  eventStream,
  csv,
  html,
  xml,
  yaml,
  form,
  multipart,
  msgpack,
  protobuf,
];

/** JSON and its relatives: a body that is not one JSON text may be several texts, or JSON for a script. */
const JSON_FAMILY: readonly Format[] = [json, jsonTexts, scriptedJson];

/** For a body that begins with a tag. HTML begins like this too. */
const MAYBE_XML: readonly Format[] = [xml];

/** These formats accept nearly every text, so the look of a body counts more. */
const UNDEMANDING: ReadonlySet<Format> = new Set([csv, html, form]);

const BY_NAME: Readonly<Record<BodyFormat, readonly Format[]>> = {
  json: JSON_FAMILY,
  ndjson: [ndjson, jsonTexts],
  'json-seq': [jsonSequence],
  'event-stream': [eventStream],
  csv: [csv],
  html: [html],
  xml: [xml],
  yaml: [yaml],
  form: [form],
  multipart: [multipart],
  msgpack: [msgpack],
  protobuf: [protobuf],
  grpc: [grpc],
  text: [],
  binary: [],
};

/** A format to try on a pair. */
export interface Attempt {
  readonly format: Format;
  /** Whether both bodies claim this format. Then it is a difference if one of them is not of it. */
  readonly claimed: boolean;
}

/**
 * The formats to try on a pair, in order; none for text and bytes. `configured`: the format of both, whatever their
 * types say.
 */
export function formatsFor(left: Body, right: Body, configured?: BodyFormat): readonly Attempt[] {
  if (configured !== undefined) {
    return BY_NAME[configured].map((format, index) => ({ format, claimed: index === 0 }));
  }
  const [leftClaim, rightClaim] = [claimOf(left.type), claimOf(right.type)];
  const ofRight = readingsOf(right, rightClaim);
  const shared = readingsOf(left, leftClaim).filter((format) => ofRight.includes(format));
  return shared.map((format) => ({
    format,
    claimed: format === leftClaim && format === rightClaim,
  }));
}

function claimOf(type: MediaType | undefined): Format | undefined {
  return type && STRUCTURED.find((format) => format.claims(type));
}

/** What a body may be, the likeliest first. */
function readingsOf({ bytes }: Body, claim: Format | undefined): readonly Format[] {
  const looks = looksOf(bytes);
  if (claim === undefined) return looks;
  const claimed = claim === json ? JSON_FAMILY : claim === ndjson ? BY_NAME.ndjson : [claim];
  const ordered = UNDEMANDING.has(claim) && looks !== MAYBE_XML ? [...looks, ...claimed] : [...claimed, ...looks];
  return [...new Set(ordered)];
}

/** The formats that the first bytes suggest. */
function looksOf(bytes: Buffer): readonly Format[] {
  const start = beginningOf(bytes);
  if (/^[[{]/.test(start)) return JSON_FAMILY;
  if (/^<(?:\?xml\s.*?<)?(?:!doctype html|html)[\s>]/is.test(start)) return [html];
  if (/^<\?xml\s/.test(start)) return [xml];
  if (/^<[A-Z_a-z]/.test(start)) return MAYBE_XML;
  return looksScripted(start) ? [scriptedJson] : [];
}

const BEGINNING = 512;

function beginningOf(bytes: Buffer): string {
  const mark = markOf(bytes);
  if (mark === undefined) return bytes.toString('latin1', 0, BEGINNING).trimStart();
  if (mark === 'UTF-8') return bytes.toString('latin1', 3, BEGINNING).trimStart();
  const units = Buffer.from(bytes.subarray(2, BEGINNING & ~1));
  const even = units.subarray(0, units.length & ~1);
  return (mark === 'UTF-16BE' ? even.swap16() : even).toString('utf16le').trimStart();
}
