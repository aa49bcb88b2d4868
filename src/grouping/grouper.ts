/** Which route a request belongs to that no configured one claims for itself, as one generation of the configuration has it. */
import type { Config } from '../config/types.ts';
import type { RequestHead } from '../model/exchange.ts';
import { MAX_ROUTES, type RouteIndex, type RouteRow } from '../model/route.ts';
import { lookOf } from './look.ts';
import { OperationPaths } from './operations.ts';
import { pathSegments } from './path.ts';
import type { RouteNames } from './route-names.ts';
import { Templates } from './templates.ts';

/** What else there is (preflights, WebDAV) says little about a service, and would make two routes of one. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Paths that redirects alone may name. A login does nothing but redirect, and is an endpoint; but where whoever is not
 * logged in is sent there from everywhere, each path that somebody guesses at would be one, too.
 */
const MOST_REDIRECTS = 12;

export class Grouper {
  readonly #names: RouteNames;
  readonly #limit: number;
  readonly #grouped: readonly boolean[];
  readonly #rows: readonly RouteRow[];
  readonly #templates: Templates;
  readonly #operations: OperationPaths;
  /** The rows that are known to be named in the way that this configuration wants. */
  readonly #checked = new Uint8Array(MAX_ROUTES);

  /** `rows`: by the index of a route in the config. */
  constructor(names: RouteNames, { grouping, routes }: Config, rows: readonly RouteRow[]) {
    this.#names = names;
    this.#limit = grouping.limit;
    this.#grouped = routes.map(({ grouped }) => grouped);
    this.#rows = rows;
    this.#templates = new Templates(grouping.templates);
    this.#operations = new OperationPaths(grouping.operations);
  }

  /**
   * The row that a request is counted in; `target` in origin-form. A path that nobody described becomes a route once the
   * primary responded with success (`status`, 0 where it gave no response), or, for a few, with a redirect: until then,
   * and for whoever guesses at paths, it is its route's own.
   */
  rowOf(
    route: RouteIndex,
    { method, fields }: Pick<RequestHead, 'method' | 'fields'>,
    target: string,
    status: number,
  ): RouteRow {
    const owner = this.#rows[route]!;
    if (!this.#grouped[route]) return owner;
    const segments = pathSegments(target);
    const template = this.#templates.find(method, segments);
    if (template === undefined && !METHODS.has(method)) return owner;
    const known =
      template === undefined ? this.#names.find(owner, method, segments) : this.#names.findFixed(owner, template);
    if (known !== undefined && this.#checked[known] === 1) return known;
    if (
      known === undefined &&
      template === undefined &&
      !isSuccess(status) &&
      !this.#isRedirect(owner, segments, status)
    )
      return owner;
    const named = this.#operations.named(segments, fields);
    const row =
      template === undefined
        ? this.#names.path(owner, method, segments, named, this.#limit)
        : this.#names.template(owner, template, named, this.#limit);
    this.#checked[row] = 1;
    return row;
  }

  /** Whether a redirect names this path: one of words, which are no guess, and while few are named so. */
  #isRedirect(owner: RouteRow, segments: readonly string[], status: number): boolean {
    const named = this.#names.namedByRedirects.get(owner) ?? 0;
    if (status < 300 || status > 399 || named >= MOST_REDIRECTS) return false;
    if (!segments.every((segment) => lookOf(segment) === 'word')) return false;
    this.#names.namedByRedirects.set(owner, named + 1);
    return true;
  }
}

function isSuccess(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304 || status === 101;
}
