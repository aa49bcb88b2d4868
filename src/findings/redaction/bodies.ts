import { codingsOf, decode } from '../../compare/coding.ts';
import type { Deadline } from '../../compare/deadline.ts';
import { fieldsByName } from '../../compare/fields.ts';
import type { ProtobufTypes } from '../../compare/formats/format.ts';
import { formatsFor } from '../../compare/formats/registry.ts';
import { JsonDocument } from '../../compare/json/document.ts';
import { scan } from '../../compare/json/scan.ts';
import { type MediaType, parseMediaType } from '../../compare/media-type.ts';
import type { Fields } from '../../model/exchange.ts';
import type { RecordedBody } from '../../model/finding.ts';
import { redactCsv } from './csv.ts';
import { redactJson } from './json.ts';
import { redactMultipart } from './multipart.ts';
import { redactForm } from './parameters.ts';
import type { RedactionRules } from './rules.ts';
import type { Hiding, Scope } from './scope.ts';
import { LONGEST_RECOGNIZED, type Secrets } from './secrets.ts';

/** Bytes of one recorded body. */
const KEPT = 64 * 1024;
/** What is looked at beyond it: more than any way to write a secret that `Secrets.scrub` looks for. */
const MARGIN = 3 * LONGEST_RECOGNIZED;
/** Bytes of a body after its content coding is taken off; a longer one is withheld. */
const MOST_DECODED = 8 * 1024 * 1024;
/** In place of a token, which would take time as well. */
const TOO_LATE = '(not read)';
/** Bytes of a body that is read to find names in it. */
const MOST_READ = 1024 * 1024;

/**
 * A body whose own secrets are tokens, before those of the rest of the exchange are looked for in it and it is cut.
 * `withheld`: it could not be read well enough to be sure that no secret is left. `length` is in decoded bytes.
 */
export type OpenBody = { readonly length: number } & (
  | ({ readonly kind: 'plain' | 'json' | 'form' } & Beginning)
  /** One byte per character. */
  | ({ readonly kind: 'binary' } & Beginning)
  | { readonly kind: 'withheld'; readonly token: string; readonly reason: string }
);

/** What of a text may come to be recorded, and whether there is more. */
interface Beginning {
  readonly text: string;
  readonly cut: boolean;
}

/** What is needed to read a body beside its bytes. `protobuf`: what the configuration of its route knows of its messages. */
export interface BodyReading {
  readonly rules: RedactionRules;
  readonly scope: Scope;
  readonly deadline: Deadline;
  readonly protobuf?: ProtobufTypes;
}

/** Never throws, whatever the bytes. */
export function openBody(fields: Fields, body: Uint8Array, reading: BodyReading): OpenBody {
  if (body.length > 0 && reading.deadline.remaining <= 0) {
    return { kind: 'withheld', token: TOO_LATE, reason: 'the time for one pair is over', length: body.length };
  }
  const headers = fieldsByName(fields);
  const decoded = decode(body, codingsOf(headers.get('content-encoding') ?? []), MOST_DECODED);
  const { secrets } = reading.scope;
  if (decoded.state !== 'decoded') return withheld(Buffer.from(body), decoded.problem, secrets);
  const { bytes } = decoded;
  const type = parseMediaType(headers.get('content-type')?.[0]);
  const text = textOf(bytes, type);
  return text === undefined ? openBytes(bytes, type, reading) : openText(text, bytes, type, reading);
}

/** As it is recorded: known secrets scrubbed, then cut. */
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

function openBytes(bytes: Buffer, type: MediaType | undefined, reading: BodyReading): OpenBody {
  const { rules, scope } = reading;
  if (!rules.root.free && (isJson(type) || rules.mayHoldSecretBytes(bytes))) {
    return withheld(bytes, 'not text, so that redact.paths cannot be applied', scope.secrets);
  }
  if (holdsSecret(bytes, type, reading)) return withheld(bytes, 'bytes that hold a secret', scope.secrets);
  return { kind: 'binary', ...redactBeginning(bytes.toString('latin1'), type, scope), length: bytes.length };
}

/** Of a format that is written in bytes, by the names and values that the comparison sees in it. */
function holdsSecret(bytes: Buffer, type: MediaType | undefined, { scope, protobuf }: BodyReading): boolean {
  if (type === undefined || bytes.length > MOST_READ) return false;
  const body = { bytes, type, ...(protobuf && { protobuf }) };
  if (isMultipart(type)) return false;
  return formatsFor(body, body).some(({ format }) => {
    if (format.shape !== 'tree') return false;
    const reading = format.read(body);
    return 'json' in reading && scope.finds(reading.json.toString('utf8'));
  });
}

function withheld(bytes: Buffer, reason: string, secrets: Hiding): OpenBody {
  return { kind: 'withheld', token: secrets.token(bytes.toString('latin1')), reason, length: bytes.length };
}

function isJson(type: MediaType | undefined): boolean {
  return type?.suffix === 'json' || type?.essence.endsWith('/json') === true;
}

/** What people and browsers read, where the name of a member is a word like others. */
function isProse(type: MediaType | undefined): boolean {
  return type !== undefined && /^text\/(plain|html|css|javascript)$|javascript$/.test(type.essence);
}

function isMultipart(type: MediaType | undefined): boolean {
  return type?.essence.startsWith('multipart/') === true;
}

/** Undefined where the bytes are no text in the charset they claim, or in UTF-8 where they claim none. */
function textOf(bytes: Buffer, type: MediaType | undefined): string | undefined {
  try {
    const text = decoderFor(type?.parameters.get('charset')).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function decoderFor(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return new TextDecoder('utf-8', { fatal: true });
  }
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
  return type !== undefined && TABLE.test(type.essence) ? redactCsv(text, scope) : scope.redact(text);
}

const TABLE = /[/-]csv$|\.csv$|tab-separated-values$/;

/** A secret that the end of the beginning cut in two is not recognized, so the end goes with it. */
function scrubAndCut({ text, cut }: Beginning, encoding: 'utf8' | 'latin1', secrets: Secrets): Beginning {
  const scrubbed = secrets.scrub(text);
  const kept = cutText(cut ? scrubbed.slice(0, -MARGIN) : scrubbed, encoding);
  return { text: kept, cut: cut || kept.length < scrubbed.length };
}

/** The longest beginning of at most `KEPT` bytes that cuts no character in two. */
function cutText(text: string, encoding: 'utf8' | 'latin1'): string {
  if (Buffer.byteLength(text, encoding) <= KEPT) return text;
  if (encoding === 'latin1') return text.slice(0, KEPT);
  const bytes = Buffer.from(text);
  let end = KEPT;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
