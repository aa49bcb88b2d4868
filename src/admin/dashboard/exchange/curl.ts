import type { RecordedExchange } from '../../../model/finding.ts';
import { holdsToken } from '../../../model/redaction.ts';

/** What curl or the connection determines, and what proxies add: a Via of our own would be taken for a loop. */
const LEFT_OUT = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'accept-encoding',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
]);

/**
 * The request as a command for a shell. Secrets are left out, and named in comments before it; what follows of a path
 * or body that holds one is kept as its token.
 *
 * @param origin where to send it: `http://127.0.0.1:8080`
 */
export function asCurl({ request }: Pick<RecordedExchange, 'request'>, origin: string): string {
  const { method, target, fields, body } = request;
  const notes: string[] = [];
  const lines = [`curl -i ${methodFlag(method, body.length)}${quoted(`${origin}${target}`)}`];
  if (holdsToken(target)) notes.push('# a secret in the path or the query was redacted: put one there');
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!];
    if (LEFT_OUT.has(name.toLowerCase())) continue;
    if (holdsToken(value)) notes.push(`# left out: ${oneLine(name)}, which is a secret or has one in it`);
    else lines.push(`  -H ${quotedField(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  if (body.length > 0) {
    if (body.truncated) notes.push('# left out: the body, which was recorded in part');
    else if (body.encoding === 'base64') notes.push('# left out: the body, which is not text');
    else {
      if (holdsToken(body.content)) notes.push('# a secret in the body was redacted: put one there');
      lines.push(`  --data-raw ${quoted(body.content)}`);
    }
  }
  return [...notes, lines.join(' \\\n')].join('\n');
}

function methodFlag(method: string, bodyLength: number): string {
  if (method === 'HEAD') return '--head ';
  const usual = bodyLength > 0 ? 'POST' : 'GET';
  return method === usual ? '' : `-X ${quoted(method)} `;
}

/** Control characters, and what is invisible or changes the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** One word for a shell; what can't be seen needs the quotes of bash, ksh and zsh. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!INVISIBLE.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${[...text].map((character) => (INVISIBLE.test(character) ? escaped(character) : literal(character))).join('')}'`;
}

/** The same for a field, in which a character is a byte. */
function quotedField(text: string): string {
  if (/^[ -~]*$/.test(text)) return quoted(text);
  return `$'${[...text].map((byte) => (/[ -~]/.test(byte) ? literal(byte) : escaped(byte))).join('')}'`;
}

function literal(character: string): string {
  return character === "'" || character === '\\' ? `\\${character}` : character;
}

/** A byte of a field, or a character of the Basic Multilingual Plane. */
function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

function oneLine(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}
