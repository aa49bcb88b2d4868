import type { JsonDocument } from '../../content/json/document.ts';
import type { Scope } from '../rules/scope.ts';
import type { JsonHashes } from './hash.ts';

/** One of two arrays whose elements are to be matched. */
export interface ArraySide {
  readonly document: JsonDocument;
  readonly elements: readonly number[];
  readonly hashes: () => JsonHashes;
  readonly scopeOf: (index: number) => Scope;
}

/** Indices of elements without a partner. */
export interface FreeIndices {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** @param partner for each left index the right one, or -1. */
export function freeIndices(partner: Int32Array, rightLength: number): FreeIndices {
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
