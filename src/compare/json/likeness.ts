import type { JsonDocument } from '../../content/json/document.ts';
import type { JsonHashes } from './hash.ts';

/** A value whose parts have been hashed. */
export interface HashedValue {
  readonly document: JsonDocument;
  readonly hashes: JsonHashes;
  readonly node: number;
}

/** The weight of a member with the same name but another value. */
const SAME_NAME = 0.35;
/** The likeness of two different values with the same type, and with different types. */
const SAME_TYPE = 0.1;
const ANY_TYPE = 0.01;

/** Objects and arrays with more parts than this are not examined further. */
const MOST_PARTS = 32;

/**
 * How much two values have in common, from 0 to 1: for objects the share of equal members among all members; a member
 * with only its name in common counts less. Objects without a common name have a likeness of 0.
 */
export function likeness(left: HashedValue, right: HashedValue, depth = 0): number {
  const type = left.document.type(left.node);
  if (type !== right.document.type(right.node)) return ANY_TYPE;
  if (type === 'object') return objectLikeness(left, right, depth);
  return type === 'array' ? SAME_TYPE + (1 - SAME_TYPE) * arrayLikeness(left, right) : SAME_TYPE;
}

function objectLikeness(left: HashedValue, right: HashedValue, depth: number): number {
  const leftNames = left.document.names(left.node);
  const rightNames = right.document.names(right.node);
  if (leftNames.length === 0 || rightNames.length === 0) return SAME_TYPE;
  const nameOf = new Map(leftNames.map((name) => [left.hashes.known(name), name]));
  let common = 0;
  for (const name of rightNames) {
    const same = nameOf.get(right.hashes.known(name));
    if (same !== undefined) common += valueLikeness({ ...left, node: same + 1 }, { ...right, node: name + 1 }, depth);
  }
  return (2 * common) / (leftNames.length + rightNames.length);
}

/** The likeness of the values of two members with the same name. */
function valueLikeness(left: HashedValue, right: HashedValue, depth: number): number {
  if (left.hashes.known(left.node) === right.hashes.known(right.node)) return 1;
  if (depth > 0 || !isSmallContainer(left) || !isSmallContainer(right)) return SAME_NAME;
  return SAME_NAME + (1 - SAME_NAME) * likeness(left, right, depth + 1);
}

function isSmallContainer({ document, node }: HashedValue): boolean {
  return document.next(node) - node - 1 <= MOST_PARTS && document.next(node) > node + 1;
}

function arrayLikeness(left: HashedValue, right: HashedValue): number {
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

/** A hash for each member or element. */
export function partsOf({ document, hashes, node }: HashedValue): readonly number[] {
  switch (document.type(node)) {
    case 'array':
      return document.elements(node).map((element) => hashes.known(element));
    case 'object':
      return document.names(node).map((name) => Math.imul(hashes.known(name), 31) ^ hashes.known(name + 1));
    default:
      return [];
  }
}

/** A hash that is equal for values of one type, and for objects with the same names. */
export function shapeOf({ document, hashes, node }: HashedValue): number {
  const type = document.type(node);
  if (type !== 'object') return type.length;
  return document.names(node).reduce((sum, name) => (sum + Math.imul(hashes.known(name), 0x9e3779b1)) | 0, 1);
}
