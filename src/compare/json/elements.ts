import { longestIncreasing } from '../align.ts';
import { type ArraySide, type FreeIndices, freeIndices } from './array-side.ts';
import { matchByContent } from './content.ts';
import { type KeyOptions, keyMatches } from './keys.ts';

/*
 * Matches the elements of two arrays, in this order. Elements that are equal byte for byte at both ends, or nearly
 * everywhere at the same index, are paired. The rest is paired by the configured or an evident key. Without a key,
 * equal elements are aligned (a longest common subsequence), and equal elements out of order have moved. Elements left
 * between two aligned ones are paired as changed, by likeness and in order. This does not decide whether two elements
 * are equal: every pair is compared afterwards.
 */

/** Indices into the elements of each side. */
export interface ElementPair {
  readonly left: number;
  readonly right: number;
  /** Whether it is out of order with the elements that kept their order. */
  readonly moved: boolean;
}

export interface Matching {
  /** Pairs whose bytes differ or that moved. */
  readonly pairs: readonly ElementPair[];
  /** Left elements without a right one, and the reverse. */
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Whether every element has a partner, but the order differs. Then no pair is marked as moved. */
  readonly reordered: boolean;
  /** How the elements were matched, for people. */
  readonly by: string;
}

/** How elements are matched, with and without a configured key. */
export interface MatchingOptions extends KeyOptions {
  readonly unordered: boolean;
}

export function matchElements(left: ArraySide, right: ArraySide, options: MatchingOptions): Matching {
  const same: Same = (l, r) => options.documents.same(left.elements[l]!, right.elements[r]!);
  const partner = takeEqual(left.elements.length, right.elements.length, same);
  const free = freeIndices(partner, right.elements.length);
  const by = matchFree(left, right, free, partner, options);
  return { ...toMatching(partner, right.elements.length, same), by };
}

function matchFree(
  left: ArraySide,
  right: ArraySide,
  free: FreeIndices,
  partner: Int32Array,
  options: MatchingOptions,
): string {
  if (free.left.length === 0 || free.right.length === 0) return 'their bytes';
  const matches = keyMatches(left, right, free, options);
  if (matches === undefined) {
    matchByContent(left, right, free, partner, options.unordered);
    return 'content';
  }
  for (const [l, r] of matches.pairs) partner[l] = r;
  return `member ${matches.key}`;
}

/** Whether two elements, given by index, have the same bytes. */
type Same = (left: number, right: number) => boolean;

/** Above this share of equal elements at equal indices, these are paired without further checks. */
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

function toMatching(partner: Int32Array, rightLength: number, same: Same): Omit<Matching, 'by'> {
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
