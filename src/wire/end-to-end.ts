/** Which fields are meant for one hop only, and are never forwarded. RFC 9110, section 7.6.1. */
import type { Fields, ResponseHead } from '../model/exchange.ts';
import { listMembers } from './fields.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'upgrade',
  'te',
  'transfer-encoding',
]);

/** The length rules out most other names without making them lower-case. */
const HOP_BY_HOP_LENGTHS = new Set([...HOP_BY_HOP].map((name) => name.length));

/** Fields that Connection can't remove: the message depends on them. */
const PROTECTED = new Set(['host', 'content-length', 'transfer-encoding']);

/** The end-to-end fields of a response. The client gets them, and the comparison sees them. */
export function endToEndFields({ status, fields }: ResponseHead): Fields {
  const named = connectionNames(fields);
  const bodiless = status === 204 || status < 200;
  const kept: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    if (HOP_BY_HOP_LENGTHS.has(name.length) && HOP_BY_HOP.has(name.toLowerCase())) continue;
    if (named.size > 0 && named.has(name.toLowerCase())) continue;
    // RFC 9110, section 8.6: no Content-Length with 1xx and 204.
    if (bodiless && name.toLowerCase() === 'content-length') continue;
    kept.push(name, fields[at + 1]!);
  }
  return kept;
}

/**
 * Fields that are not allowed in trailers, since a recipient may merge trailers into the head: fields for framing,
 * routing, authentication and request modifiers, and fields that proxies add. RFC 9110, section 6.5.1.
 */
const NO_TRAILERS = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'content-location',
  'trailer',
  'cache-control',
  'age',
  'expires',
  'date',
  'location',
  'retry-after',
  'vary',
  'expect',
  'max-forwards',
  'pragma',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'authorization',
  'proxy-authorization',
  'www-authenticate',
  'proxy-authentication-info',
  'authentication-info',
  'cookie',
  'set-cookie',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
  'traceparent',
  'tracestate',
]);

/** The trailer fields that are forwarded. */
export function forwardedTrailers(trailers: Fields): Fields {
  if (trailers.length === 0) return trailers;
  const kept: string[] = [];
  for (let at = 0; at < trailers.length; at += 2) {
    // A backend may treat the two characters as the same.
    const name = trailers[at]!.toLowerCase().replaceAll('_', '-');
    if (!NO_TRAILERS.has(name) && !name.startsWith('x-understudy-')) kept.push(trailers[at]!, trailers[at + 1]!);
  }
  return kept;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** The field names that Connection lists: they are meant for this hop only. */
export function connectionNames(fields: Fields): ReadonlySet<string> {
  let names: Set<string> | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    const value = fields[at + 1]!;
    if (value === 'keep-alive' || value === 'close') continue;
    names ??= new Set();
    for (const member of listMembers(value)) if (!PROTECTED.has(member)) names.add(member);
  }
  return names ?? NO_NAMES;
}
