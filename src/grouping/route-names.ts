import {
  AUTOMATIC_ROWS,
  DEFAULT_ROUTE,
  MAX_ROUTES,
  OTHER_ROUTE,
  ofKey,
  type RouteRow,
  routeKey,
} from '../model/route.ts';
import { collapse, crowd, findNode, growPath, PathNode, pathFor, weightOf } from './path-tree.ts';
import type { Entry, RouteLog } from './route-log.ts';

/** From this many words below one node, or a fifth as many names of things, they are ids. */
const MANY_THINGS = 50;
/** From this many collections below one node, they are ids themselves. */
const MANY_COLLECTIONS = 60;
/** The same where there is no room for another name. */
const MANY_WHEN_FULL = { things: 10, collections: 20 };
/** How often a thread tries again when others are faster. */
const ATTEMPTS = 16;

export interface RouteInfo {
  /** The service that the route belongs to. */
  readonly service: string;
  /** Unique in its service. All rows of one route have the same name. The name changes when the path is collapsed. */
  readonly name: string;
  /** The row of the configured route whose settings apply. */
  readonly owner: RouteRow;
  /** Where the head is not enough, the thread that reads the body names the operation and counts the request. */
  readonly named: Entry['named'];
}

/** A route turned out to be another. */
type OnRenamed = (renaming: { readonly service: string; readonly from: string; readonly to: string }) => void;

interface Row extends RouteInfo {
  name: string;
  /** The node of a route that is named after a path. */
  node?: PathNode;
  readonly key?: string;
}

/**
 * All routes by row, as one thread has read them from the log. Rows are never taken back: routes that turn out to be
 * the same keep their rows and share a name.
 */
export class RouteNames {
  /** How many paths became routes by redirects alone, by the row of their owner. */
  readonly namedByRedirects = new Map<RouteRow, number>();
  readonly #log: RouteLog;
  readonly #onRenamed: OnRenamed;
  readonly #rows: Row[] = [];
  /** By their keys. */
  readonly #fixed = new Map<string, RouteRow>();
  /** By the row of their owner. */
  readonly #trees = new Map<RouteRow, PathNode>();
  /** How many automatic names each service has, and how many of them are operations. */
  readonly #automatic = new Map<string, number>();
  readonly #operations = new Map<string, number>();
  /** The length of the log when no more names of a service could be merged, by service. */
  readonly #stuckAt = new Map<string, number>();

  /** @param onRenamed hears of a route that turned out to be another. */
  constructor(log: RouteLog, onRenamed: OnRenamed = () => {}) {
    this.#log = log;
    this.#onRenamed = onRenamed;
  }

  /** The number of automatic names. */
  get automatic(): number {
    return [...this.#automatic.values()].reduce((sum, each) => sum + each, 0);
  }

  /** By row; `undefined` where a row has no route. */
  all(): readonly (RouteInfo | undefined)[] {
    this.#refresh();
    return this.#rows.map((row) => (row.name === '' ? undefined : row));
  }

  /** `row`: one that a thread has given out. */
  info(row: RouteRow): RouteInfo {
    if (row >= this.#rows.length) this.#refresh();
    return this.#rows[row]!;
  }

  /**
   * The rows of configured routes, by their keys. Undefined where there are not enough rows: no two routes may share a
   * row, since their counts and rules would be mixed.
   */
  configured(keys: readonly string[]): RouteRow[] | undefined {
    this.#refresh();
    const wanted = keys.filter((key) => !this.#fixed.has(key)).length;
    if (wanted > MAX_ROUTES - this.#rows.length) return undefined;
    const rows = keys.map((key) => this.#configuredOne(key));
    return rows.every((row) => row !== undefined) ? rows : undefined;
  }

  #configuredOne(key: string): RouteRow | undefined {
    for (;;) {
      this.#refresh();
      const known = this.#fixed.get(key);
      if (known !== undefined) return known;
      const place = this.#rows.length as RouteRow;
      const entry: Entry = { kind: 'fixed', owner: place, named: 'by_head', text: key };
      if (this.#log.append(place, entry) === 'full') return undefined;
    }
  }

  /** The row of a route that is named after a path, if this thread knows it. Does not read the log. */
  find(owner: RouteRow, method: string, segments: readonly string[]): RouteRow | undefined {
    const root = this.#trees.get(owner);
    return root === undefined ? undefined : findNode(root, segments)?.row(method);
  }

  /** The same for a template, by its name. */
  findFixed(owner: RouteRow, name: string): RouteRow | undefined {
    return this.#fixed.get(this.#keyIn(owner, name));
  }

  /**
   * The row of a path that is a route. Where there are too many names (`limit`), the segments with the most values
   * become ids. A path that still finds no room is counted with the owner's other requests.
   */
  path(owner: RouteRow, method: string, segments: readonly string[], named: Entry['named'], limit: number): RouteRow {
    const room = this.find(owner, method, segments) === undefined ? limit : Number.POSITIVE_INFINITY;
    const row = this.#append(owner, room, () => {
      const known = this.find(owner, method, segments);
      if (known !== undefined && (named === 'by_head' || this.#rows[known]!.named === named)) return known;
      const root = this.#trees.get(owner) ?? new PathNode();
      const { path, gap } = pathFor(root, segments);
      const crowded = gap && crowdedBy(gap);
      if (crowded !== undefined) return { kind: crowded, owner, named: 'by_head', text: gap!.node.path };
      return { kind: 'path', owner, named, text: `${method} ${path}` };
    });
    return row ?? this.find(owner, method, segments) ?? this.#other(owner);
  }

  /** The row of a route that is named by a template. */
  template(owner: RouteRow, name: string, named: Entry['named'], limit: number): RouteRow {
    const text = this.#keyIn(owner, name);
    const room = this.#fixed.has(text) ? Number.POSITIVE_INFINITY : limit;
    const row = this.#append(owner, room, () => {
      const known = this.#fixed.get(text);
      if (known !== undefined && (named === 'by_head' || this.#rows[known]!.named === named)) return known;
      return { kind: 'fixed', owner, named, text };
    });
    return row ?? this.#fixed.get(text) ?? this.#other(owner);
  }

  /** The row of an operation of a route; the route's own where there are too many. At most half of all names are operations. */
  operation(parent: RouteRow, name: string, limit: number): RouteRow {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const known = this.#findOperation(parent, name);
      if (known !== undefined) return known;
      const { service } = this.info(parent);
      if (countOf(this.#operations, service) >= limit / 2 || countOf(this.#automatic, service) >= limit || this.#full)
        return parent;
      const entry: Entry = { kind: 'operation', owner: parent, named: 'by_head', text: name };
      if (this.#log.append(this.#rows.length, entry) === 'full') return parent;
      this.#refresh();
    }
    return parent;
  }

  #findOperation(parent: RouteRow, name: string): RouteRow | undefined {
    const { node, key, service, name: route } = this.info(parent) as Row;
    return node === undefined ? this.#fixed.get(routeKey(service, `${route} ${name}`)) : node.row(`${key} ${name}`);
  }

  get #full(): boolean {
    return this.#rows.length >= AUTOMATIC_ROWS;
  }

  /** Appends the entries that `next` returns, until it returns a row. Undefined where there is no room. */
  #append(owner: RouteRow, limit: number, next: () => Entry | RouteRow): RouteRow | undefined {
    const { service } = this.info(owner);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.#refresh();
      let entry = next();
      if (typeof entry === 'number') return entry;
      if (countOf(this.#automatic, service) >= limit && (entry.kind === 'path' || entry.kind === 'fixed')) {
        const relief = this.#relief(service);
        if (relief === undefined) return undefined;
        entry = relief;
      }
      if (this.#full || this.#log.append(this.#rows.length, entry) === 'full') return undefined;
    }
    return undefined;
  }

  #other(owner: RouteRow): RouteRow {
    const key = this.#keyIn(owner, OTHER_ROUTE);
    const known = this.#fixed.get(key);
    if (known !== undefined) return known;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (this.#log.append(this.#rows.length, { kind: 'fixed', owner, named: 'by_head', text: key }) === 'full') break;
      this.#refresh();
      const row = this.#fixed.get(key);
      if (row !== undefined) return row;
    }
    return owner;
  }

  /**
   * The collapse that frees the most names of a service: of the largest crowd of things, else of collections, among its
   * owners.
   */
  #relief(service: string): Entry | undefined {
    if (this.#stuckAt.get(service) === this.#rows.length) return undefined;
    const widest = { things: MANY_WHEN_FULL.things - 1, collections: MANY_WHEN_FULL.collections - 1 };
    let [ofThings, ofCollections]: (Entry | undefined)[] = [];
    for (const [owner, root] of this.#trees) {
      if (this.#rows[owner]!.service !== service) continue;
      for (const node of root.nodes()) {
        const { things, collections } = crowd(node);
        const entry = { owner, named: 'by_head', text: node.path } as const;
        if (things > widest.things) [widest.things, ofThings] = [things, { ...entry, kind: 'collapse' }];
        if (collections > widest.collections)
          [widest.collections, ofCollections] = [collections, { ...entry, kind: 'collapse_all' }];
      }
    }
    const relief = ofThings ?? ofCollections;
    if (relief === undefined) this.#stuckAt.set(service, this.#rows.length);
    return relief;
  }

  #refresh(): void {
    for (let entry = this.#log.read(this.#rows.length); entry !== undefined; ) {
      this.#apply(entry, this.#rows.length as RouteRow);
      entry = this.#log.read(this.#rows.length);
    }
  }

  #apply({ kind, owner, named, text }: Entry, row: RouteRow): void {
    switch (kind) {
      case 'fixed':
        this.#rows.push({ ...ofKey(text), owner, named });
        if (owner !== row && !this.#fixed.has(text) && text !== this.#keyIn(owner, OTHER_ROUTE))
          this.#count(this.#automatic, row, 1);
        this.#fixed.set(text, row);
        break;
      case 'path': {
        const space = text.indexOf(' ');
        this.#place(row, { owner, named, key: text.slice(0, space) }, this.#grow(owner, text.slice(space + 1)));
        break;
      }
      case 'operation':
        this.#applyOperation(owner, text, row);
        break;
      default:
        this.#rows.push({ service: this.#rows[owner]!.service, name: '', owner, named });
        this.#collapse(this.#grow(owner, text), kind === 'collapse' ? 'things' : 'all', owner);
    }
  }

  #grow(owner: RouteRow, path: string): PathNode {
    let root = this.#trees.get(owner);
    if (root === undefined) {
      root = new PathNode();
      this.#trees.set(owner, root);
    }
    return growPath(root, path);
  }

  #applyOperation(parent: RouteRow, text: string, row: RouteRow): void {
    const { node, key, service, name, owner, named } = this.#rows[parent]!;
    this.#count(this.#operations, parent, 1);
    if (node !== undefined) {
      this.#place(row, { owner, named, key: `${key} ${text}` }, node);
      return;
    }
    const full = `${name} ${text}`;
    const fullKey = routeKey(service, full);
    if (!this.#fixed.has(fullKey)) this.#count(this.#automatic, parent, 1);
    this.#fixed.set(fullKey, row);
    this.#rows.push({ service, name: full, owner, named });
  }

  #place(row: RouteRow, route: { owner: RouteRow; named: Entry['named']; key: string }, node: PathNode): void {
    if (route.named !== 'by_head') node.namesOperations = true;
    const rows = node.rows.get(route.key);
    if (rows === undefined) {
      this.#count(this.#automatic, route.owner, 1);
      node.rows.set(route.key, [row]);
    } else {
      rows.push(row);
    }
    const { service } = this.#rows[route.owner]!;
    this.#rows.push({ ...route, node, service, name: this.#nameOf(route.owner, route.key, node) });
  }

  #collapse(node: PathNode, what: 'things' | 'all', owner: RouteRow): void {
    const before = countRoutes(node);
    collapse(node, what);
    this.#count(this.#automatic, owner, countRoutes(node) - before);
    const renamed = new Map<string, string>();
    for (const place of node.nodes()) {
      for (const [key, rows] of place.rows) {
        const name = this.#nameOf(owner, key, place);
        for (const row of rows.map((each) => this.#rows[each]!)) {
          if (row.name !== name) renamed.set(row.name, name);
          Object.assign(row, { node: place, name });
        }
      }
    }
    const { service } = this.#rows[owner]!;
    for (const [from, to] of renamed) this.#onRenamed({ service, from, to });
  }

  #nameOf(owner: RouteRow, key: string, node: PathNode): string {
    const [method, operation] = key.split(' ');
    const path = node.path || '/';
    return this.#qualified(owner, operation === undefined ? `${method} ${path}` : `${method} ${path} ${operation}`);
  }

  #count(counts: Map<string, number>, row: RouteRow, change: number): void {
    const { service } = this.#rows[row]!;
    counts.set(service, countOf(counts, service) + change);
  }

  /** The key of the route with this name, derived from an owner. */
  #keyIn(owner: RouteRow, name: string): string {
    return routeKey(this.info(owner).service, this.#qualified(owner, name));
  }

  /** A configured route that is grouped prefixes its name to all routes derived from it. */
  #qualified(owner: RouteRow, name: string): string {
    const { name: route } = this.info(owner);
    return route === DEFAULT_ROUTE ? name : `${route} ${name}`;
  }
}

const countOf = (counts: ReadonlyMap<string, number>, service: string) => counts.get(service) ?? 0;

function crowdedBy({ node, segment }: { node: PathNode; segment: string }): 'collapse' | 'collapse_all' | undefined {
  const { things, collections } = crowd(node);
  if (collections >= MANY_COLLECTIONS) return 'collapse_all';
  return things + weightOf(segment) > MANY_THINGS ? 'collapse' : undefined;
}

function countRoutes(node: PathNode): number {
  let count = 0;
  for (const { rows } of node.nodes()) count += rows.size;
  return count;
}
