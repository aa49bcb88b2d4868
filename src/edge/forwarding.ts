/**
 * Which fields of a request are forwarded, and what the proxy adds: pure functions from a received head to the
 * forwarded one. Order, case and duplicates stay as received. RFC 9110, section 7.6.
 */

import type { Target } from '../config/target-types.ts';
import { bracketed } from '../lib/host.ts';
import { newTraceparent } from '../lib/trace-context.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import { connectionNames } from '../wire/end-to-end.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import { addArms, type Membership } from './experiments.ts';
import type { ReceivedHead, Sender } from './request-head.ts';

/** What happens to a request's field. Fields not listed here are kept, unless Connection names them. */
type Treatment =
  | 'drop'
  | 'keep'
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
  // The next proxy may be one that copied it before.
  [COPY_MARKER, 'keep'],
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

/** Where a request comes from and where it goes. */
export interface Passage {
  readonly sender: Sender;
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** The authority that the target gets. */
  readonly authority: string;
  readonly requestId: string;
  /** Our name in Via. */
  readonly pseudonym: string;
  /** Names, in lower case, of fields that no target gets from a client. */
  readonly reserved?: ReadonlySet<string> | undefined;
  /** Whether it is a test user's request, which is marked for all services behind it (W3C Baggage). */
  readonly synthetic?: boolean;
  /** The arms of experiments that it belongs to. */
  readonly memberships?: readonly Membership[];
}

/** The forwarded head. */
export function forwardedRequest(head: ReceivedHead, passage: Passage): OutgoingRequest {
  const { method, target, bodyLength, offered } = head;
  const { authority } = passage;
  return { method, target, authority, fields: forwardedFields(head, passage), bodyLength, offered };
}

function forwardedFields(head: ReceivedHead, passage: Passage): string[] {
  const { fields } = head;
  const { reserved } = passage;
  const named = connectionNames(fields);
  const kept: string[] = [];
  if (fieldValue(fields, 'host') === undefined) kept.push('Host', passage.authority);
  let te: 'none' | 'trailers' = 'none';
  let trace: 'absent' | 'present' = 'absent';
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    const value = fields[at + 1]!;
    const lower = name.toLowerCase();
    switch (TREATMENTS.get(lower)) {
      case undefined:
        if (isLookAlike(lower, reserved) || reserved?.has(lower)) break;
        if (!named.has(lower)) kept.push(name, value);
        break;
      case 'keep':
        kept.push(name, value);
        break;
      case 'host':
        kept.push(name, passage.authority);
        break;
      case 'coding':
        kept.push(name, 'chunked');
        break;
      case 'length':
        // In canonical form: some readers take leading zeros as octal.
        kept.push(name, `${head.bodyLength}`);
        break;
      case 'te':
        if (TRAILERS.test(value)) te = 'trailers';
        break;
      case 'expect':
        // RFC 9110, section 10.1.1: a client without interim responses can't expect one.
        if (head.interim === 'understood') kept.push(name, value);
        break;
      case 'max-forwards':
        kept.push(name, head.method === 'OPTIONS' ? decremented(value) : value);
        break;
      case 'said_by_proxies':
        if (passage.sender === 'trusted_proxy') kept.push(name, value);
        break;
      case 'traceparent':
        trace = 'present';
        kept.push(name, value);
        break;
    }
  }
  if (trace === 'absent') kept.push('traceparent', newTraceparent());
  if (te === 'trailers') kept.push('TE', 'trailers');
  sayWhoAsks(kept, head, passage);
  if (passage.memberships !== undefined) addArms(kept, passage.memberships);
  if (passage.synthetic === true) kept.push('baggage', 'synthetic=true');
  kept.push('X-Request-Id', passage.requestId, 'Via', `${head.version} ${passage.pseudonym}`);
  return kept;
}

/**
 * Whether a backend that reads fields as environment variables (RFC 3875, section 4.1.18) would mistake this field for
 * one that the proxy controls: X_Forwarded_For for X-Forwarded-For.
 */
function isLookAlike(name: string, reserved: ReadonlySet<string> | undefined): boolean {
  if (!name.includes('_')) return false;
  const meant = name.replaceAll('_', '-');
  return TREATMENTS.has(meant) || reserved?.has(meant) === true;
}

/** Finds `trailers` as a member of the list (RFC 9110, section 10.1.4). */
const TRAILERS = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i;

/** Adds the fields about the client. Values from a trusted proxy are kept; missing ones are ours. */
function sayWhoAsks(kept: string[], head: ReceivedHead, { sender, address, scheme }: Passage): void {
  const { fields, authority } = head;
  if (sender === 'client') {
    kept.push('X-Forwarded-For', address, 'X-Forwarded-Proto', scheme, 'X-Forwarded-Host', authority);
    return;
  }
  const earlier = fieldList(fields, 'x-forwarded-for');
  kept.push('X-Forwarded-For', earlier === undefined ? address : `${earlier}, ${address}`);
  if (fieldValue(fields, 'x-forwarded-proto') === undefined) kept.push('X-Forwarded-Proto', scheme);
  if (fieldValue(fields, 'x-forwarded-host') === undefined) kept.push('X-Forwarded-Host', authority);
}

/** Max-Forwards less one (RFC 9110, section 7.6.2). A value that is not a number stays as it is. */
function decremented(value: string): string {
  return /^\d{1,9}$/.test(value) ? String(Math.max(Number(value) - 1, 0)) : value;
}

/** The accepted form of a request id from a trusted proxy. */
const REQUEST_ID = /^[\x21-\x7E]{1,200}$/;

/** The request id that a trusted proxy has already given. */
export function namedBefore(sender: Sender, head: ReceivedHead): string | undefined {
  if (sender === 'client') return undefined;
  const id = fieldValue(head.fields, 'x-request-id');
  return id !== undefined && REQUEST_ID.test(id) ? id : undefined;
}

/** RFC 9112, section 3.2: without the scheme's own port. */
export function authorityOf({ protocol, host, port }: Target): string {
  const name = bracketed(host);
  return port === (protocol === 'http' ? 80 : 443) ? name : `${name}:${port}`;
}
