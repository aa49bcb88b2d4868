/** Why a request can't be forwarded, independent of the wire, and what its target is. RFC 9110. */
import type { Fields } from '../model/exchange.ts';
import { fieldValue } from '../wire/fields.ts';
import type { LocalReply } from './local-replies.ts';

export type Validation =
  | {
      readonly kind: 'valid';
      /** The requested authority; undefined where an HTTP/1.0 request names none. */
      readonly host: string | undefined;
      /** The request target as an origin server gets it: byte for byte, but without scheme and authority. */
      readonly target: string;
    }
  | Refusal;

export interface Refusal {
  readonly kind: 'refused';
  readonly reply: LocalReply;
}

/**
 * host [":" port] of RFC 3986, without userinfo; an IPv6 literal is in brackets. Not empty, since the host of an http
 * URL can't be (RFC 9110, section 4.2.1).
 */
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+;=%]+)(?::[0-9]{0,5})?$/;

const FORWARDED_METHODS = ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] as const;

export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

/** Undefined for a method that is forwarded. */
export function refuseMethod(method: string): Refusal | undefined {
  return method === 'CONNECT' || method === 'TRACE'
    ? refused(405, 'Method Not Allowed', `${method} is not supported`, FORWARDED_METHODS)
    : undefined;
}

/** RFC 9110, section 7.6.2: undefined for a request that may be passed on. */
export function refuseForwarding(method: string, fields: Fields): Refusal | undefined {
  return method === 'OPTIONS' && fieldValue(fields, 'max-forwards') === '0'
    ? refused(204, 'No Content', 'the request must not be forwarded further')
    : undefined;
}

/** Undefined where the Via field does not name this proxy. */
export function refuseLoop(via: string, pseudonym: string): Refusal | undefined {
  return viaNames(via, pseudonym)
    ? refused(508, 'Loop Detected', 'the request has passed this proxy before')
    : undefined;
}

/** Whether the target is a path, or the asterisk of an OPTIONS request. */
export function isOriginForm(method: string, target: string): boolean {
  return target.startsWith('/') || (target === '*' && method === 'OPTIONS');
}

/**
 * Whether a Via field names our pseudonym: a protocol, white space, and then the name (RFC 9110, section 7.6.3). Each
 * part of the list is read only once, however long the list is.
 */
function viaNames(via: string, pseudonym: string): boolean {
  for (let at = via.indexOf(pseudonym); at >= 0; at = via.indexOf(pseudonym, at + pseudonym.length)) {
    const behind = via[at + pseudonym.length];
    if (behind !== undefined && behind !== ',' && !isBlank(behind)) continue;
    let from = at;
    while (from > 0 && isBlank(via[from - 1])) from--;
    let start = from;
    while (start > 0 && via[start - 1] !== ',' && !isBlank(via[start - 1])) start--;
    let before = start;
    while (before > 0 && isBlank(via[before - 1])) before--;
    if (from < at && start < from && (before === 0 || via[before - 1] === ',')) return true;
  }
  return false;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

export function badRequest(detail: string): Refusal {
  return refused(400, 'Bad Request', detail);
}

export function refused(status: number, title: string, detail: string, fields: Fields = []): Refusal {
  return { kind: 'refused', reply: { status, title, detail, fields } };
}
