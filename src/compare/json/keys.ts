import type { JsonDocument } from '../../content/json/document.ts';
import { stringBytes } from '../../content/json/string.ts';
import type { Fold } from '../own/origins.ts';
import type { Scope } from '../rules/scope.ts';
import type { ArraySide, FreeIndices } from './array-side.ts';
import { canonicalNumber } from './decimal.ts';
import type { DocumentPair } from './document-pair.ts';

/** Member names that identify an element by convention, the most reliable first; `@id` is an attribute of markup. */
const EVIDENT_KEYS = ['id', '@id', 'key', 'uuid', 'name'].map((name) => ({ name, quotedName: quoted(name) }));

/** A name in its usual JSON spelling. */
function quoted(name: string): Buffer {
  return Buffer.from(JSON.stringify(name));
}

/** How elements are identified by a member. */
export interface KeyOptions {
  readonly documents: DocumentPair;
  /** The member's name where it is configured. */
  readonly key?: string;
  /** Maps strings that may be equal to the same text. */
  readonly alike: Fold | undefined;
  readonly elementScope: Scope;
}

type IndexPair = readonly [left: number, right: number];

export interface KeyMatches {
  /** The name of the member. */
  readonly key: string;
  readonly pairs: readonly IndexPair[];
}

/**
 * Pairs of indices by key: the configured key, where every free element has it. Otherwise the first evident key that
 * every free element has, that is unique on each side, and whose values at least half of the shorter array shares: ids
 * that each leg generates would otherwise pair nothing. Undefined if no key fits.
 */
export function keyMatches(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  options: KeyOptions,
): KeyMatches | undefined {
  if (options.key !== undefined) {
    const keys = keysOf(left, right, free, quoted(options.key), options.alike);
    if (keys) return { key: options.key, pairs: pairUp(keys, free) };
  }
  const alreadyPaired = left.elements.length - free.left.length;
  const enough = Math.min(left.elements.length, right.elements.length) / 2;
  for (const { name, quotedName } of EVIDENT_KEYS) {
    if (isExcused(options.elementScope, name)) continue;
    if (areInStep(left, right, free, quotedName, options)) return { key: name, pairs: pairInStep(free) };
    const keys = keysOf(left, right, free, quotedName, options.alike);
    if (!keys || !isUnique(keys.left) || !isUnique(keys.right)) continue;
    const pairs = pairUp(keys, free);
    if (alreadyPaired + pairs.length >= enough) return { key: name, pairs };
  }
  return undefined;
}

/** Checks for the usual case without decoding: the same keys in the same order. */
function areInStep(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  quotedName: Buffer,
  { documents }: KeyOptions,
): boolean {
  return (
    free.left.length === free.right.length &&
    free.left.every((l, at) => {
      const leftKey = memberNamed(left.document, left.elements[l]!, quotedName);
      if (leftKey < 0) return false;
      const rightKey = memberNamed(right.document, right.elements[free.right[at]!]!, quotedName);
      return rightKey >= 0 && isKey(left.document, leftKey) && documents.same(leftKey, rightKey);
    })
  );
}

interface Keys {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

function keysOf(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  quotedName: Buffer,
  alike: Fold | undefined,
): Keys | undefined {
  const leftKeys = sideKeys(left, free.left, quotedName, alike);
  const rightKeys = leftKeys && sideKeys(right, free.right, quotedName, alike);
  return rightKeys && { left: leftKeys, right: rightKeys };
}

function sideKeys(
  side: ArraySide,
  indices: readonly number[],
  quotedName: Buffer,
  alike: Fold = (text) => text,
): string[] | undefined {
  const keys: string[] = [];
  for (const index of indices) {
    const value = memberNamed(side.document, side.elements[index]!, quotedName);
    if (value < 0 || !isKey(side.document, value)) return undefined;
    keys.push(alike(keyText(side.document, value)));
  }
  return keys;
}

/** The value of the first member whose name has this spelling; -1 if there is none, or it is not an object. */
function memberNamed(document: JsonDocument, element: number, quotedName: Buffer): number {
  if (document.type(element) !== 'object') return -1;
  const end = document.next(element);
  for (let name = element + 1; name < end; name = document.next(name + 1)) {
    if (document.isWritten(name, quotedName)) return name + 1;
  }
  return -1;
}

function isKey(document: JsonDocument, value: number): boolean {
  const type = document.type(value);
  return type === 'string' || type === 'number';
}

/** The canonical text of a key. */
function keyText(document: JsonDocument, value: number): string {
  return document.type(value) === 'string'
    ? `"${stringBytes(document, value)}`
    : canonicalNumber(document.source(value));
}

function pairInStep(free: FreeIndices): IndexPair[] {
  return free.left.map((l, at) => [l, free.right[at]!]);
}

/** Equal keys are paired, the first with the first. */
function pairUp(keys: Keys, free: FreeIndices): IndexPair[] {
  const waiting = new Map<string, number[]>();
  for (let at = free.right.length - 1; at >= 0; at--) {
    const list = waiting.get(keys.right[at]!);
    if (list) list.push(free.right[at]!);
    else waiting.set(keys.right[at]!, [free.right[at]!]);
  }
  return free.left.flatMap((l, at): IndexPair[] => {
    const r = waiting.get(keys.left[at]!)?.pop();
    return r === undefined ? [] : [[l, r]];
  });
}

function isUnique(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length;
}

/** Whether a rule lets the member differ: then it can't identify an element. */
function isExcused(elementScope: Scope, name: string): boolean {
  return elementScope.child({ name }).covering.some(({ effect }) => effect.excuses);
}
