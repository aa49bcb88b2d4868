/**
 * Which route a request belongs to: the first that matches.
 *
 * What the matcher sees is a normalized reading of the path, never what is forwarded: the part before `?`, escapes of
 * unreserved characters decoded, `.` and `..` resolved, empty segments and `;parameters` left out. So `/api/%6frders`
 * and `/x/../api//orders` are `/api/orders` to it, while `%2F` stays inside its segment.
 */
import type { Route, RouteMatch } from '../config/types.ts';
import { fieldValue } from '../wire/fields.ts';
import type { ParsedRequest } from '../wire/message.ts';

type Matcher = (head: ParsedRequest, segments: readonly string[], host: string) => boolean;

export class Router {
  readonly #matchers: readonly Matcher[];

  /** `routes`: as configured; the last matches everything. */
  constructor(routes: readonly Route[]) {
    this.#matchers = routes.slice(0, -1).map((route) => compile(route.match));
  }

  /** The index of the request's route. `target`: in origin-form. `host`: the authority, where there is one. */
  find(head: ParsedRequest, target: string, host = ''): number {
    const matchers = this.#matchers;
    if (matchers.length === 0) return 0;
    const segments = pathSegments(target);
    const hostName = host.replace(/:\d*$/, '').toLowerCase();
    for (let index = 0; index < matchers.length; index++) {
      if (matchers[index]!(head, segments, hostName)) return index;
    }
    return matchers.length;
  }
}

function compile(match: RouteMatch): Matcher {
  const conditions: Matcher[] = [];
  if (match.methods !== undefined) {
    const methods = new Set(match.methods);
    conditions.push((head) => methods.has(head.method));
  }
  if (match.host !== undefined) conditions.push(compileHost(match.host));
  if (match.path !== undefined) conditions.push(compilePath(match.path));
  for (const { name, value } of match.headers ?? []) {
    conditions.push((head) => {
      const found = fieldValue(head.fields, name);
      return found !== undefined && (value === undefined || found === value);
    });
  }
  return (head, segments, host) => conditions.every((condition) => condition(head, segments, host));
}

function compileHost(pattern: string): Matcher {
  if (!pattern.startsWith('*.')) return (_head, _segments, host) => host === pattern;
  const suffix = pattern.slice(1);
  return (_head, _segments, host) => host.length > suffix.length && host.endsWith(suffix);
}

function compilePath(template: string): Matcher {
  const parts = pathSegments(template);
  const open = parts.at(-1) === '*';
  const fixed = open ? parts.slice(0, -1) : parts;
  return (_head, segments) =>
    (open ? segments.length >= fixed.length : segments.length === fixed.length) &&
    fixed.every((part, index) => part.startsWith(':') || part === segments[index]);
}

/** The segments of a path or a template, as the matcher sees them. */
export function pathSegments(target: string): string[] {
  const query = target.indexOf('?');
  const segments: string[] = [];
  for (const raw of (query < 0 ? target : target.slice(0, query)).split('/')) {
    const segment = decodeUnreserved(raw.includes(';') ? raw.slice(0, raw.indexOf(';')) : raw);
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

/** RFC 3986, section 6.2.2.2: escapes of unreserved characters mean the characters; others keep their meaning, in upper case. */
function decodeUnreserved(segment: string): string {
  if (!segment.includes('%')) return segment;
  return segment.replace(/%([0-9a-f]{2})/gi, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escaped.toUpperCase();
  });
}
