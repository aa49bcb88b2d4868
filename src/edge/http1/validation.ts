/**
 * Why a well-framed HTTP/1.1 request can't be forwarded, and what its target and host are. RFC 9112, section 3.2, and
 * RFC 9110, section 7.6. All of it is found in one pass over the fields.
 */
import { fieldValue } from '../../wire/fields.ts';
import type { ParsedRequest } from '../../wire/http1/message.ts';
import {
  badRequest,
  isAuthority,
  isOriginForm,
  refused,
  refuseForwarding,
  refuseLoop,
  refuseMethod,
  type Validation,
} from '../validation.ts';

/** Scheme and authority of a target in absolute form. */
const ABSOLUTE = /^https?:\/\/([^/?]+)/i;

/**
 * The most members of Connection and Upgrade together, since both are parsed for each request. A request with more is
 * an attack.
 */
const MOST_MEMBERS = 64;

export function validateRequest(head: ParsedRequest, pseudonym: string): Validation {
  const { method, target, fields } = head;
  const unsupported = refuseMethod(method);
  if (unsupported !== undefined) return unsupported;
  let host: string | undefined;
  let members = 0;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    switch (name.length) {
      case 3: {
        const loop = name.toLowerCase() === 'via' ? refuseLoop(fields[at + 1]!, pseudonym) : undefined;
        if (loop !== undefined) return loop;
        break;
      }
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
        if (head.minorVersion === 0) return badRequest('HTTP/1.0 has no Transfer-Encoding');
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
  if (host !== undefined && !isAuthority(host)) return badRequest('the Host field is not a host with an optional port');
  const last = refuseForwarding(method, fields);
  if (last !== undefined) return last;
  if (target.includes('#')) return badRequest('the request target has a fragment');
  if (isOriginForm(method, target)) return { kind: 'valid', host, target };
  return absoluteTarget(method, target);
}

/** RFC 9112, section 3.2.2: the authority of the target replaces the Host field. */
function absoluteTarget(method: string, target: string): Validation {
  const [origin, authority] = ABSOLUTE.exec(target) ?? [];
  if (origin === undefined || authority === undefined || !isAuthority(authority))
    return badRequest('the request target is neither a path nor an absolute http URL');
  const rest = target.slice(origin.length);
  if (rest.startsWith('/')) return { kind: 'valid', host: authority, target: rest };
  // RFC 9112, section 3.2.4: a proxy turns an OPTIONS of an empty path into the asterisk form.
  return { kind: 'valid', host: authority, target: rest === '' && method === 'OPTIONS' ? '*' : `/${rest}` };
}

/** How many members a list has, counted up to a little more than `most`. */
function membersOf(list: string, most: number): number {
  let count = 1;
  for (let at = list.indexOf(','); at >= 0 && count <= most; at = list.indexOf(',', at + 1)) count++;
  return count;
}

/** Whether the client waits for a 100 before it sends the body. An HTTP/1.0 client can't. */
export function expectsContinue(head: ParsedRequest): boolean {
  return (
    head.minorVersion === 1 &&
    head.bodyLength !== 0 &&
    fieldValue(head.fields, 'expect')?.toLowerCase() === '100-continue'
  );
}
