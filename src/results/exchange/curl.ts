import type { ListenConfig } from '../../config/types.ts';
import type { Fields } from '../../model/exchange.ts';
import type { RecordedBody, RecordedExchange } from '../../model/finding.ts';
import { holdsToken } from '../../model/redaction.ts';

/**
 * What curl or the connection determines, the coding of a body that was recorded decoded, and what proxies add: a Via of
 * our own would be taken for a loop.
 */
const LEFT_OUT = new Set([
  'connection',
  'content-encoding',
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

/** How clients reach an Understudy. */
export type Scheme = 'http' | 'https';

export function schemeOf({ tls }: Pick<ListenConfig, 'tls'>): Scheme {
  return tls === undefined ? 'http' : 'https';
}

/**
 * The request as a command for a shell. Secrets are left out, and named in comments before it; what follows of a path
 * or body that holds one is kept as its token.
 */
export function asCurl({ request }: Pick<RecordedExchange, 'request'>, scheme: Scheme): string {
  const { method, target, fields, body } = request;
  const authority = pairsOf(fields).find(({ name, value }) => isNamed(name, 'host') && AUTHORITY.test(value))?.value;
  const notes: string[] = [];
  const lines: string[] = [];
  if (holdsToken(target)) notes.push('# a secret in the path or the query was redacted: put one there');
  for (const { name, value } of pairsOf(fields)) {
    if (LEFT_OUT.has(name.toLowerCase()) || (isNamed(name, 'host') && authority !== undefined)) continue;
    if (holdsToken(value)) notes.push(`# left out: ${oneLine(name)}, which is a secret or has one in it`);
    else lines.push(`-H ${quotedBytes(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  const why = whyLeftOut(method, body);
  const hasBody = body.length > 0 && why === undefined;
  if (hasBody) {
    if (holdsToken(body.content)) notes.push('# a secret in the body was redacted: put one there');
    // curl would add a type.
    if (!pairsOf(fields).some(({ name }) => isNamed(name, 'content-type'))) lines.push(`-H 'Content-Type:'`);
    lines.push(`--data-raw ${quoted(body.content)}`);
  } else if (body.length > 0) notes.push(`# left out: the body, ${why}`);
  const first = `curl -i ${methodFlag(method, hasBody)}${place(`${scheme}://${authority ?? ELSE}`, target)}`;
  return [...notes, [first, ...lines].join(' \\\n  ')].join('\n');
}

/** Where a request is sent that does not say what it was sent to. */
const ELSE = '127.0.0.1:8080';

/** A client may send anything as its host: it must not become another part of a URL. */
const AUTHORITY = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

function pairsOf(fields: Fields): readonly { readonly name: string; readonly value: string }[] {
  return fields.flatMap((name, at) => (at % 2 === 0 ? [{ name, value: fields[at + 1]! }] : []));
}

function isNamed(name: string, lowerCase: string): boolean {
  return name.toLowerCase() === lowerCase;
}

const utf8 = new TextEncoder();

/** Undefined for a body that can be sent as it was. */
function whyLeftOut(method: string, { truncated, encoding, content, length }: RecordedBody): string | undefined {
  if (truncated) return 'which was recorded in part';
  if (encoding === 'base64') return 'which is not text';
  if (content.includes('\0')) return 'which has a NUL character, as no argument can';
  if (method === 'HEAD') return 'which curl does not send with HEAD';
  const isWhole = holdsToken(content) || utf8.encode(content).length === length;
  return isWhole ? undefined : 'which was not recorded as it was sent';
}

function methodFlag(method: string, hasBody: boolean): string {
  if (method === 'HEAD') return '--head ';
  const usual = hasBody ? 'POST' : 'GET';
  return method === usual ? '' : `-X ${quoted(method)} `;
}

/** What curl would send as it is, in a URL: others lose their dots or fragment, or are encoded. */
const AS_IT_IS = /^\/(?!\/)(?!(?:[^?]*\/)?(?:\.|%2e){1,2}(?:[/?]|$))[!"$-~]*$/i;

function place(origin: string, target: string): string {
  if (!AS_IT_IS.test(target)) return `--request-target ${quotedBytes(target)} ${quoted(origin)}`;
  const url = quoted(`${origin}${target}`);
  return /[[\]{}]/.test(target) ? `--globoff ${url}` : url;
}

/** Control characters, and what is invisible or changes the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** One word for a shell; what can't be seen needs the quotes of bash, ksh and zsh. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!INVISIBLE.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${[...text].map((character) => (INVISIBLE.test(character) ? octal(utf8.encode(character)) : literal(character))).join('')}'`;
}

/** The same for a head, in which a character is a byte. */
function quotedBytes(text: string): string {
  if (/^[ -~]*$/.test(text)) return quoted(text);
  return `$'${[...text].map((byte) => (/[ -~]/.test(byte) ? literal(byte) : octal([byte.charCodeAt(0)]))).join('')}'`;
}

/** A shell at which a person types may take an exclamation mark for a command of its history. */
function literal(character: string): string {
  if (character === '!') return octal([0x21]);
  return character === "'" || character === '\\' ? `\\${character}` : character;
}

/** Bytes, whatever encoding the shell has: its `\u` depends on that, and its `\x` on the shell. */
function octal(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function oneLine(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}
