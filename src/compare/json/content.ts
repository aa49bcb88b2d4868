import { alignInOrder, comesBefore, inLine } from '../align.ts';
import { pairAlike, pairInOrder } from './alike.ts';
import { type ArraySide, type FreeIndices, freeIndices } from './array-side.ts';
import type { HashedValue } from './likeness.ts';

/**
 * Matches free elements without a key. First equal ones, in order or moved; then changed ones: in order by likeness,
 * and finally very similar ones at any position.
 */
export function matchByContent(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  partner: Int32Array,
  unordered: boolean,
): void {
  if (free.left.length === 1 && free.right.length === 1) {
    matchBetween(left, right, partner, unordered ? [] : inLine(partner, right.elements.length, 'left'), 'left');
    if (partner[free.left[0]!]! >= 0) return;
  }
  const leftIds = ids(left, free.left);
  const rightIds = ids(right, free.right);
  const inOrder = alignInOrder(leftIds, rightIds);
  for (let at = 0; at < inOrder.length; at++) {
    if (inOrder[at]! >= 0) partner[free.left[at]!] = free.right[inOrder[at]!]!;
  }
  matchMoved(leftIds, rightIds, free, partner);
  const from = comesBefore(rightIds, leftIds) ? 'right' : 'left';
  if (unordered) matchAlike(left, right, partner, from);
  matchBetween(left, right, partner, unordered ? [] : inLine(partner, right.elements.length, from), from);
  if (!unordered) matchAlike(left, right, partner, from);
}

function ids(side: ArraySide, indices: readonly number[]): Int32Array {
  const hashes = side.hashes();
  return Int32Array.from(indices, (index) => hashes.of(side.elements[index]!, side.scopeOf(index)));
}

/** Pairs equal elements that are out of order, the first with the first. */
function matchMoved(leftIds: Int32Array, rightIds: Int32Array, free: FreeIndices, partner: Int32Array): void {
  const taken = new Set(free.left.map((index) => partner[index]!));
  const waiting = new Map<number, number[]>();
  for (let at = free.right.length - 1; at >= 0; at--) {
    const index = free.right[at]!;
    if (taken.has(index)) continue;
    const list = waiting.get(rightIds[at]!);
    if (list) list.push(index);
    else waiting.set(rightIds[at]!, [index]);
  }
  free.left.forEach((index, at) => {
    if (partner[index]! < 0) partner[index] = waiting.get(leftIds[at]!)?.pop() ?? -1;
  });
}

/** Pairs the remaining elements between two anchors: left indices of elements that kept their order. */
function matchBetween(
  left: ArraySide,
  right: ArraySide,
  partner: Int32Array,
  anchors: readonly number[],
  from: 'left' | 'right',
): void {
  const free = freeIndices(partner, right.elements.length);
  if (free.left.length === 0 || free.right.length === 0) return;
  let l = 0;
  let r = 0;
  for (const anchor of [...anchors, partner.length]) {
    const rightEnd = anchor < partner.length ? partner[anchor]! : right.elements.length;
    const leftGap: number[] = [];
    while (l < free.left.length && free.left[l]! < anchor) leftGap.push(free.left[l++]!);
    const rightGap: number[] = [];
    while (r < free.right.length && free.right[r]! < rightEnd) rightGap.push(free.right[r++]!);
    if (from === 'left') for (const [a, b] of matchGap(left, right, leftGap, rightGap)) partner[a] = b;
    else for (const [b, a] of matchGap(right, left, rightGap, leftGap)) partner[a] = b;
  }
}

/** Pairs elements with much in common, in any order. */
function matchAlike(left: ArraySide, right: ArraySide, partner: Int32Array, from: 'left' | 'right'): void {
  const free = freeIndices(partner, right.elements.length);
  if (free.left.length === 0 || free.right.length === 0) return;
  const [l, r] = [hashedValues(left, free.left), hashedValues(right, free.right)];
  if (from === 'left') for (const [a, b] of pairAlike(l, r)) partner[free.left[a]!] = free.right[b]!;
  else for (const [b, a] of pairAlike(r, l)) partner[free.left[a]!] = free.right[b]!;
}

function matchGap(
  left: ArraySide,
  right: ArraySide,
  leftGap: readonly number[],
  rightGap: readonly number[],
): readonly (readonly [number, number])[] {
  if (leftGap.length === 0 || rightGap.length === 0) return [];
  if (leftGap.length === 1 && rightGap.length === 1) return [[leftGap[0]!, rightGap[0]!]];
  const pairs = pairInOrder(hashedValues(left, leftGap), hashedValues(right, rightGap));
  return pairs.map(([a, b]) => [leftGap[a]!, rightGap[b]!]);
}

function hashedValues({ document, hashes, elements }: ArraySide, indices: readonly number[]): HashedValue[] {
  const known = hashes();
  return indices.map((index) => ({ document, hashes: known, node: elements[index]! }));
}
