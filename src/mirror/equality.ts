/** The first, cheap comparison: byte by byte, without ignored fields. Only unequal pairs go to the compare thread. */
import type { Fields } from '../model/exchange.ts';
import type { LegResponse } from './leg-result.ts';

export function sameResponse(left: LegResponse, right: LegResponse, ignored: ReadonlySet<string>): boolean {
  return (
    left.status === right.status &&
    sameFields(left.fields, right.fields, ignored) &&
    sameBytes(left.body, right.body) &&
    left.trailers.length === right.trailers.length &&
    left.trailers.every((text, index) => text === right.trailers[index])
  );
}

/** Fields in the same order with the same case, ignored names left out. */
export function sameFields(left: Fields, right: Fields, ignored: ReadonlySet<string>): boolean {
  let l = 0;
  let r = 0;
  for (;;) {
    // Most fields are equal, and then it does not matter whether they are ignored.
    while (l < left.length && left[l] === right[r] && left[l + 1] === right[r + 1]) {
      l += 2;
      r += 2;
    }
    if (l < left.length && ignored.has(left[l]!.toLowerCase())) l += 2;
    else if (r < right.length && ignored.has(right[r]!.toLowerCase())) r += 2;
    else return l === left.length && r === right.length;
  }
}

/** Two sequences of chunks with the same bytes, wherever they are cut. */
export function sameBytes(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  const l = left.length === 1 ? left[0]! : Buffer.concat(left);
  const r = right.length === 1 ? right[0]! : Buffer.concat(right);
  return l.equals(r);
}
