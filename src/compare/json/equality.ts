import type { DocumentPair } from './document-pair.ts';
import { nameMark } from './name-mark.ts';
import { sameScalar } from './scalar.ts';

/*
 * A new service often writes the same values differently: members in another order, more white space. Then the bytes
 * differ, but there is no difference to report. This check finds that out without paths, rules and lists. It stops at
 * the first differing value, so it costs little.
 */

/** Deeper values are left to the comparison, which has a stack of its own. */
const DEEPEST = 64;
/** Objects with more members are left to the comparison too. */
const MOST_MEMBERS = 32;

/** For each name of the open right objects: length, first and last character, or `TAKEN`; and its node. */
const marks = new Int32Array(DEEPEST * MOST_MEMBERS);
const nodes = new Int32Array(DEEPEST * MOST_MEMBERS);
const TAKEN = -1;

/** Whether two values are the same, however they are written. Also false where this check can't tell. */
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

/** Names are compared as they are written. */
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
