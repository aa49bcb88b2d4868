import type { DocumentPair } from './document-pair.ts';
import { nameMark } from './name-mark.ts';
import { sameScalar } from './scalar.ts';

/*
 * A new service often writes the same values in another way: members in another order, more white space. Then no bytes
 * are equal, and yet there is nothing to tell. This finds that out without paths, rules and lists; where values differ it
 * stops at the first, having cost little.
 */

/** Deeper values are left to the comparison, which has a stack of its own. */
const DEEPEST = 64;
/** So are objects with more members. */
const MOST_MEMBERS = 32;

/** Length, first and last character of each name of the right objects that are open, or `TAKEN`; and its node. */
const marks = new Int32Array(DEEPEST * MOST_MEMBERS);
const nodes = new Int32Array(DEEPEST * MOST_MEMBERS);
const TAKEN = -1;

/** Whether two values are the same, however they are written. False also where that is not plain to see. */
export function areEqual(pair: DocumentPair, leftNode: number, rightNode: number, depth = 0): boolean {
  if (pair.same(leftNode, rightNode)) return true;
  const { left, right } = pair;
  const type = left.type(leftNode);
  if (type !== right.type(rightNode)) return false;
  if (type !== 'object' && type !== 'array') return sameScalar(left, leftNode, right, rightNode);
  if (depth === DEEPEST) return false;
  return type === 'array'
    ? sameElements(pair, leftNode, rightNode, depth)
    : sameMembers(pair, leftNode, rightNode, depth);
}

function sameElements(pair: DocumentPair, leftArray: number, rightArray: number, depth: number): boolean {
  const { left, right } = pair;
  const leftEnd = left.next(leftArray);
  const rightEnd = right.next(rightArray);
  let l = leftArray + 1;
  let r = rightArray + 1;
  while (l < leftEnd && r < rightEnd) {
    if (!areEqual(pair, l, r, depth + 1)) return false;
    l = left.next(l);
    r = right.next(r);
  }
  return l === leftEnd && r === rightEnd;
}

/** Names are looked for as they are written. */
function sameMembers(pair: DocumentPair, leftObject: number, rightObject: number, depth: number): boolean {
  const { left, right } = pair;
  const first = depth * MOST_MEMBERS;
  const rightEnd = right.next(rightObject);
  let end = first;
  for (let r = rightObject + 1; r < rightEnd; r = right.next(r + 1)) {
    if (end === first + MOST_MEMBERS) return false;
    marks[end] = nameMark(right, r);
    nodes[end++] = r;
  }
  const leftEnd = left.next(leftObject);
  let untaken = end - first;
  for (let l = leftObject + 1; l < leftEnd; l = left.next(l + 1)) {
    const mark = nameMark(left, l);
    let at = first;
    while (at < end && (marks[at] !== mark || !pair.same(l, nodes[at]!))) at++;
    if (at === end || !areEqual(pair, l + 1, nodes[at]! + 1, depth + 1)) return false;
    marks[at] = TAKEN;
    untaken--;
  }
  return untaken === 0;
}
