/**
 * Finds the route of a request that belongs to no configured route, or to one that is grouped further. For one
 * generation of the configuration.
 */
import type { Config } from '../config/types.ts';
import { pathSegments } from '../lib/path-segments.ts';
import type { RequestHead } from '../model/exchange.ts';
import { MAX_ROUTES, type RouteIndex, type RouteRow } from '../model/route.ts';
import { lookOf } from './look.ts';
import { OperationPaths } from './operations.ts';
import type { RouteNames } from './route-names.ts';
import { Templates } from './templates.ts';

/** Other methods (preflights, WebDAV) say little about a service, and would split routes in two. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * The most paths that may become routes by redirects alone. A login only redirects, and still is an endpoint. But a
 * service may redirect every unknown path to its login: then each guessed path would become a route.
 */
const MOST_REDIRECTS = 12;

export class Grouper {
  readonly #names: RouteNames;
  readonly #limit: number;
  readonly #grouped: readonly boolean[];
  readonly #rows: readonly RouteRow[];
  readonly #templates: Templates;
  readonly #operations: OperationPaths;
  /** The rows that are known to be named as this configuration requires. */
  readonly #checked = new Uint8Array(MAX_ROUTES);

  /** `rows`: by the index of a route in the configuration. */
  constructor(names: RouteNames, { grouping, routes }: Config, rows: readonly RouteRow[]) {
    this.#names = names;
    this.#limit = grouping.limit;
    this.#grouped = routes.map(({ grouped }) => grouped);
    this.#rows = rows;
    this.#templates = new Templates(grouping.templates);
    this.#operations = new OperationPaths(grouping.operations);
  }

  /**
   * The row that a request is counted in; `target` in origin-form. A path without a template becomes a route once the
   * primary responds with success, or, for a few paths, with a redirect (`status`; 0 where it gave no response). Until
   * then, requests for it are counted in the row of the configured route. So guessed paths get no routes.
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

  /** Whether a redirect makes this path a route: it consists of words, and few paths are named this way so far. */
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
