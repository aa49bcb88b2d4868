/**
 * The seen paths as a tree of segments. Below each node are literal segments and, under `:id`, all ids. A collapsed
 * node takes every further segment as an id. When a node is collapsed, its literals and everything below them are
 * merged into `:id`. A literal with ids directly below it is a collection (`/users/:id`) and stays, unless there are so
 * many collections that they are ids themselves. A literal whose requests name operations (`/graphql`) always stays.
 */
import { isPathToken } from '../lib/path-token.ts';
import type { RouteRow } from '../model/route.ts';
import { lookOf } from './look.ts';

export const ID = ':id';

/** Stands for everything deeper. */
const REST = '*';
const DEEPEST = 8;

export class PathNode {
  segment: string;
  parent: PathNode | undefined;
  readonly literals = new Map<string, PathNode>();
  ids: PathNode | undefined;
  collapsed = false;
  namesOperations = false;
  /** The rows of the routes that end here, by `METHOD` or `METHOD operation`; new counts go to the last row of each. */
  readonly rows = new Map<string, RouteRow[]>();

  constructor(segment = '', parent?: PathNode) {
    this.segment = segment;
    this.parent = parent;
  }

  get path(): string {
    return this.parent === undefined ? this.segment : `${this.parent.path}/${this.segment}`;
  }

  row(key: string): RouteRow | undefined {
    return this.rows.get(key)?.at(-1);
  }

  /** The child node for the segment at that depth. */
  child(segments: readonly string[], depth: number): PathNode | undefined {
    if (depth === DEEPEST) return this.literals.get(REST);
    const segment = segments[depth]!;
    // Looking up a fresh substring is expensive, since its hash must be computed.
    const literal = this.literals.size === 0 ? undefined : this.literals.get(segment);
    if (literal !== undefined) return literal;
    return this.ids !== undefined && (this.collapsed || isId(segments, depth)) ? this.ids : undefined;
  }

  grow(segment: string): PathNode {
    if (segment === ID) {
      this.ids ??= new PathNode(ID, this);
      return this.ids;
    }
    let node = this.literals.get(segment);
    if (node === undefined) {
      node = new PathNode(segment, this);
      this.literals.set(segment, node);
    }
    return node;
  }

  *nodes(): Generator<PathNode> {
    yield this;
    for (const node of this.literals.values()) yield* node.nodes();
    if (this.ids !== undefined) yield* this.ids.nodes();
  }
}

/**
 * Whether a segment looks like an id, or is a secret token by its position: tokens must not get into names, which are
 * shown everywhere.
 */
function isId(segments: readonly string[], at: number): boolean {
  const look = lookOf(segments[at]!);
  return look === 'id' || (look === 'slug' && isPathToken(segments, at));
}

/** The node where that path ends, if there is one. */
export function findNode(root: PathNode, segments: readonly string[]): PathNode | undefined {
  let node: PathNode | undefined = root;
  const depth = Math.min(segments.length, DEEPEST + 1);
  for (let at = 0; at < depth && node !== undefined; at++) node = node.child(segments, at);
  return node;
}

/** How an unknown path would be named, and the first literal that would be new, with its parent node. */
export function pathFor(
  root: PathNode,
  segments: readonly string[],
): { readonly path: string; readonly gap?: { readonly node: PathNode; readonly segment: string } } {
  let node: PathNode | undefined = root;
  let gap: { readonly node: PathNode; readonly segment: string } | undefined;
  let path = '';
  for (let at = 0; at < Math.min(segments.length, DEEPEST + 1); at++) {
    const segment = segments[at]!;
    const next: PathNode | undefined = node?.child(segments, at);
    let name = next?.segment ?? segment;
    if (at === DEEPEST) name = REST;
    else if (next === undefined && (node?.collapsed || isId(segments, at))) name = ID;
    else if (next === undefined && node !== undefined) gap = { node, segment };
    path += `/${name}`;
    node = next;
  }
  return { path: path === '' ? '/' : path, ...(gap && { gap }) };
}

/** The node of a path as written by `pathFor` and `PathNode.path`; missing nodes are added. */
export function growPath(root: PathNode, path: string): PathNode {
  let node = root;
  for (const segment of path.split('/')) if (segment !== '') node = node.grow(segment);
  return node;
}

/** How strongly the segments below a node look like ids: counts things and collections separately. */
export function crowd(node: PathNode): { readonly things: number; readonly collections: number } {
  let things = 0;
  let collections = 0;
  for (const literal of node.literals.values()) {
    if (stays(literal)) continue;
    if (literal.ids !== undefined) collections++;
    else things += weightOf(literal.segment);
  }
  return { things, collections };
}

/** The name of a thing counts more than a word. */
export function weightOf(segment: string): number {
  return lookOf(segment) === 'slug' ? 5 : 1;
}

/** Turns the literals below a node into ids: all of them, or only the things. */
export function collapse(node: PathNode, what: 'things' | 'all'): void {
  node.collapsed = true;
  for (const [segment, literal] of node.literals) {
    if (stays(literal) || (what === 'things' && literal.ids !== undefined)) continue;
    node.literals.delete(segment);
    absorb(node.grow(ID), literal);
  }
}

function stays({ segment, namesOperations }: PathNode): boolean {
  return namesOperations || segment === REST;
}

function absorb(into: PathNode, from: PathNode): void {
  into.collapsed ||= from.collapsed;
  into.namesOperations ||= from.namesOperations;
  for (const [key, rows] of from.rows) {
    const known = into.rows.get(key);
    if (known === undefined) into.rows.set(key, rows);
    else known.push(...rows);
  }
  for (const literal of from.literals.values()) absorb(into.grow(literal.segment), literal);
  if (from.ids !== undefined) absorb(into.grow(ID), from.ids);
}
