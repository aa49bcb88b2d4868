/**
 * What makes a well-framed request unfit to be forwarded, and what its target and Host come to. RFC 9112, section 3.2,
 * and RFC 9110, section 7.6.
 */
import type { Fields } from '../../model/exchange.ts';
import { fieldValue } from '../../wire/fields.ts';
import type { ParsedRequest } from '../../wire/http1/message.ts';
import type { LocalReply } from '../local-replies.ts';

export type Validation =
  | {
      readonly kind: 'valid';
      /** The authority that is asked for; undefined where HTTP/1.0 names none. */
      readonly host: string | undefined;
      /** The request target as an origin server gets it: byte for byte, but without scheme and authority. */
      readonly target: string;
    }
  | { readonly kind: 'refused'; readonly reply: LocalReply };

/**
 * host [":" port] of RFC 3986, without userinfo; an IPv6 literal is in brackets. Not empty, which an http URL can't be
 * (RFC 9110, section 4.2.1).
 */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+;=%]+)(?::[0-9]{0,5})?$/;

/** Scheme and authority of the absolute form. */
const ABSOLUTE = /^https?:\/\/([^/?]+)/i;

/** Of Connection and Upgrade together, which are taken apart for each request. What has more is an attack. */
const MOST_MEMBERS = 64;

const FORWARDED_METHODS = ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] as const;

export function validateRequest(head: ParsedRequest, pseudonym: string): Validation {
  const { method, target, fields } = head;
  if (method === 'CONNECT' || method === 'TRACE')
    return refused(405, 'Method Not Allowed', `${method} is not supported`, FORWARDED_METHODS);
  let host: string | undefined;
  let members = 0;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    switch (name.length) {
      case 3:
        if (name.toLowerCase() === 'via' && viaNames(fields[at + 1]!, pseudonym))
          return refused(508, 'Loop Detected', 'the request has passed this proxy before');
        break;
      case 4:
        if (name.toLowerCase() !== 'host') break;
        if (host !== undefined) return badRequest('the request has more than one Host field');
        host = fields[at + 1]!;
        break;
      case 7:
        if (name.toLowerCase() === 'upgrade') members += membersOf(fields[at + 1]!, MOST_MEMBERS - members);
        break;
      case 10:
        if (name.toLowerCase() === 'connection') members += membersOf(fields[at + 1]!, MOST_MEMBERS - members);
        break;
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break;
        if (head.minorVersion === 0) return badRequest('Transfer-Encoding is not a part of HTTP/1.0');
        if (fields[at + 1] === '') return badRequest('the Transfer-Encoding field is empty');
        if (fields[at + 1]!.toLowerCase() !== 'chunked')
          return refused(501, 'Not Implemented', 'the only transfer coding supported is chunked');
        break;
    }
  }
  if (members > MOST_MEMBERS)
    return refused(
      431,
      'Request Header Fields Too Large',
      `Connection and Upgrade have more than ${MOST_MEMBERS} members`,
    );
  if (host === undefined && head.minorVersion === 1) return badRequest('the request has no Host field');
  if (host !== undefined && !HOST.test(host)) return badRequest('the Host field is not a host with an optional port');
  if (method === 'OPTIONS' && fieldValue(fields, 'max-forwards') === '0')
    return refused(204, 'No Content', 'the request is to be forwarded no further');
  if (target.includes('#')) return badRequest('the request target has a fragment');
  if (target.startsWith('/') || (target === '*' && method === 'OPTIONS')) return { kind: 'valid', host, target };
  return absoluteTarget(method, target);
}

/** RFC 9112, section 3.2.2: the authority of the target replaces whatever Host says. */
function absoluteTarget(method: string, target: string): Validation {
  const [origin, authority] = ABSOLUTE.exec(target) ?? [];
  if (origin === undefined || authority === undefined || !HOST.test(authority))
    return badRequest('the request target is neither a path nor an absolute http URL');
  const rest = target.slice(origin.length);
  if (rest.startsWith('/')) return { kind: 'valid', host: authority, target: rest };
  // RFC 9112, section 3.2.4: a proxy turns an OPTIONS of an empty path into the asterisk form.
  return { kind: 'valid', host: authority, target: rest === '' && method === 'OPTIONS' ? '*' : `/${rest}` };
}

/**
 * Whether one of the hops is ours: a protocol, white space, and then the name by itself (RFC 9110, section 7.6.3). Each
 * part of the list is looked at once, however long that is.
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

/** How many members a list may have; beyond `most` it says no more than that there are more. */
function membersOf(list: string, most: number): number {
  let count = 1;
  for (let at = list.indexOf(','); at >= 0 && count <= most; at = list.indexOf(',', at + 1)) count++;
  return count;
}

function badRequest(detail: string): Validation {
  return refused(400, 'Bad Request', detail);
}

function refused(status: number, title: string, detail: string, fields: Fields = []): Validation {
  return { kind: 'refused', reply: { status, title, detail, fields } };
}

/** Whether the client waits for a 100 before it sends the body. An HTTP/1.0 client can't. */
export function expectsContinue(head: ParsedRequest): boolean {
  return (
    head.minorVersion === 1 &&
    head.bodyLength !== 0 &&
    fieldValue(head.fields, 'expect')?.toLowerCase() === '100-continue'
  );
}
