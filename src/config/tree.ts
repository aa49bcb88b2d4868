import type { Position } from './problem.ts';

/**
 * A configuration as it was written: texts in mappings and lists, each with its position. Scalars are not typed by how
 * they look (`no`, `007` and `1e3` stay as they are); the option decides what they mean.
 */
export type Tree = Scalar | Mapping | List;

export interface Scalar {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly text: string;
  /** The text in the file, if references to the environment were replaced in it. */
  readonly written?: string;
  /** The value was reported already; `text` is not what was meant. */
  readonly unreadable?: true;
}

export interface Mapping {
  readonly kind: 'mapping';
  readonly at: Position;
  readonly members: Map<string, Member>;
}

export interface Member {
  readonly keyAt: Position;
  readonly value: Tree;
}

export interface List {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: Tree[];
  /** The index at which each item was written; absent: none was removed. */
  numbers?: readonly number[];
}

export type Path = readonly PropertyKey[];

/** A path as text, such as `routes[2].match.path`; for the root, `the configuration`. */
export function nameOf(path: Path): string {
  if (path.length === 0) return 'the configuration';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

function child(tree: Tree | undefined, key: PropertyKey): Tree | undefined {
  if (tree?.kind === 'mapping') return tree.members.get(String(key))?.value;
  return tree?.kind === 'list' ? tree.items[Number(key)] : undefined;
}

export function find(tree: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(child, tree);
}

/** The innermost existing node along the path. */
export function nearest(tree: Tree, path: Path): Tree {
  let node = tree;
  for (const key of path) node = child(node, key) ?? node;
  return node;
}

/** The path as it was before items were removed from lists. */
export function asWritten(tree: Tree, path: Path): Path {
  let node: Tree | undefined = tree;
  return path.map((key) => {
    const list = node?.kind === 'list' ? node : undefined;
    node = child(node, key);
    return list?.numbers?.[Number(key)] ?? key;
  });
}

/** The part of the path that exists. */
export function existing(tree: Tree, path: Path): Path {
  const missing = path.findIndex((_, depth) => find(tree, path.slice(0, depth + 1)) === undefined);
  return missing === -1 ? path : path.slice(0, missing);
}

/** Removes the node at each path, or its closest existing parent. The root is only emptied. */
export function remove(tree: Tree, paths: readonly Path[]): void {
  const doomed = new Set(paths.map((path) => nearest(tree, path)));
  if (tree.kind === 'mapping' && doomed.has(tree)) tree.members.clear();
  sweep(tree, doomed);
}

function sweep(tree: Tree, doomed: ReadonlySet<Tree>): void {
  if (tree.kind === 'mapping') {
    for (const [key, { value }] of tree.members) {
      if (doomed.has(value)) tree.members.delete(key);
      else sweep(value, doomed);
    }
  } else if (tree.kind === 'list') {
    const kept = tree.items.flatMap((item, index) => (doomed.has(item) ? [] : [{ item, index }]));
    if (kept.length < tree.items.length) {
      const { numbers } = tree;
      tree.numbers = kept.map(({ index }) => numbers?.[index] ?? index);
      tree.items.splice(0, tree.items.length, ...kept.map(({ item }) => item));
    }
    for (const item of tree.items) sweep(item, doomed);
  }
}

/** The tree as objects, arrays and strings. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.text;
  if (tree.kind === 'list') return tree.items.map(plain);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of tree.members) object[key] = plain(value);
  return object;
}
