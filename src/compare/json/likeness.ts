import type { JsonDocument } from './document.ts';
import type { JsonHashes } from './hash.ts';

/** A value whose parts have been hashed. */
export interface HashedValue {
  readonly document: JsonDocument;
  readonly hashes: JsonHashes;
  readonly node: number;
}

/** How much two values have in common, from 0 to 1: the share of equal members, or elements, among all. */
export function likeness(left: HashedValue, right: HashedValue): number {
  const type = left.document.type(left.node);
  if (type !== right.document.type(right.node) || (type !== 'object' && type !== 'array')) return 0;
  const leftParts = partsOf(left);
  const rightParts = partsOf(right);
  const waiting = new Map<number, number>();
  for (const part of leftParts) waiting.set(part, (waiting.get(part) ?? 0) + 1);
  let common = 0;
  for (const part of rightParts) {
    const count = waiting.get(part) ?? 0;
    if (count === 0) continue;
    waiting.set(part, count - 1);
    common++;
  }
  return (2 * common) / Math.max(1, leftParts.length + rightParts.length);
}

/** A number for each member or element, the same for equal ones. */
function partsOf({ document, hashes, node }: HashedValue): readonly number[] {
  return document.type(node) === 'array'
    ? document.elements(node).map((element) => hashes.known(element))
    : document.names(node).map((name) => Math.imul(hashes.known(name), 31) ^ hashes.known(name + 1));
}
