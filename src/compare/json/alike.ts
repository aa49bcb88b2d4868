import { alignInOrder, longestIncreasing } from '../align.ts';
import { alignByLikeness, MOST_COMPARISONS } from '../align-by-likeness.ts';
import { type HashedValue, likeness, partsOf, shapeOf } from './likeness.ts';

/*
 * Finds values of two lists that may be changed versions of each other. In short lists all pairs are checked. In long
 * lists only pairs with a rare part in common are checked, and the rest is paired by kind of value, so that the time
 * grows linearly.
 */

type IndexPair = readonly [left: number, right: number];
type Values = readonly HashedValue[];

/** The least likeness at which two values out of order are taken as the same. */
const ENOUGH = 0.5;

/** A part is rare if at most this many values have it. */
const RARE = 8;
/** The most values with rare parts in common that are checked for another value. */
const MOST_CANDIDATES = 3;

/** Pairs in order: the most alike ones, and then as many as possible between them. */
export function pairInOrder(left: Values, right: Values): readonly IndexPair[] {
  if (left.length * right.length <= MOST_COMPARISONS) {
    return alignByLikeness(left.length, right.length, (l, r) => likeness(left[l]!, right[r]!));
  }
  const partner = new Int32Array(left.length).fill(-1);
  for (const [l, r] of pairAlike(left, right)) partner[l] = r;
  const anchors = longestIncreasing(partner).map((l): IndexPair => [l, partner[l]!]);
  const pairs: IndexPair[] = [];
  let [l, r] = [0, 0];
  for (const [leftEnd, rightEnd] of [...anchors, [left.length, right.length] as const]) {
    const between = pairBetween(left.slice(l, leftEnd), right.slice(r, rightEnd));
    for (const [a, b] of between) pairs.push([l + a, r + b]);
    if (leftEnd < left.length) pairs.push([leftEnd, rightEnd]);
    [l, r] = [leftEnd + 1, rightEnd + 1];
  }
  return pairs;
}

function pairBetween(left: Values, right: Values): readonly IndexPair[] {
  if (left.length * right.length <= MOST_COMPARISONS) {
    return alignByLikeness(left.length, right.length, (l, r) => likeness(left[l]!, right[r]!));
  }
  const partner = alignInOrder(left.map(shapeOf), right.map(shapeOf));
  return [...partner].flatMap((r, l): IndexPair[] => (r < 0 ? [] : [[l, r]]));
}

/** Pairs in any order, of values with much in common; the most alike pairs come first. */
export function pairAlike(left: Values, right: Values): readonly IndexPair[] {
  const candidates = candidatePairs(left, right)
    .map(([l, r]) => ({ l, r, alike: likeness(left[l]!, right[r]!) }))
    .filter(({ alike }) => alike >= ENOUGH)
    .sort((a, b) => b.alike - a.alike || Math.abs(a.l - a.r) - Math.abs(b.l - b.r) || a.l - b.l);
  const takenLeft = new Set<number>();
  const takenRight = new Set<number>();
  return candidates.flatMap(({ l, r }): IndexPair[] => {
    if (takenLeft.has(l) || takenRight.has(r)) return [];
    takenLeft.add(l);
    takenRight.add(r);
    return [[l, r]];
  });
}

function candidatePairs(left: Values, right: Values): readonly IndexPair[] {
  if (left.length * right.length <= MOST_COMPARISONS) {
    return left.flatMap((_, l) => right.map((_, r): IndexPair => [l, r]));
  }
  const holders = new Map<number, number[]>();
  for (const [r, value] of right.entries()) {
    for (const part of partsOf(value)) {
      const list = holders.get(part);
      if (list === undefined) holders.set(part, [r]);
      else if (list.length <= RARE) list.push(r);
    }
  }
  return left.flatMap((value, l) => likeliest(value, holders).map((r): IndexPair => [l, r]));
}

function likeliest(value: HashedValue, holders: ReadonlyMap<number, readonly number[]>): readonly number[] {
  const votes = new Map<number, number>();
  for (const part of partsOf(value)) {
    const list = holders.get(part);
    if (list === undefined || list.length > RARE) continue;
    for (const r of list) votes.set(r, (votes.get(r) ?? 0) + 1);
  }
  return [...votes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_CANDIDATES)
    .map(([r]) => r);
}
