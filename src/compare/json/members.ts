import type { DocumentPair } from './document-pair.ts';
import { stringBytes } from './string.ts';

/** One member name of two objects, with the nodes of its values on each side; more than one where it is repeated. */
export interface MemberPair {
  /** The node of the name, in the left document if it is there. */
  readonly name: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/**
 * The members of two objects side by side, or only those whose bytes differ where the names are the same in the same
 * order, as they mostly are: then nothing is decoded and no table is made.
 */
export function pairMembers(documents: DocumentPair, leftObject: number, rightObject: number): readonly MemberPair[] {
  return pairInStep(documents, leftObject, rightObject) ?? pairByName(documents, leftObject, rightObject);
}

function pairInStep(
  documents: DocumentPair,
  leftObject: number,
  rightObject: number,
): readonly MemberPair[] | undefined {
  const { left, right } = documents;
  const pairs: MemberPair[] = [];
  const leftEnd = left.next(leftObject);
  const rightEnd = right.next(rightObject);
  let l = leftObject + 1;
  let r = rightObject + 1;
  while (l < leftEnd && r < rightEnd) {
    if (!documents.same(l, r)) return undefined;
    if (!documents.same(l + 1, r + 1)) pairs.push({ name: l, left: [l + 1], right: [r + 1] });
    l = left.next(l + 1);
    r = right.next(r + 1);
  }
  return l === leftEnd && r === rightEnd ? pairs : undefined;
}

function pairByName({ left, right }: DocumentPair, leftObject: number, rightObject: number): readonly MemberPair[] {
  const pairs = new Map<string, { name: number; left: number[]; right: number[] }>();
  for (const name of left.names(leftObject)) {
    const text = stringBytes(left, name);
    const pair = pairs.get(text);
    if (pair) pair.left.push(name + 1);
    else pairs.set(text, { name, left: [name + 1], right: [] });
  }
  for (const name of right.names(rightObject)) {
    const text = stringBytes(right, name);
    const pair = pairs.get(text);
    if (pair) pair.right.push(name + 1);
    else pairs.set(text, { name, left: [], right: [name + 1] });
  }
  return [...pairs.values()];
}
