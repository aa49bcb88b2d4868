/** What makes a well-framed request unfit to be forwarded. RFC 9112, section 3.2, and RFC 9110, section 7.6. */
import { fieldValue, listMembers } from '../wire/fields.ts';
import type { ParsedRequest } from '../wire/message.ts';

/** An answer of our own to the client. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

export type Validation =
  | { readonly kind: 'valid'; readonly host: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** host [":" port] of RFC 3986, without userinfo; an IPv6 literal is in brackets. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+;=%]*)(?::[0-9]{0,5})?$/;

export function validateRequest(head: ParsedRequest, pseudonym: string): Validation {
  const { method, target, fields } = head;
  if (method === 'CONNECT')
    return refuse(405, 'Method Not Allowed', 'CONNECT is not supported: this is a gateway to one service');
  if (method === 'TRACE') return refuse(405, 'Method Not Allowed', 'TRACE is not supported');
  if (!(target.startsWith('/') || (target === '*' && method === 'OPTIONS') || isAbsolute(target))) {
    return refuse(400, 'Bad Request', 'the request target is neither a path nor an absolute http URL');
  }
  let host: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    switch (name.length) {
      case 3:
        if (name.toLowerCase() === 'via' && viaNames(fields[at + 1]!, pseudonym)) {
          return refuse(508, 'Loop Detected', 'the request has passed this proxy before');
        }
        break;
      case 4:
        if (name.toLowerCase() !== 'host') break;
        if (host !== undefined) return refuse(400, 'Bad Request', 'the request has more than one Host field');
        host = fields[at + 1]!;
        break;
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break;
        if (head.minorVersion === 0) return refuse(400, 'Bad Request', 'Transfer-Encoding is not a part of HTTP/1.0');
        if (fields[at + 1]!.toLowerCase() !== 'chunked')
          return refuse(501, 'Not Implemented', 'the only transfer coding supported is chunked');
        break;
    }
  }
  if (host === undefined) {
    if (head.minorVersion === 1) return refuse(400, 'Bad Request', 'the request has no Host field');
    return { kind: 'valid', host: '' };
  }
  if (!HOST.test(host)) return refuse(400, 'Bad Request', 'the Host field is not a host with an optional port');
  return { kind: 'valid', host };
}

function isAbsolute(target: string): boolean {
  return /^https?:\/\/[^/?#@]+(?:[/?]|$)/i.test(target);
}

function viaNames(via: string, pseudonym: string): boolean {
  return via.includes(pseudonym) && listMembers(via).some((hop) => hop.split(/\s+/)[1] === pseudonym);
}

function refuse(status: number, title: string, detail: string): Validation {
  return { kind: 'refused', refusal: { status, title, detail } };
}

/** RFC 9110, section 9.2.2: a repeated request has the effect of one. */
export function isIdempotent(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'DELETE' || method === 'OPTIONS';
}

/** Whether the client waits for a 100 before it sends the body. An HTTP/1.0 client can't. */
export function expectsContinue(head: ParsedRequest): boolean {
  return (
    head.minorVersion === 1 &&
    head.bodyLength !== 0 &&
    fieldValue(head.fields, 'expect')?.toLowerCase() === '100-continue'
  );
}
