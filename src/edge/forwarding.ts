/**
 * Which fields cross the proxy, and what it adds: pure functions from a received head to the text that goes on.
 * Order, case and duplicates stay as received. RFC 9110, section 7.6.
 */
import { connectionNames } from '../wire/end-to-end.ts';
import { listMembers } from '../wire/fields.ts';
import type { ParsedRequest, ParsedResponse } from '../wire/message.ts';

/** The header that marks a copy, so that one that comes back is not copied again. */
export const COPY_MARKER = 'x-understudy-copy';

/** What becomes of a received field: `keep`, unless it is listed here. */
type Treatment = 'keep' | 'drop' | 'te' | 'framing' | 'forwarded' | 'via';

const REQUEST_TREATMENTS = new Map<string, Treatment>([
  ['connection', 'drop'],
  ['keep-alive', 'drop'],
  ['proxy-connection', 'drop'],
  ['proxy-authorization', 'drop'],
  ['upgrade', 'drop'],
  ['http2-settings', 'drop'],
  ['te', 'te'],
  ['transfer-encoding', 'framing'],
  [COPY_MARKER, 'drop'],
  ['x-forwarded-for', 'forwarded'],
  ['x-forwarded-proto', 'forwarded'],
  ['x-forwarded-host', 'forwarded'],
  ['forwarded', 'forwarded'],
  ['x-request-id', 'forwarded'],
]);

/** What the proxy knows of the request's way here. */
export interface Origin {
  readonly clientAddress: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly requestId: string;
  /** Our name in Via. */
  readonly pseudonym: string;
}

/** The head that goes to the primary, with its empty line. */
export function requestText(head: ParsedRequest, origin: Origin): string {
  const named = connectionNames(head.fields);
  let text = `${head.method} ${head.target} HTTP/1.1\r\n`;
  let te = '';
  const { fields } = head;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    const value = fields[at + 1]!;
    switch (treatment(name, named, REQUEST_TREATMENTS)) {
      case 'keep':
        text += `${name}: ${value}\r\n`;
        break;
      case 'framing':
        text += `${name}: chunked\r\n`;
        break;
      case 'te':
        if (listMembers(value).includes('trailers')) te = 'TE: trailers\r\nConnection: TE\r\n';
        break;
    }
  }
  return `${text}${te}X-Forwarded-For: ${origin.clientAddress}\r\nX-Forwarded-Proto: ${origin.scheme}\r\nX-Forwarded-Host: ${origin.host}\r\nX-Request-Id: ${origin.requestId}\r\nVia: 1.${head.minorVersion} ${origin.pseudonym}\r\n\r\n`;
}

/** The head that goes to the client, with its empty line, around the lines of `responseLines`. */
export function responseText(head: ParsedResponse, lines: string, framing: ClientFraming, pseudonym: string): string {
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n${lines}`;
  if (framing.body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  text += `Via: 1.${head.minorVersion} ${pseudonym}\r\n`;
  if (framing.connection !== '') text += `Connection: ${framing.connection}\r\n`;
  return `${text}\r\n`;
}

/** How an answer is framed for a client. */
export interface ClientFraming {
  readonly body: 'plain' | 'chunked';
  /** The Connection field; empty where the version's default says it. */
  readonly connection: '' | 'close' | 'keep-alive';
}

const CHUNKED: ClientFraming = { body: 'chunked', connection: '' };
const CHUNKED_CLOSE: ClientFraming = { body: 'chunked', connection: 'close' };
const PLAIN: ClientFraming = { body: 'plain', connection: '' };
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

function treatment(name: string, named: readonly string[], treatments: ReadonlyMap<string, Treatment>): Treatment {
  const lower = name.toLowerCase();
  const listed = treatments.get(lower);
  if (listed !== undefined) return listed;
  return named.length > 0 && named.includes(lower) ? 'drop' : 'keep';
}
