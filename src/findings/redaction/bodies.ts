import type { Deadline } from '../../compare/deadline.ts';
import type { BodyFormat } from '../../config/compare-types.ts';
import { isText, jsonToUtf8 } from '../../content/charset.ts';
import { codingsOf, decode } from '../../content/coding.ts';
import { type FieldsByName, fieldsByName } from '../../content/fields.ts';
import type { ProtobufTypes } from '../../content/formats/format.ts';
import { JsonDocument } from '../../content/json/document.ts';
import { scan } from '../../content/json/scan.ts';
import { type MediaType, parseMediaType } from '../../content/media-type.ts';
import type { Fields } from '../../model/exchange.ts';
import type { RecordedBody } from '../../model/finding.ts';
import { lookIntoCoded, ruleAmongBytes } from './coded.ts';
import { isTableOfSecrets, redactCsv } from './csv.ts';
import { redactJson } from './json.ts';
import { redactMultipart } from './multipart.ts';
import { redactForm } from './parameters.ts';
import type { RedactionRules } from './rules.ts';
import type { Hiding, Scope } from './scope.ts';
import type { Secrets } from './secrets.ts';
import { LONGEST_RECOGNIZED } from './writings.ts';

/** Largest size of a recorded body, in bytes. */
const KEPT = 64 * 1024;
/** How much is read beyond it: more than the longest form of a secret that `Secrets.scrub` searches for. */
const MARGIN = 3 * LONGEST_RECOGNIZED;
/** Largest size of a body after content decoding, in bytes. A larger one is withheld. */
const MOST_DECODED = 8 * 1024 * 1024;
/** Replaces a token, which would take time as well. */
export const TOO_LATE = '(not read)';

/**
 * A body whose own secrets have become tokens. The secrets of the rest of the exchange are replaced later, and the
 * body is cut then. `withheld`: it could not be read well enough to be sure that no secret is left. `length` is in
 * decoded bytes.
 */
export type OpenBody = { readonly length: number } & (
  | ({ readonly kind: 'plain' | 'json' | 'form' } & Beginning)
  /** One byte per character. */
  | ({ readonly kind: 'binary' } & Beginning)
  | { readonly kind: 'withheld'; readonly token: string; readonly reason: string }
);

/** The part of a text that may be recorded, and whether there is more. */
interface Beginning {
  readonly text: string;
  readonly cut: boolean;
}

/** What is needed to read bodies. */
export interface BodyReading {
  readonly rules: RedactionRules;
  readonly scope: Scope;
  readonly deadline: Deadline;
}

/** What the configuration says about a body, in addition to its own header fields. */
export interface BodyKnowledge {
  readonly format?: BodyFormat;
  readonly protobuf?: ProtobufTypes;
}

/** Never throws, whatever the bytes. */
export function openBody(
  fields: Fields,
  body: Uint8Array,
  reading: BodyReading,
  { format, protobuf }: BodyKnowledge = {},
): OpenBody {
  if (body.length > 0 && reading.deadline.remaining <= 0) {
    return { kind: 'withheld', token: TOO_LATE, reason: 'the time for one pair is over', length: body.length };
  }
  const headers = fieldsByName(fields);
  const decoded = decode(body, codingsOf(headers.get('content-encoding') ?? []), MOST_DECODED);
  const { scope, rules } = reading;
  if (decoded.state !== 'decoded') return withheld(Buffer.from(body), decoded.problem, scope.secrets);
  const { bytes } = decoded;
  const type = mediaTypeOf(headers, format);
  const coded = lookIntoCoded({ bytes, type, ...(protobuf && { protobuf }) }, format, rules, scope);
  if (coded.state === 'to_withhold') return withheld(bytes, coded.reason, scope.secrets);
  const text = coded.state === 'not_coded' ? textOf(bytes, type) : undefined;
  if (text !== undefined) return openText(text, bytes, type, reading);
  return coded.state === 'not_coded' ? openBytes(bytes, type, reading) : openBinary(bytes, type, scope);
}

/** For a format that only the configuration knows: a media type that stands for it, if that makes a difference here. */
function mediaTypeOf(headers: FieldsByName, format: BodyFormat | undefined): MediaType | undefined {
  const own = parseMediaType(headers.get('content-type')?.[0]);
  const essence = format && TYPE_OF[format];
  return essence === undefined ? own : { essence, parameters: own?.parameters ?? new Map() };
}

const TYPE_OF: Partial<Record<BodyFormat, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  csv: 'text/csv',
  multipart: 'multipart/form-data',
};

/** The body as it is recorded: known secrets replaced, then cut. */
export function closeBody(body: OpenBody, secrets: Secrets): RecordedBody {
  const { length } = body;
  switch (body.kind) {
    case 'withheld':
      return { encoding: 'utf8', content: `${body.token} withheld: ${body.reason}`, length, truncated: false };
    case 'binary': {
      const { text, cut } = scrubAndCut(body, 'latin1', secrets);
      return { encoding: 'base64', content: Buffer.from(text, 'latin1').toString('base64'), length, truncated: cut };
    }
    default: {
      const { text, cut } = scrubAndCut(body, 'utf8', secrets);
      return { encoding: 'utf8', content: text, length, truncated: cut };
    }
  }
}

function openText(text: string, bytes: Buffer, type: MediaType | undefined, { rules, scope }: BodyReading): OpenBody {
  const { length } = bytes;
  scope.learnVariables(beginning(text).text);
  if (type?.essence === 'application/x-www-form-urlencoded') {
    const form = beginning(text);
    return { kind: 'form', ...form, text: redactForm(form.text, scope, rules.field), length };
  }
  if (!rules.root.free) {
    const document = scan(Buffer.from(text));
    if (document instanceof JsonDocument) {
      return { kind: 'json', ...redactBeginning(redactJson(document, rules.root, scope.secrets), type, scope), length };
    }
    const isPossible = isProse(type) ? rules.mayHoldSecret(text) : rules.mayHoldSecretBytes(bytes);
    if (isJson(type) || /^\s*[[{]/.test(text) || isPossible) {
      const reason = `not JSON at offset ${document.offset}, so that redact.paths cannot be applied`;
      return withheld(bytes, reason, scope.secrets);
    }
  }
  return { kind: 'plain', ...redactBeginning(text, type, scope), length };
}

function openBytes(bytes: Buffer, type: MediaType | undefined, { rules, scope }: BodyReading): OpenBody {
  if (!rules.root.free && (isJson(type) || rules.mayHoldSecretBytes(bytes))) {
    return withheld(bytes, 'not text, so that redact.paths cannot be applied', scope.secrets);
  }
  const rule = isMultipart(type) ? undefined : ruleAmongBytes(bytes.subarray(0, KEPT), type, scope);
  if (rule !== undefined) {
    const token = scope.secrets.hide(bytes.toString('latin1'), rule);
    return { kind: 'withheld', token, reason: 'bytes with the name of a secret in them', length: bytes.length };
  }
  return openBinary(bytes, type, scope);
}

function openBinary(bytes: Buffer, type: MediaType | undefined, scope: Scope): OpenBody {
  return { kind: 'binary', ...redactBeginning(bytes.toString('latin1'), type, scope), length: bytes.length };
}

function withheld(bytes: Buffer, reason: string, secrets: Hiding): OpenBody {
  return { kind: 'withheld', token: secrets.token(bytes.toString('latin1')), reason, length: bytes.length };
}

function isJson(type: MediaType | undefined): boolean {
  return type?.suffix === 'json' || type?.essence.endsWith('/json') === true;
}

/** Formats for people and browsers, in which a member name may be an ordinary word. */
function isProse(type: MediaType | undefined): boolean {
  return type !== undefined && /^text\/(plain|html|css|javascript)$|javascript$/.test(type.essence);
}

function isMultipart(type: MediaType | undefined): boolean {
  return type?.essence.startsWith('multipart/') === true;
}

/** Undefined if the bytes are not text in the charset of their byte order mark or type, or in UTF-8. */
function textOf(bytes: Buffer, type: MediaType | undefined): string | undefined {
  const utf8 = jsonToUtf8(bytes, type);
  return 'problem' in utf8 || !isText(utf8.bytes) ? undefined : utf8.bytes.toString('utf8');
}

function beginning(text: string): Beginning {
  const cut = text.length > KEPT + MARGIN;
  return { text: cut ? text.slice(0, KEPT + MARGIN) : text, cut };
}

function redactBeginning(text: string, type: MediaType | undefined, scope: Scope): Beginning {
  const { text: seen, cut } = beginning(text);
  return { text: redactContent(seen, type, scope), cut };
}

function redactContent(text: string, type: MediaType | undefined, scope: Scope): string {
  if (isMultipart(type)) return redactMultipart(text, type?.parameters.get('boundary'), scope);
  const isTable = (type !== undefined && TABLE.test(type.essence)) || isTableOfSecrets(text, scope);
  return isTable ? redactCsv(text, scope) : scope.redact(text);
}

const TABLE = /[/-]csv$|\.csv$|tab-separated-values$/;

/** A secret that was cut in two at the end is not recognized, so the end is removed as well. */
function scrubAndCut({ text, cut }: Beginning, encoding: 'utf8' | 'latin1', secrets: Secrets): Beginning {
  const scrubbed = secrets.scrub(text);
  const kept = cutText(cut ? scrubbed.slice(0, -MARGIN) : scrubbed, encoding);
  return { text: kept, cut: cut || kept.length < scrubbed.length };
}

/** The longest beginning of at most `KEPT` bytes that does not split a character. */
function cutText(text: string, encoding: 'utf8' | 'latin1'): string {
  if (Buffer.byteLength(text, encoding) <= KEPT) return text;
  if (encoding === 'latin1') return text.slice(0, KEPT);
  const bytes = Buffer.from(text);
  let end = KEPT;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
