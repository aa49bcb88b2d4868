import type { JsonDocument } from '../../content/json/document.ts';
import { isEscaped, stringBytes } from '../../content/json/string.ts';
import type { Fold } from '../own/origins.ts';
import type { Scope } from '../rules/scope.ts';
import { canonicalNumber } from './decimal.ts';
import { childSteps } from './steps.ts';

/**
 * Hashes of JSON values: equal values have equal hashes, whatever the order of members and the way numbers and strings
 * are written; so have values that differ only at places covered by a rule. Used to align array elements: aligned
 * elements are compared afterwards, so a collision causes a worse alignment, but never hides a difference.
 */
export class JsonHashes {
  readonly #document: JsonDocument;
  readonly #alike: Fold | undefined;
  /** 0: not computed yet. */
  readonly #known: Int32Array;
  /** The scopes of nodes that rules reach, in the subtree being hashed. */
  readonly #scopes = new Map<number, Scope>();

  /** `alike` maps strings that may be equal to the same text. */
  constructor(document: JsonDocument, alike?: Fold) {
    this.#document = document;
    this.#alike = alike;
    this.#known = new Int32Array(document.size);
  }

  /** The hash of a node, never 0. Each node of a document is hashed once. */
  of(node: number, scope: Scope): number {
    if (this.#known[node] !== 0) return this.#known[node]!;
    if (!scope.free) this.#spread(node, scope);
    // Going backwards, children come before their parents.
    for (let at = this.#document.next(node) - 1; at >= node; at--) {
      if (this.#known[at] === 0) this.#known[at] = this.#hash(at, this.#scopes.get(at)) || 1;
    }
    this.#scopes.clear();
    return this.#known[node]!;
  }

  /** The hash of a node inside one that has been hashed. */
  known(node: number): number {
    return this.#known[node]!;
  }

  #hash(node: number, scope: Scope | undefined): number {
    if (scope?.covering.some(({ effect }) => effect.excuses)) return EXCUSED;
    switch (this.#document.type(node)) {
      case 'object':
        return this.#hashObject(node);
      case 'array':
        return this.#hashArray(node, scope?.covering.some(({ rule }) => rule.does.kind === 'unordered') ?? false);
      case 'string':
        return this.#hashString(node);
      case 'number':
        return hashText(canonicalNumber(this.#document.source(node)), NUMBER);
      default:
        return hashText(this.#document.source(node), LITERAL);
    }
  }

  #hashObject(node: number): number {
    const document = this.#document;
    let sum = 0;
    for (let name = node + 1; name < document.next(node); name = document.next(name + 1)) {
      const value = this.#known[name + 1]!;
      // A member that may differ may also be missing.
      if (value !== EXCUSED) sum = (sum + scramble(this.#known[name]! ^ Math.imul(value, 0x9e3779b1))) | 0;
    }
    return scramble(sum ^ 0x51ed270b);
  }

  #hashArray(node: number, unordered: boolean): number {
    const document = this.#document;
    let sum = 17;
    for (let element = node + 1; element < document.next(node); element = document.next(element)) {
      const hash = this.#known[element]!;
      sum = unordered ? (sum + scramble(hash)) | 0 : scramble((Math.imul(sum, 31) + hash) | 0);
    }
    return scramble(sum ^ 0x2545f491);
  }

  #hashString(node: number): number {
    if (this.#alike !== undefined) return hashText(this.#alike(stringBytes(this.#document, node)), STRING);
    const { bytes } = this.#document;
    const start = this.#document.start(node) + 1;
    const end = this.#document.end(node) - 1;
    if (isEscaped(this.#document, node)) return hashText(stringBytes(this.#document, node), STRING);
    let hash = FNV_OFFSET ^ STRING;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    return scramble(hash);
  }

  /** Notes the scope of each node below that rules reach. */
  #spread(root: number, rootScope: Scope): void {
    const document = this.#document;
    const scopes = this.#scopes.set(root, rootScope);
    for (let node = root; node < document.next(root); node++) {
      const scope = scopes.get(node);
      if (scope === undefined) continue;
      for (const { child, step } of childSteps(document, node)) {
        const childScope = scope.child(step);
        if (!childScope.free) scopes.set(child, childScope);
      }
    }
  }
}

const EXCUSED = 0x6b43a9b5;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Seeds by type, in bits that no character uses: the number 1 must not equal "1". */
const STRING = 0x10000;
const NUMBER = 0x20000;
const LITERAL = 0x30000;

/** FNV-1a over the characters, from a seed of its own for each type. */
function hashText(text: string, seed: number): number {
  let hash = FNV_OFFSET ^ seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return scramble(hash);
}

/** The finalizer of MurmurHash3. */
function scramble(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
