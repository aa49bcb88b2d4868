import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Expand } from './environment.ts';
import { lineFinder } from './lines.ts';
import type { Position, Problem } from './problem.ts';
import { quote } from './quote.ts';
import { syntaxFaults } from './syntax.ts';
import type { List, Mapping, Member, Scalar, Tree } from './tree.ts';

/** More than any real configuration has. It stops aliases that multiply or contain themselves. */
const MAX_NODES = 50_000;
const MAX_DEPTH = 32;
const TOO_MANY = `too many values, once aliases are followed; found more than ${MAX_NODES}; allowed: ${MAX_NODES}`;
const TOO_DEEP = `nested too deeply; found more than ${MAX_DEPTH} levels; allowed: ${MAX_DEPTH}`;

/**
 * Reads YAML into a tree with positions. References to environment variables are replaced after parsing and only in
 * scalars, so that a variable cannot add structure. If there is no tree, the text is not YAML; if there is one, the
 * problems are about parts of it.
 */
export function readDocument(text: string, file: string, expand: Expand): { tree?: Tree; problems: Problem[] } {
  const find = lineFinder(text);
  const position = (offset: number): Position => ({ file, ...find(offset) });
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const problems: Problem[] = syntaxFaults(text, document).map(({ offset, message }) => ({
    ...position(offset),
    message,
  }));
  if (document.errors.length > 0) return { problems };

  const composer = new Composer(text, expand, position, (alias) => alias.resolve(document));
  const tree = composer.compose(document.contents, 0, 0);
  return { tree, problems: [...problems, ...composer.problems] };
}

class Composer {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #expand: Expand;
  readonly #position: (offset: number) => Position;
  readonly #resolve: (alias: Alias) => Node | undefined;
  readonly #reported = new Set<string>();
  #nodes = 0;

  constructor(
    text: string,
    expand: Expand,
    position: (offset: number) => Position,
    resolve: (alias: Alias) => Node | undefined,
  ) {
    this.#text = text;
    this.#expand = expand;
    this.#position = position;
    this.#resolve = resolve;
  }

  /** `offset`: the position to report for a node that has none of its own, such as a missing value. */
  compose(node: unknown, offset: number, depth: number): Tree {
    const start = startOf(node) ?? offset;
    this.#nodes += 1;
    if (this.#nodes === MAX_NODES + 1) this.#report(start, TOO_MANY);
    if (this.#nodes > MAX_NODES) return this.#unreadable(start);
    if (depth > MAX_DEPTH) return this.#refuse(start, TOO_DEEP);
    if (isAlias(node)) return this.#composeAlias(node, start, depth);
    if (isMap(node)) return this.#composeMapping(node, start, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.compose(item, start, depth + 1));
      return { kind: 'list', at: this.#position(start), items } satisfies List;
    }
    const value = isScalar(node) ? node.value : '';
    if (typeof value !== 'string')
      return this.#refuse(start, 'a tagged value; found a tag; allowed: text, mappings and lists');
    return this.#composeScalar(value, start, endOf(node) ?? start);
  }

  #composeAlias(alias: Alias, start: number, depth: number): Tree {
    const target = this.#resolve(alias);
    if (target !== undefined) return this.compose(target, start, depth + 1);
    return this.#refuse(
      start,
      `an alias without an anchor; found "*${alias.source}"; allowed: an anchor that stands before it, or text in quotes`,
    );
  }

  #composeScalar(value: string, start: number, end: number): Scalar {
    const { text, faults } = this.#expand(value);
    for (const { offset, message } of faults) {
      // Quoting and folding shift positions inside a scalar, so the source is searched for the reference itself.
      const inSource = this.#text.slice(start, end).indexOf(value.slice(offset, offset + 3));
      this.#report(start + Math.max(inSource, 0), message);
    }
    const scalar = { kind: 'scalar', at: this.#position(start), text } as const;
    if (faults.length > 0) return { ...scalar, unreadable: true };
    return text === value ? scalar : { ...scalar, written: value };
  }

  #composeMapping(map: YAMLMap, start: number, depth: number): Mapping {
    const members = new Map<string, Member>();
    const merged: Mapping[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair)) merged.push(...this.#mergeSources(pair, start, depth));
      else this.#addMember(members, pair, start, depth);
    }
    for (const source of merged) {
      for (const [key, member] of source.members) if (!members.has(key)) members.set(key, member);
    }
    return { kind: 'mapping', at: this.#position(start), members };
  }

  #addMember(members: Map<string, Member>, pair: Pair, start: number, depth: number): void {
    const keyStart = startOf(pair.key) ?? start;
    const key = this.#keyOf(pair.key);
    if (key === undefined) {
      this.#report(keyStart, 'a key that is not text; found a mapping or a list; allowed: text');
    } else if (key === '__proto__') {
      this.#report(keyStart, 'unknown key "__proto__"; found "__proto__"; allowed: no such key anywhere');
    } else if (members.has(key)) {
      this.#report(keyStart, `duplicate key ${quote(key)}; found again here; allowed: each key once`);
    } else {
      const value = this.compose(pair.value, keyStart, depth + 1);
      members.set(key, { keyAt: this.#position(keyStart), value });
    }
  }

  #keyOf(key: unknown): string | undefined {
    const scalar = isAlias(key) ? this.#resolve(key) : key;
    return isScalar(scalar) && typeof scalar.value === 'string' ? scalar.value : undefined;
  }

  #mergeSources(pair: Pair, start: number, depth: number): Mapping[] {
    const value = this.compose(pair.value, startOf(pair.key) ?? start, depth + 1);
    const sources = value.kind === 'list' ? value.items : [value];
    if (sources.some(({ kind }) => kind !== 'mapping')) {
      this.#report(
        startOf(pair.key) ?? start,
        'a merge of something that is not a mapping; found a scalar or a list; allowed: a mapping, or a list of mappings',
      );
    }
    return sources.filter((source) => source.kind === 'mapping');
  }

  #refuse(offset: number, message: string): Scalar {
    this.#report(offset, message);
    return this.#unreadable(offset);
  }

  #unreadable(offset: number): Scalar {
    return { kind: 'scalar', at: this.#position(offset), text: '', unreadable: true };
  }

  /** Reports each message once per position, however many aliases lead there. */
  #report(offset: number, message: string): void {
    const fault = `${offset} ${message}`;
    if (this.#reported.has(fault)) return;
    this.#reported.add(fault);
    this.problems.push({ ...this.#position(offset), message });
  }
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

function rangeOf(node: unknown): readonly number[] | undefined {
  return (node as Node | null | undefined)?.range ?? undefined;
}

const startOf = (node: unknown) => rangeOf(node)?.[0];
const endOf = (node: unknown) => rangeOf(node)?.[1];
