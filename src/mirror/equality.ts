/** The first, cheap comparison: equal to the byte, ignored fields aside. Only what is not goes to the compare thread. */
import type { Answer } from './leg.ts';

export function sameAnswer(left: Answer, right: Answer, ignored: ReadonlySet<string>): boolean {
  return (
    left.status === right.status &&
    sameLines(left.lines, right.lines, ignored) &&
    sameBytes(left.body, right.body) &&
    left.trailers.length === right.trailers.length &&
    left.trailers.every((text, index) => text === right.trailers[index])
  );
}

/** Field lines in the same order with the same case, ignored names left out. */
export function sameLines(left: string, right: string, ignored: ReadonlySet<string>): boolean {
  if (left === right) return true;
  let l = 0;
  let r = 0;
  for (;;) {
    l = skipIgnored(left, l, ignored);
    r = skipIgnored(right, r, ignored);
    if (l === left.length || r === right.length) return l === left.length && r === right.length;
    const lEnd = left.indexOf('\r\n', l);
    const rEnd = right.indexOf('\r\n', r);
    if (lEnd - l !== rEnd - r || left.slice(l, lEnd) !== right.slice(r, rEnd)) return false;
    l = lEnd + 2;
    r = rEnd + 2;
  }
}

function skipIgnored(lines: string, from: number, ignored: ReadonlySet<string>): number {
  let at = from;
  while (at < lines.length && ignored.has(lines.slice(at, lines.indexOf(':', at)).toLowerCase())) {
    at = lines.indexOf('\r\n', at) + 2;
  }
  return at;
}

/** Two sequences of chunks with the same bytes, wherever they are cut. */
export function sameBytes(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  const l = left.length === 1 ? left[0]! : Buffer.concat(left);
  const r = right.length === 1 ? right[0]! : Buffer.concat(right);
  return l.equals(r);
}
