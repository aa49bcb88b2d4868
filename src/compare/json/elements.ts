import { longestIncreasing } from '../align.ts';
import { type ArraySide, type FreeIndices, freeIndices } from './array-side.ts';
import { matchByContent } from './content.ts';
import { type KeyOptions, keyMatches } from './keys.ts';

/*
 * Which element of one array is which of the other. In this order: elements that are byte for byte equal at the ends,
 * or nearly everywhere at the same index, are taken as they are; of the rest, the configured or an evident key decides;
 * without one, equal elements are aligned (a longest common subsequence), equal elements out of line have moved,
 * and what is left between two aligned elements is taken to be changed, by likeness, in order. Nothing here decides whether two
 * elements are equal in the end: every pair is compared afterwards.
 */

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
  /** What told which element is which, for people. */
  readonly by: string;
}

/** How elements are told apart where nothing is configured, and otherwise. */
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
