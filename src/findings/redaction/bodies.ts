import { codingsOf, decode } from '../../compare/coding.ts';
import { fieldsByName } from '../../compare/fields.ts';
import { JsonDocument } from '../../compare/json/document.ts';
import { scan } from '../../compare/json/scan.ts';
import { type MediaType, parseMediaType } from '../../compare/media-type.ts';
import type { Fields } from '../../model/exchange.ts';
import type { RecordedBody } from '../../model/finding.ts';
import { redactJson } from './json.ts';
import { redactForm, redactLoosely } from './parameters.ts';
import type { RedactionRules } from './rules.ts';
import { LONGEST_RECOGNIZED, type Secrets } from './secrets.ts';

/** Bytes of one recorded body. */
const KEPT = 64 * 1024;
/** What is looked at beyond it: more than any way to write a secret that `Secrets.scrub` looks for. */
const MARGIN = 3 * LONGEST_RECOGNIZED;
/** Bytes of a body after its content coding is taken off; a longer one is withheld. */
const MOST_DECODED = 8 * 1024 * 1024;

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

/** Never throws, whatever the bytes. */
export function openBody(fields: Fields, body: Uint8Array, rules: RedactionRules, secrets: Secrets): OpenBody {
  const headers = fieldsByName(fields);
  const decoded = decode(body, codingsOf(headers.get('content-encoding') ?? []), MOST_DECODED);
  if (decoded.state !== 'decoded') return withheld(Buffer.from(body), decoded.problem, secrets);
  const { bytes } = decoded;
  const type = parseMediaType(headers.get('content-type')?.[0]);
  if (hasSecretPart(bytes, type, rules)) return withheld(bytes, 'a form with a secret field', secrets);
  const text = textOf(bytes, type);
  return text === undefined ? openBytes(bytes, type, rules, secrets) : openText(text, bytes, type, rules, secrets);
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

function openText(
  text: string,
  bytes: Buffer,
  type: MediaType | undefined,
  rules: RedactionRules,
  secrets: Secrets,
): OpenBody {
  const { length } = bytes;
  if (type?.essence === 'application/x-www-form-urlencoded') {
    return { kind: 'form', ...beginning(redactForm(text, rules.isSecretField, secrets)), length };
  }
  if (!rules.root.free) {
    const document = scan(Buffer.from(text));
    if (document instanceof JsonDocument) {
      return { kind: 'json', ...redactBeginning(redactJson(document, rules.root, secrets), rules, secrets), length };
    }
    const isPossible = isProse(type) ? rules.mayHoldSecret(text) : rules.mayHoldSecretBytes(bytes);
    if (isJson(type) || /^\s*[[{]/.test(text) || isPossible) {
      return withheld(bytes, `not JSON at offset ${document.offset}, so that redact.paths cannot be applied`, secrets);
    }
  }
  return { kind: 'plain', ...redactBeginning(text, rules, secrets), length };
}

function openBytes(bytes: Buffer, type: MediaType | undefined, rules: RedactionRules, secrets: Secrets): OpenBody {
  if (!rules.root.free && (isJson(type) || rules.mayHoldSecretBytes(bytes))) {
    return withheld(bytes, 'not text, so that redact.paths cannot be applied', secrets);
  }
  return { kind: 'binary', ...beginning(bytes.toString('latin1')), length: bytes.length };
}

function withheld(bytes: Buffer, reason: string, secrets: Secrets): OpenBody {
  return { kind: 'withheld', token: secrets.token(bytes.toString('latin1')), reason, length: bytes.length };
}

function isJson(type: MediaType | undefined): boolean {
  return type?.suffix === 'json' || type?.essence.endsWith('/json') === true;
}

/** What people and browsers read, where the name of a member is a word like others. */
function isProse(type: MediaType | undefined): boolean {
  return type !== undefined && /^text\/(plain|html|css|javascript)$|javascript$/.test(type.essence);
}

/** Parts of multipart/form-data are named in their heads (RFC 7578, section 4.2). */
function hasSecretPart(bytes: Buffer, type: MediaType | undefined, { names }: RedactionRules): boolean {
  if (type?.essence !== 'multipart/form-data') return false;
  const parts = bytes.toString('latin1').matchAll(/\bname="?([^";\r\n]+)/gi);
  return [...parts].some(([, name = '']) => names.parameter(name));
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

function redactBeginning(text: string, { names }: RedactionRules, secrets: Secrets): Beginning {
  const { text: seen, cut } = beginning(text);
  return { text: redactLoosely(seen, names, secrets), cut };
}

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
