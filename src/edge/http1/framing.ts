/** How responses to clients are written in HTTP/1.1. */
import type { Clock } from '../../lib/clock.ts';
import { fieldLines } from '../../lib/field-lines.ts';
import { httpDate } from '../../lib/http-date.ts';
import type { BodyLength, Fields } from '../../model/exchange.ts';
import { fieldList, fieldValue } from '../../wire/fields.ts';
import type { IncomingResponse } from '../../wire/message.ts';

/** Status line and fields, without the empty line. */
export function headText(status: number, reason: string, fields: Fields): string {
  return `HTTP/1.1 ${status} ${reason}\r\n${fieldLines(fields)}`;
}

/** The head of a response as it goes to a client, with its empty line. `fields`: its end-to-end fields. */
export function responseText(
  head: IncomingResponse,
  fields: Fields,
  framing: ClientFraming,
  hop: { readonly pseudonym: string; readonly clock: Clock },
): string {
  let text = headText(head.status, head.reason, fields);
  // RFC 9110, section 6.6.1: a recipient with a clock adds the Date that a response lacks.
  if (fieldValue(head.fields, 'date') === undefined) text += `Date: ${httpDate(hop.clock.wall())}\r\n`;
  if (framing.body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  text += `Via: ${head.version} ${hop.pseudonym}\r\n`;
  if (framing.connection !== '') text += `Connection: ${framing.connection}\r\n`;
  if (head.status === 101 || head.status === 426) text += upgradeLines(head);
  return `${text}\r\n`;
}

/** RFC 9110, section 15.5.22: the client has to learn which protocol is required. */
function upgradeLines(head: IncomingResponse): string {
  const protocols = fieldList(head.fields, 'upgrade');
  return protocols === undefined ? '' : `Connection: Upgrade\r\nUpgrade: ${protocols}\r\n`;
}

/** How a response is framed for a client. */
export interface ClientFraming {
  readonly body: 'plain' | 'chunked';
  /** The Connection field; empty where the default of the version suffices. */
  readonly connection: '' | 'close' | 'keep-alive';
}

const CHUNKED: ClientFraming = { body: 'chunked', connection: '' };
const CHUNKED_CLOSE: ClientFraming = { body: 'chunked', connection: 'close' };
export const PLAIN: ClientFraming = { body: 'plain', connection: '' };
export const PLAIN_CLOSE: ClientFraming = { body: 'plain', connection: 'close' };
const PLAIN_KEEP_ALIVE: ClientFraming = { body: 'plain', connection: 'keep-alive' };

/**
 * Chunked where the length is not known, but never to HTTP/1.0, which gets the end of the connection instead.
 *
 * @param minorVersion of the client: 0 or 1
 * @param keepAlive whether client and proxy are willing to keep the connection
 */
export function clientFraming(minorVersion: number, bodyLength: BodyLength, keepAlive: boolean): ClientFraming {
  const known = bodyLength !== 'unknown';
  if (minorVersion === 0) return keepAlive && known ? PLAIN_KEEP_ALIVE : PLAIN_CLOSE;
  if (known) return keepAlive ? PLAIN : PLAIN_CLOSE;
  return keepAlive ? CHUNKED : CHUNKED_CLOSE;
}
