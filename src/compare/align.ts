/*
 * Aligns two sequences of ids (hashes of lines or of array elements). Exact while few edits are needed; beyond that
 * by the elements that are unique on both sides, which is exact when all are. Time grows with length times a
 * constant, never with the product of the lengths. The result does not depend on which side is called left.
 */

type Ids = ArrayLike<number>;

/** For each left index the right index it is aligned with, or -1. Aligned elements are in order on both sides. */
export function alignInOrder(left: Ids, right: Ids): Int32Array {
  if (!comesBefore(right, left)) return aligned(left, right);
  const inverse = aligned(right, left);
  const partner = new Int32Array(left.length).fill(-1);
  for (let r = 0; r < inverse.length; r++) if (inverse[r]! >= 0) partner[inverse[r]!] = r;
  return partner;
}

/** Orders sequences by their content, for results that do not depend on which side is called left. */
export function comesBefore(a: Ids, b: Ids): boolean {
  if (a.length !== b.length) return a.length < b.length;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! < b[at]!;
  return false;
}

/** The most edits to search for at once, and the most work for that. */
const MOST_EDITS = 128;
const LEAST_EDITS = 16;
const MOST_WORK = 4_000_000;

function aligned(left: Ids, right: Ids): Int32Array {
  const partner = new Int32Array(left.length).fill(-1);
  const whole = trim({ left, right, partner, leftFrom: 0, leftTo: left.length, rightFrom: 0, rightTo: right.length });
  const edits = Math.max(LEAST_EDITS, Math.min(MOST_EDITS, Math.floor(MOST_WORK / (left.length + right.length + 1))));
  if (alignByEdits(whole, edits)) return partner;
  for (const gap of anchorUnique(whole)) alignByEdits(trim(gap), LEAST_EDITS);
  return partner;
}

/** A stretch of both sequences that is still to be aligned. */
interface Stretch {
  readonly left: Ids;
  readonly right: Ids;
  readonly partner: Int32Array;
  readonly leftFrom: number;
  readonly leftTo: number;
  readonly rightFrom: number;
  readonly rightTo: number;
}

/** Aligns what is equal at both ends. */
function trim(stretch: Stretch): Stretch {
  const { left, right, partner } = stretch;
  let { leftFrom, leftTo, rightFrom, rightTo } = stretch;
  while (leftFrom < leftTo && rightFrom < rightTo && left[leftFrom] === right[rightFrom]) {
    partner[leftFrom++] = rightFrom++;
  }
  while (leftFrom < leftTo && rightFrom < rightTo && left[leftTo - 1] === right[rightTo - 1]) {
    partner[--leftTo] = --rightTo;
  }
  return { ...stretch, leftFrom, leftTo, rightFrom, rightTo };
}

/**
 * The greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): `reach[k]` is the
 * furthest left position on diagonal k with the edits made so far. False, and nothing aligned, if `most` edits do
 * not suffice.
 */
function alignByEdits(stretch: Stretch, most: number): boolean {
  const { left, right, leftFrom, leftTo, rightFrom, rightTo } = stretch;
  const leftLength = leftTo - leftFrom;
  const rightLength = rightTo - rightFrom;
  if (leftLength === 0 || rightLength === 0) return true;
  if (Math.abs(leftLength - rightLength) > most) return false;
  const zero = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(reach.slice(zero - edits - 1, zero + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const below = reach[zero + diagonal + 1]!;
      const above = reach[zero + diagonal - 1]!;
      let x = diagonal === -edits || (diagonal !== edits && above < below) ? below : above + 1;
      let y = x - diagonal;
      while (x < leftLength && y < rightLength && left[leftFrom + x] === right[rightFrom + y]) {
        x++;
        y++;
      }
      reach[zero + diagonal] = x;
      if (x >= leftLength && y >= rightLength) {
        traceBack(stretch, history);
        return true;
      }
    }
  }
  return false;
}

/** Follows the furthest paths back to the start and notes the equal elements on the way. */
function traceBack({ partner, leftFrom, leftTo, rightFrom, rightTo }: Stretch, history: readonly Int32Array[]): void {
  let x = leftTo - leftFrom;
  let y = rightTo - rightFrom;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const reach = history[edits]!;
    const zero = edits + 1;
    const diagonal = x - y;
    const below = reach[zero + diagonal + 1]!;
    const above = reach[zero + diagonal - 1]!;
    const fromBelow = diagonal === -edits || (diagonal !== edits && above < below);
    const previousX = edits === 0 ? 0 : fromBelow ? below : above;
    const previousY = edits === 0 ? 0 : previousX - (fromBelow ? diagonal + 1 : diagonal - 1);
    while (x > previousX && y > previousY) partner[leftFrom + --x] = rightFrom + --y;
    x = previousX;
    y = previousY;
  }
}

/** Aligns the longest run of elements that occur once on each side; gives the stretches between them. */
function anchorUnique(stretch: Stretch): Stretch[] {
  const { left, right, partner, leftFrom, leftTo, rightFrom, rightTo } = stretch;
  const leftAt = uniquePositions(left, leftFrom, leftTo);
  const rightAt = uniquePositions(right, rightFrom, rightTo);
  const candidates = new Int32Array(leftTo - leftFrom).fill(-1);
  for (const [id, at] of leftAt) if (at >= 0) candidates[at - leftFrom] = rightAt.get(id) ?? -1;
  const anchors = longestIncreasing(candidates);

  const gaps: Stretch[] = [];
  let l = leftFrom;
  let r = rightFrom;
  for (const anchor of anchors) {
    const leftTo = leftFrom + anchor;
    const rightTo = candidates[anchor]!;
    partner[leftTo] = rightTo;
    gaps.push({ ...stretch, leftFrom: l, leftTo, rightFrom: r, rightTo });
    l = leftTo + 1;
    r = rightTo + 1;
  }
  gaps.push({ ...stretch, leftFrom: l, rightFrom: r });
  return gaps;
}

/** Where each id is; -1 for one that occurs more than once. */
function uniquePositions(ids: Ids, from: number, to: number): Map<number, number> {
  const positions = new Map<number, number>();
  for (let at = from; at < to; at++) positions.set(ids[at]!, positions.has(ids[at]!) ? -1 : at);
  return positions;
}

/**
 * The left indices of the largest set of elements that keep their order. Of several solutions, the one found from the
 * right or from the left, as requested.
 */
export function inLine(partner: Int32Array, rightLength: number, from: 'left' | 'right'): readonly number[] {
  if (from === 'left') return longestIncreasing(partner);
  const inverse = new Int32Array(rightLength).fill(-1);
  for (let l = 0; l < partner.length; l++) if (partner[l]! >= 0) inverse[partner[l]!] = l;
  return longestIncreasing(inverse).map((r) => inverse[r]!);
}

/** The indices of a longest increasing subsequence; negative values are left out. Patience sorting, O(n log n). */
export function longestIncreasing(values: ArrayLike<number>): number[] {
  /** For each length the last index of the best subsequence so far, and for each index its predecessor. */
  const ends: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value < 0) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[at] = ends[low - 1]!;
    ends[low] = at;
  }
  const run: number[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) run.push(at);
  return run.reverse();
}
