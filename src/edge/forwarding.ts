/**
 * Which fields cross the proxy, and what it adds: pure functions from a received head to the text that goes on.
 * Order, case and duplicates stay as received. RFC 9110, section 7.6.
 */

import type { Target } from '../config/target-types.ts';
import type { Clock } from '../lib/clock.ts';
import { bracketed } from '../lib/host.ts';
import { httpDate } from '../lib/http-date.ts';
import { newTraceparent } from '../lib/trace-context.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import { connectionNames } from '../wire/end-to-end.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import type { ParsedRequest, ParsedResponse } from '../wire/message.ts';

/** What becomes of a request's field: it is kept unless it is listed here. */
type Treatment =
  | 'drop'
  | 'te'
  | 'coding'
  | 'length'
  | 'host'
  | 'expect'
  | 'max-forwards'
  | 'said_by_proxies'
  | 'traceparent';

const TREATMENTS = new Map<string, Treatment>([
  ['connection', 'drop'],
  ['keep-alive', 'drop'],
  ['proxy-connection', 'drop'],
  ['proxy-authorization', 'drop'],
  ['upgrade', 'drop'],
  ['http2-settings', 'drop'],
  [COPY_MARKER, 'drop'],
  ['x-forwarded-for', 'drop'],
  ['x-request-id', 'drop'],
  ['x-forwarded-proto', 'said_by_proxies'],
  ['x-forwarded-host', 'said_by_proxies'],
  ['forwarded', 'said_by_proxies'],
  ['te', 'te'],
  ['transfer-encoding', 'coding'],
  ['content-length', 'length'],
  ['host', 'host'],
  ['expect', 'expect'],
  ['max-forwards', 'max-forwards'],
  ['traceparent', 'traceparent'],
]);

/** `trusted_proxy`: one that may say for whom it speaks. */
export type Sender = 'client' | 'trusted_proxy';

/** Where a request comes from and where it goes. */
export interface Passage {
  readonly sender: Sender;
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** The authority that was asked for; empty where HTTP/1.0 named none. */
  readonly host: string;
  /** The Host that the target gets. */
  readonly targetHost: string;
  /** In origin-form or asterisk-form. */
  readonly target: string;
  readonly requestId: string;
  /** Our name in Via. */
  readonly pseudonym: string;
}

/** The head that goes on, with its empty line. It offers no other protocol: that is for the primary alone. */
export function requestText(head: ParsedRequest, passage: Passage): string {
  const { fields } = head;
  const named = connectionNames(fields);
  let host = `Host: ${passage.targetHost}\r\n`;
  let te = '';
  let trace: 'absent' | 'present' = 'absent';
  let text = '';
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    const value = fields[at + 1]!;
    const lower = name.toLowerCase();
    switch (TREATMENTS.get(lower)) {
      case undefined:
        if (isLookAlike(lower)) break;
        if (!named.has(lower)) text += `${name}: ${value}\r\n`;
        break;
      case 'host':
        host = '';
        text += `${name}: ${passage.targetHost}\r\n`;
        break;
      case 'coding':
        text += `${name}: chunked\r\n`;
        break;
      case 'length':
        // In one form: some readers take leading zeros for octal.
        text += `${name}: ${head.bodyLength}\r\n`;
        break;
      case 'te':
        if (TRAILERS.test(value)) te = TE_LINES;
        break;
      case 'expect':
        // RFC 9110, section 10.1.1: HTTP/1.0 has no interim answers.
        if (head.minorVersion === 1) text += `${name}: ${value}\r\n`;
        break;
      case 'max-forwards':
        text += `${name}: ${head.method === 'OPTIONS' ? decremented(value) : value}\r\n`;
        break;
      case 'said_by_proxies':
        if (passage.sender === 'trusted_proxy') text += `${name}: ${value}\r\n`;
        break;
      case 'traceparent':
        trace = 'present';
        text += `${name}: ${value}\r\n`;
        break;
    }
  }
  if (trace === 'absent') text += `traceparent: ${newTraceparent()}\r\n`;
  text += te;
  return `${head.method} ${passage.target} HTTP/1.1\r\n${host}${text}${forwardedLines(head, passage)}X-Request-Id: ${passage.requestId}\r\nVia: 1.${head.minorVersion} ${passage.pseudonym}\r\n\r\n`;
}

/**
 * Whether a backend that knows fields as environment variables (RFC 3875, section 4.1.18) takes this one for another
 * that is ours to treat: X_Forwarded_For would be X-Forwarded-For.
 */
function isLookAlike(name: string): boolean {
  return name.includes('_') && TREATMENTS.has(name.replaceAll('_', '-'));
}

/** RFC 9110, section 10.1.4: a member of the list. */
const TRAILERS = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i;

const TE_LINES = 'TE: trailers\r\nConnection: TE\r\n';

/** The same head with an offer to switch to other protocols. */
export function offering(text: string, protocols: string): string {
  const offer = `Upgrade\r\nUpgrade: ${protocols}\r\n`;
  // Some servers read only one Connection field. What a client sends never begins a line with it.
  const te = text.indexOf(`\r\n${TE_LINES}`);
  if (te < 0) return `${text.slice(0, -2)}Connection: ${offer}\r\n`;
  const end = te + TE_LINES.length;
  return `${text.slice(0, end)}, ${offer}${text.slice(end + 2)}`;
}

/** What is said about the client: our own word, or, behind a trusted proxy, its word where there is one. */
function forwardedLines(head: ParsedRequest, { sender, address, scheme, host }: Passage): string {
  if (sender === 'client')
    return `X-Forwarded-For: ${address}\r\nX-Forwarded-Proto: ${scheme}\r\nX-Forwarded-Host: ${host}\r\n`;
  const { fields } = head;
  const earlier = fieldList(fields, 'x-forwarded-for');
  let lines = `X-Forwarded-For: ${earlier === undefined ? address : `${earlier}, ${address}`}\r\n`;
  if (fieldValue(fields, 'x-forwarded-proto') === undefined) lines += `X-Forwarded-Proto: ${scheme}\r\n`;
  if (fieldValue(fields, 'x-forwarded-host') === undefined) lines += `X-Forwarded-Host: ${host}\r\n`;
  return lines;
}

/** RFC 9110, section 7.6.2. What is no number is left to its recipient. */
function decremented(value: string): string {
  return /^\d{1,9}$/.test(value) ? String(Math.max(Number(value) - 1, 0)) : value;
}

/** The head that goes to the client, with its empty line, around the lines of `responseLines`. */
export function responseText(
  head: ParsedResponse,
  lines: string,
  framing: ClientFraming,
  hop: { readonly pseudonym: string; readonly clock: Clock },
): string {
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n${lines}`;
  // RFC 9110, section 6.6.1: who has a clock says when an answer came that doesn't say so itself.
  if (fieldValue(head.fields, 'date') === undefined) text += `Date: ${httpDate(hop.clock.wall())}\r\n`;
  if (framing.body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  text += `Via: 1.${head.minorVersion} ${hop.pseudonym}\r\n`;
  if (framing.connection !== '') text += `Connection: ${framing.connection}\r\n`;
  if (head.status === 101 || head.status === 426) text += upgradeLines(head);
  return `${text}\r\n`;
}

/** RFC 9110, section 15.5.22: the client has to learn which protocol is required. */
function upgradeLines(head: ParsedResponse): string {
  const protocols = fieldList(head.fields, 'upgrade');
  return protocols === undefined ? '' : `Connection: Upgrade\r\nUpgrade: ${protocols}\r\n`;
}

/** How an answer is framed for a client. */
export interface ClientFraming {
  readonly body: 'plain' | 'chunked';
  /** The Connection field; empty where the version's default says it. */
  readonly connection: '' | 'close' | 'keep-alive';
}

const CHUNKED: ClientFraming = { body: 'chunked', connection: '' };
const CHUNKED_CLOSE: ClientFraming = { body: 'chunked', connection: 'close' };
export const PLAIN: ClientFraming = { body: 'plain', connection: '' };
const PLAIN_CLOSE: ClientFraming = { body: 'plain', connection: 'close' };
const PLAIN_KEEP_ALIVE: ClientFraming = { body: 'plain', connection: 'keep-alive' };

/**
 * Chunked where the length is not known, but never to HTTP/1.0, which gets the end of the connection instead.
 * `keepAlive`: what client and proxy are willing to do.
 */
export function clientFraming(request: ParsedRequest, response: ParsedResponse, keepAlive: boolean): ClientFraming {
  const known = typeof response.bodyLength === 'number';
  if (request.minorVersion === 0) return keepAlive && known ? PLAIN_KEEP_ALIVE : PLAIN_CLOSE;
  if (known) return keepAlive ? PLAIN : PLAIN_CLOSE;
  return keepAlive ? CHUNKED : CHUNKED_CLOSE;
}

/** What a request id may look like that someone else has given. */
const REQUEST_ID = /^[\x21-\x7E]{1,200}$/;

/** The request id that a trusted proxy has given already. */
export function namedBefore(sender: Sender, head: ParsedRequest): string | undefined {
  if (sender === 'client') return undefined;
  const id = fieldValue(head.fields, 'x-request-id');
  return id !== undefined && REQUEST_ID.test(id) ? id : undefined;
}

/** RFC 9112, section 3.2: without the scheme's own port. */
export function authorityOf({ protocol, host, port }: Target): string {
  const name = bracketed(host);
  return port === (protocol === 'http' ? 80 : 443) ? name : `${name}:${port}`;
}
