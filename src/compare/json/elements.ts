import { alignInOrder, longestIncreasing } from '../align.ts';
import type { Scope } from '../rules/scope.ts';
import type { JsonDocument } from './document.ts';
import type { DocumentPair } from './document-pair.ts';
import type { JsonHashes } from './hash.ts';
import { keyMatches } from './keys.ts';

/*
 * Which element of one array is which of the other. In this order: elements that are byte for byte equal at the ends,
 * or nearly everywhere at the same index, are taken as they are; of the rest, the configured or an evident key decides;
 * without one, equal elements are aligned (a longest common subsequence), equal elements out of line have moved,
 * and what is left between two aligned elements is taken to be changed, in order. Nothing here decides whether two
 * elements are equal in the end: every pair is compared afterwards.
 */

export interface ArraySide {
  readonly document: JsonDocument;
  readonly elements: readonly number[];
  readonly hashes: () => JsonHashes;
  readonly scopeOf: (index: number) => Scope;
}

/** Indices into the elements of each side. */
export interface ElementPair {
  readonly left: number;
  readonly right: number;
  /** Out of line with the elements that kept their order. */
  readonly moved: boolean;
}

export interface Matching {
  /** Pairs whose bytes differ or that moved. */
  readonly pairs: readonly ElementPair[];
  /** Left elements without a right one, and the reverse. */
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Every element has a partner, and the order differs. Then no pair is marked as moved. */
  readonly reordered: boolean;
}

/** How elements are told apart where nothing is configured, and otherwise. */
export interface MatchingOptions {
  readonly documents: DocumentPair;
  readonly key?: string;
  readonly unordered: boolean;
  readonly elementScope: Scope;
}

export function matchElements(left: ArraySide, right: ArraySide, options: MatchingOptions): Matching {
  const same: Same = (l, r) => options.documents.same(left.elements[l]!, right.elements[r]!);
  const partner = takeEqual(left.elements.length, right.elements.length, same);
  const free = freeIndices(partner, right.elements.length);
  const keyed = free.left.length > 0 && free.right.length > 0 && keyMatches(left, right, free, options);
  if (keyed) for (const [l, r] of keyed) partner[l] = r;
  else if (free.left.length > 0 && free.right.length > 0) matchByContent(left, right, free, partner, options.unordered);
  return toMatching(partner, right.elements.length, same);
}

/** Whether two elements, given by index, have the same bytes. */
type Same = (left: number, right: number) => boolean;

export interface FreeIndices {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Above this share of equal elements at equal indices, these are not questioned. */
const MOSTLY = 0.75;

function takeEqual(leftLength: number, rightLength: number, same: Same): Int32Array {
  const shorter = Math.min(leftLength, rightLength);
  const partner = new Int32Array(leftLength).fill(-1);

  let head = 0;
  while (head < shorter && same(head, head)) head++;
  let tail = 0;
  while (tail < shorter - head && same(leftLength - 1 - tail, rightLength - 1 - tail)) tail++;
  for (let at = 0; at < head; at++) partner[at] = at;
  for (let at = 1; at <= tail; at++) partner[leftLength - at] = rightLength - at;

  if (leftLength === rightLength) {
    const equal: number[] = [];
    for (let at = head; at < leftLength - tail; at++) if (same(at, at)) equal.push(at);
    if (equal.length >= (leftLength - tail - head) * MOSTLY) for (const at of equal) partner[at] = at;
  }
  return partner;
}

function freeIndices(partner: Int32Array, rightLength: number): FreeIndices {
  const taken = new Uint8Array(rightLength);
  const left: number[] = [];
  for (let l = 0; l < partner.length; l++) {
    if (partner[l]! < 0) left.push(l);
    else taken[partner[l]!] = 1;
  }
  const right: number[] = [];
  for (let r = 0; r < rightLength; r++) if (taken[r] === 0) right.push(r);
  return { left, right };
}

function matchByContent(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  partner: Int32Array,
  unordered: boolean,
): void {
  if (free.left.length > 1 || free.right.length > 1) {
    const leftIds = ids(left, free.left);
    const rightIds = ids(right, free.right);
    const inOrder = alignInOrder(leftIds, rightIds);
    for (let at = 0; at < inOrder.length; at++) {
      if (inOrder[at]! >= 0) partner[free.left[at]!] = free.right[inOrder[at]!]!;
    }
    matchMoved(leftIds, rightIds, free, partner);
  }
  matchBetween(partner, right.elements.length, unordered);
}

function ids(side: ArraySide, indices: readonly number[]): Int32Array {
  const hashes = side.hashes();
  return Int32Array.from(indices, (index) => hashes.of(side.elements[index]!, side.scopeOf(index)));
}

/** Pairs equal elements that are out of line, the first with the first. */
function matchMoved(leftIds: Int32Array, rightIds: Int32Array, free: FreeIndices, partner: Int32Array): void {
  const taken = new Set(free.left.map((index) => partner[index]!));
  const waiting = new Map<number, number[]>();
  free.right.forEach((index, at) => {
    if (taken.has(index)) return;
    const list = waiting.get(rightIds[at]!);
    if (list) list.push(index);
    else waiting.set(rightIds[at]!, [index]);
  });
  for (const list of waiting.values()) list.reverse();
  free.left.forEach((index, at) => {
    if (partner[index]! < 0) partner[index] = waiting.get(leftIds[at]!)?.pop() ?? -1;
  });
}

/** Pairs what is left between two elements that kept their order, in order; anywhere if order does not matter. */
function matchBetween(partner: Int32Array, rightLength: number, unordered: boolean): void {
  const { left, right } = freeIndices(partner, rightLength);
  const anchors = unordered ? [] : longestIncreasing(partner);
  let l = 0;
  let r = 0;
  for (const anchor of [...anchors, partner.length]) {
    const rightEnd = anchor < partner.length ? partner[anchor]! : rightLength;
    while (l < left.length && left[l]! < anchor && r < right.length && right[r]! < rightEnd) {
      partner[left[l++]!] = right[r++]!;
    }
    while (l < left.length && left[l]! < anchor) l++;
    while (r < right.length && right[r]! < rightEnd) r++;
  }
}

function toMatching(partner: Int32Array, rightLength: number, same: Same): Matching {
  const { left: removed, right: added } = freeIndices(partner, rightLength);
  const outOfLine = indicesOutOfLine(partner);
  const reordered = removed.length === 0 && added.length === 0 && outOfLine.size > 0;
  const pairs: ElementPair[] = [];
  for (let l = 0; l < partner.length; l++) {
    const r = partner[l]!;
    if (r < 0) continue;
    const moved = !reordered && outOfLine.has(l);
    if (moved || !same(l, r)) pairs.push({ left: l, right: r, moved });
  }
  return { pairs, removed, added, reordered };
}

/** The fewest elements with a partner that must be set aside for the rest to be in order. */
function indicesOutOfLine(partner: Int32Array): ReadonlySet<number> {
  let last = -1;
  const inOrder = partner.every((r) => {
    if (r < 0) return true;
    const follows = r > last;
    last = r;
    return follows;
  });
  if (inOrder) return NONE;
  const outOfLine = new Set<number>();
  for (let l = 0; l < partner.length; l++) if (partner[l]! >= 0) outOfLine.add(l);
  for (const l of longestIncreasing(partner)) outOfLine.delete(l);
  return outOfLine;
}

const NONE: ReadonlySet<number> = new Set();
