import { DEFAULT_ROUTE, MAX_ROUTES, OTHER_ROUTE } from '../model/route.ts';
import { collapse, crowd, findNode, growPath, PathNode, pathFor, weightOf } from './path-tree.ts';
import type { Entry, RouteLog } from './route-log.ts';

/** Rows that only configured routes may take, so that a reload finds room for all that it may bring. */
const RESERVED = 256;
/** So many words below one node, or a fifth as many names of things, are ids. */
const MANY_THINGS = 50;
/** So many collections below one node are ids themselves. */
const MANY_COLLECTIONS = 60;
/** The same where there is no room for another name. */
const MANY_WHEN_FULL = { things: 10, collections: 20 };
/** How often a thread tries again when others were faster. */
const ATTEMPTS = 16;

export interface RouteInfo {
  /** Of all rows of one route the same; another one when its path was collapsed. */
  readonly name: string;
  /** Row of the configured route whose settings are this one's. */
  readonly owner: number;
  /** Where not by the head alone, whoever reads the body names the operation, and counts the request. */
  readonly named: Entry['named'];
}

interface Row extends RouteInfo {
  name: string;
  /** Where a route that is named after a path has its place, and what of. */
  node?: PathNode;
  readonly key?: string;
}

/**
 * All routes by row, as one thread has read them from the log. Rows are never taken back: routes that turn out to be one
 * keep theirs and share a name.
 */
export class RouteNames {
  /** How many paths have a name though only redirects answered them. */
  namedByRedirects = 0;
  readonly #log: RouteLog;
  readonly #onRenamed: (from: string, to: string) => void;
  readonly #rows: Row[] = [];
  readonly #fixed = new Map<string, number>();
  /** By the row of their owner. */
  readonly #trees = new Map<number, PathNode>();
  #automatic = 0;
  #operations = 0;
  /** How long the log was when nothing could be done any more about there being too many names. */
  #stuckAt = -1;

  /** @param onRenamed hears of a route that turned out to be another. */
  constructor(log: RouteLog, onRenamed: (from: string, to: string) => void = () => {}) {
    this.#log = log;
    this.#onRenamed = onRenamed;
  }

  /** How many names there are that nobody configured. */
  get automatic(): number {
    return this.#automatic;
  }

  /** By row. `undefined` where a row is no route. */
  all(): readonly (RouteInfo | undefined)[] {
    this.#refresh();
    return this.#rows.map((row) => (row.name === '' ? undefined : row));
  }

  /** `row`: one that some thread has given out. */
  info(row: number): RouteInfo {
    if (row >= this.#rows.length) this.#refresh();
    return this.#rows[row]!;
  }

  /**
   * The rows of configured routes. Undefined where not all of them find one: no two routes may share a row, since what
   * is counted for one would be the other's, and so would the rules.
   */
  configured(names: readonly string[]): number[] | undefined {
    this.#refresh();
    const wanted = names.filter((name) => !this.#fixed.has(name)).length;
    if (wanted > MAX_ROUTES - this.#rows.length) return undefined;
    const rows = names.map((name) => this.#configuredOne(name));
    return rows.every((row) => row !== undefined) ? rows : undefined;
  }

  #configuredOne(name: string): number | undefined {
    for (;;) {
      this.#refresh();
      const known = this.#fixed.get(name);
      if (known !== undefined) return known;
      const place = this.#rows.length;
      const entry: Entry = { kind: 'fixed', owner: place, named: 'by_head', text: name };
      if (this.#log.append(place, entry) === 'full') return undefined;
    }
  }

  /** The row of a route that is named after a path, if it is known here. Costs no look at the log. */
  find(owner: number, method: string, segments: readonly string[]): number | undefined {
    const root = this.#trees.get(owner);
    return root === undefined ? undefined : findNode(root, segments)?.row(method);
  }

  /** The same for a template, by its name. */
  findFixed(owner: number, name: string): number | undefined {
    return this.#fixed.get(this.#qualified(owner, name));
  }

  /**
   * The row of a path that is a route. Where there are too many names (`limit`), the segments with most values become
   * ids; what still has no place is counted as the owner's other requests.
   */
  path(owner: number, method: string, segments: readonly string[], named: Entry['named'], limit: number): number {
    const room = this.find(owner, method, segments) === undefined ? limit : Number.POSITIVE_INFINITY;
    const row = this.#settle(room, () => {
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

  /** The row of a route that a template names. */
  template(owner: number, name: string, named: Entry['named'], limit: number): number {
    const text = this.#qualified(owner, name);
    const room = this.#fixed.has(text) ? Number.POSITIVE_INFINITY : limit;
    const row = this.#settle(room, () => {
      const known = this.#fixed.get(text);
      if (known !== undefined && (named === 'by_head' || this.#rows[known]!.named === named)) return known;
      return { kind: 'fixed', owner, named, text };
    });
    return row ?? this.#fixed.get(text) ?? this.#other(owner);
  }

  /** The row of an operation of a route; the route's own where there are too many. At most half of all names are operations. */
  operation(parent: number, name: string, limit: number): number {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const known = this.#findOperation(parent, name);
      if (known !== undefined) return known;
      if (this.#operations >= limit / 2 || this.#automatic >= limit || this.#full) return parent;
      const entry: Entry = { kind: 'operation', owner: parent, named: 'by_head', text: name };
      if (this.#log.append(this.#rows.length, entry) === 'full') return parent;
      this.#refresh();
    }
    return parent;
  }

  #findOperation(parent: number, name: string): number | undefined {
    const { node, key, name: route } = this.info(parent) as Row;
    return node === undefined ? this.#fixed.get(`${route} ${name}`) : node.row(`${key} ${name}`);
  }

  get #full(): boolean {
    return this.#rows.length >= MAX_ROUTES - RESERVED;
  }

  /** Appends what `next` wants until it is content with a row. Undefined where there is no place for it. */
  #settle(limit: number, next: () => Entry | number): number | undefined {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.#refresh();
      let entry = next();
      if (typeof entry === 'number') return entry;
      if (this.#automatic >= limit && (entry.kind === 'path' || entry.kind === 'fixed')) {
        const relief = this.#relief();
        if (relief === undefined) return undefined;
        entry = relief;
      }
      if (this.#full || this.#log.append(this.#rows.length, entry) === 'full') return undefined;
    }
    return undefined;
  }

  #other(owner: number): number {
    const name = this.#qualified(owner, OTHER_ROUTE);
    const known = this.#fixed.get(name);
    if (known !== undefined) return known;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (this.#log.append(this.#rows.length, { kind: 'fixed', owner, named: 'by_head', text: name }) === 'full') break;
      this.#refresh();
      const row = this.#fixed.get(name);
      if (row !== undefined) return row;
    }
    return owner;
  }

  /** What makes most room: the widest crowd of things, else of collections, of any owner. */
  #relief(): Entry | undefined {
    if (this.#stuckAt === this.#rows.length) return undefined;
    const widest = { things: MANY_WHEN_FULL.things - 1, collections: MANY_WHEN_FULL.collections - 1 };
    let [ofThings, ofCollections]: (Entry | undefined)[] = [];
    for (const [owner, root] of this.#trees) {
      for (const node of root.nodes()) {
        const { things, collections } = crowd(node);
        const entry = { owner, named: 'by_head', text: node.path } as const;
        if (things > widest.things) [widest.things, ofThings] = [things, { ...entry, kind: 'collapse' }];
        if (collections > widest.collections)
          [widest.collections, ofCollections] = [collections, { ...entry, kind: 'collapse_all' }];
      }
    }
    const relief = ofThings ?? ofCollections;
    if (relief === undefined) this.#stuckAt = this.#rows.length;
    return relief;
  }

  #refresh(): void {
    for (let entry = this.#log.read(this.#rows.length); entry !== undefined; ) {
      this.#apply(entry, this.#rows.length);
      entry = this.#log.read(this.#rows.length);
    }
  }

  #apply({ kind, owner, named, text }: Entry, row: number): void {
    switch (kind) {
      case 'fixed':
        this.#rows.push({ name: text, owner, named });
        if (owner !== row && !this.#fixed.has(text) && text !== this.#qualified(owner, OTHER_ROUTE)) this.#automatic++;
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
        this.#rows.push({ name: '', owner, named });
        this.#collapse(this.#grow(owner, text), kind === 'collapse' ? 'things' : 'all', owner);
    }
  }

  #grow(owner: number, path: string): PathNode {
    let root = this.#trees.get(owner);
    if (root === undefined) {
      root = new PathNode();
      this.#trees.set(owner, root);
    }
    return growPath(root, path);
  }

  #applyOperation(parent: number, text: string, row: number): void {
    const { node, key, name, owner, named } = this.#rows[parent]!;
    this.#operations++;
    if (node !== undefined) {
      this.#place(row, { owner, named, key: `${key} ${text}` }, node);
      return;
    }
    const full = `${name} ${text}`;
    if (!this.#fixed.has(full)) this.#automatic++;
    this.#fixed.set(full, row);
    this.#rows.push({ name: full, owner, named });
  }

  #place(row: number, route: { owner: number; named: Entry['named']; key: string }, node: PathNode): void {
    if (route.named !== 'by_head') node.namesOperations = true;
    const rows = node.rows.get(route.key);
    if (rows === undefined) {
      this.#automatic++;
      node.rows.set(route.key, [row]);
    } else {
      rows.push(row);
    }
    this.#rows.push({ ...route, node, name: this.#nameOf(route.owner, route.key, node) });
  }

  #collapse(node: PathNode, what: 'things' | 'all', owner: number): void {
    const before = countRoutes(node);
    collapse(node, what);
    this.#automatic -= before - countRoutes(node);
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
    for (const [from, to] of renamed) this.#onRenamed(from, to);
  }

  #nameOf(owner: number, key: string, node: PathNode): string {
    const [method, operation] = key.split(' ');
    const path = node.path || '/';
    return this.#qualified(owner, operation === undefined ? `${method} ${path}` : `${method} ${path} ${operation}`);
  }

  /** A route that is grouped by choice gives its name to all that come of it. */
  #qualified(owner: number, name: string): string {
    const { name: route } = this.info(owner);
    return route === DEFAULT_ROUTE ? name : `${route} ${name}`;
  }
}

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
