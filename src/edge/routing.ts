/** Which of the configured routes a request belongs to: the first that matches. */
import type { Route, RouteMatch } from '../config/types.ts';
import { pathSegments } from '../grouping/path.ts';
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
