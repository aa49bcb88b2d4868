/** Which of the configured routes a request belongs to: the first that matches. */
import type { Route, RouteMatch } from '../config/types.ts';
import { pathSegments } from '../lib/path-segments.ts';
import type { Fields } from '../model/exchange.ts';
import type { RouteIndex } from '../model/route.ts';
import { isNamed } from '../wire/fields.ts';
import type { ReceivedHead } from './request-head.ts';

type RoutedHead = Pick<ReceivedHead, 'method' | 'target' | 'authority' | 'fields'>;

type Matcher = (head: RoutedHead, segments: readonly string[], host: string) => boolean;

export class Router {
  readonly #matchers: readonly Matcher[];

  /** `routes`: as configured; the last matches everything. */
  constructor(routes: readonly Route[]) {
    this.#matchers = routes.slice(0, -1).map((route) => compile(route.match));
  }

  /** The index of the request's route. */
  find(head: RoutedHead): RouteIndex {
    return this.#indexOf(head) as RouteIndex;
  }

  #indexOf(head: RoutedHead): number {
    const matchers = this.#matchers;
    if (matchers.length === 0) return 0;
    const segments = pathSegments(head.target);
    const name = hostName(head.authority);
    for (let index = 0; index < matchers.length; index++) {
      if (matchers[index]!(head, segments, name)) return index;
    }
    return matchers.length;
  }
}

/**
 * The host of an authority in the form that matchers compare, the same for all spellings of a host (RFC 3986, sections
 * 3.2.2 and 6.2.2): in lower case, without the port and a final dot, with escapes decoded, and an IPv6 address in its
 * shortest form.
 */
function hostName(authority: string): string {
  let name = authority.replace(/:\d*$/, '').toLowerCase();
  if ((name.startsWith('[') || name.includes('%')) && URL.canParse(`http://${name}`))
    name = new URL(`http://${name}`).hostname;
  return name.endsWith('.') ? name.slice(0, -1) : name;
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
    conditions.push(({ fields }) => hasField(fields, name, value));
  }
  return (head, segments, host) => conditions.every((condition) => condition(head, segments, host));
}

/**
 * Whether a field of that name has the value; without a value, whether there is such a field. `name`: in lower case.
 */
export function hasField(fields: Fields, name: string, value: string | undefined): boolean {
  for (let at = 0; at < fields.length; at += 2) {
    if (!isNamed(fields[at]!, name)) continue;
    if (value === undefined || fields[at + 1] === value) return true;
  }
  return false;
}

function compileHost(pattern: string): Matcher {
  if (!pattern.startsWith('*.')) {
    const name = hostName(pattern);
    return (_head, _segments, host) => host === name;
  }
  const suffix = hostName(pattern.slice(1));
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
