import type { Scope } from '../rules/scope.ts';
import { canonicalNumber } from './decimal.ts';
import type { JsonDocument } from './document.ts';
import type { ArraySide, FreeIndices, MatchingOptions } from './elements.ts';
import { stringBytes } from './string.ts';

/** Member names that identify an element by convention, the surest first. */
const EVIDENT_KEYS = ['id', 'key', 'uuid', 'name'];

/**
 * Pairs of indices by key: the configured one, where every free element has it; otherwise the first evident one that
 * every free element has, that is unique on each side, and that at least half of the shorter array has in common:
 * ids made anew by each leg would otherwise take everything apart. Undefined if no key will do.
 */
export function keyMatches(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  options: MatchingOptions,
): readonly (readonly [number, number])[] | undefined {
  if (options.key !== undefined) {
    const configured = keysOf(left, right, free, options.key);
    if (configured) return pairUp(configured, free);
  }
  const alreadyPaired = left.elements.length - free.left.length;
  const enough = Math.min(left.elements.length, right.elements.length) / 2;
  for (const name of EVIDENT_KEYS) {
    if (isIgnored(options.elementScope, name)) continue;
    const keys = keysOf(left, right, free, name);
    if (!keys || !isUnique(keys.left) || !isUnique(keys.right)) continue;
    const pairs = pairUp(keys, free);
    if (alreadyPaired + pairs.length >= enough) return pairs;
  }
  return undefined;
}

interface Keys {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

function keysOf(left: ArraySide, right: ArraySide, free: FreeIndices, name: string): Keys | undefined {
  const leftKeys = sideKeys(left, free.left, name);
  const rightKeys = leftKeys && sideKeys(right, free.right, name);
  return rightKeys && { left: leftKeys, right: rightKeys };
}

function sideKeys(side: ArraySide, indices: readonly number[], name: string): string[] | undefined {
  const quotedName = JSON.stringify(name);
  const keys: string[] = [];
  for (const index of indices) {
    const key = keyOf(side.document, side.elements[index]!, quotedName);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

/** The key of one element, the same for all ways to write it; undefined unless it is a string or a number. */
function keyOf(document: JsonDocument, element: number, quotedName: string): string | undefined {
  if (document.type(element) !== 'object') return undefined;
  const end = document.next(element);
  for (let name = element + 1; name < end; name = document.next(name + 1)) {
    if (document.end(name) - document.start(name) !== quotedName.length) continue;
    if (document.source(name) !== quotedName) continue;
    const type = document.type(name + 1);
    if (type === 'string') return `"${stringBytes(document, name + 1)}`;
    return type === 'number' ? canonicalNumber(document.source(name + 1)) : undefined;
  }
  return undefined;
}

/** Equal keys are paired, the first with the first. */
function pairUp(keys: Keys, free: FreeIndices): (readonly [number, number])[] {
  const waiting = new Map<string, number[]>();
  for (let at = free.right.length - 1; at >= 0; at--) {
    const list = waiting.get(keys.right[at]!);
    if (list) list.push(free.right[at]!);
    else waiting.set(keys.right[at]!, [free.right[at]!]);
  }
  return free.left.flatMap((l, at) => {
    const r = waiting.get(keys.left[at]!)?.pop();
    return r === undefined ? [] : [[l, r] as const];
  });
}

function isUnique(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length;
}

function isIgnored(elementScope: Scope, name: string): boolean {
  return elementScope.child({ name }).covering.some(({ rule }) => rule.does.kind === 'ignore');
}
