import { alignInOrder } from '../align.ts';

/** Lines up to this length are shown whole. */
const SHORT = 200;

/** Characters shown before and after a change in a longer line. */
const CONTEXT = 24;

/** A change longer than this is shown without the common beginning and end of its two sides. */
const LONG_CHANGE = 64;

/** White space, a word, or one other character. */
const TOKEN = /\s+|[\p{L}\p{M}\p{N}_]+|./gsu;

/** A changed stretch of both lines, as character offsets. */
interface Change {
  readonly leftFrom: number;
  readonly leftTo: number;
  readonly rightFrom: number;
  readonly rightTo: number;
}

/** Two lines for a person: short ones whole, of longer ones the changed words with their context. */
export function changedWords(left: string, right: string): { readonly left: string; readonly right: string } {
  if (left.length <= SHORT && right.length <= SHORT) return { left, right };
  const changes = changesOf(left, right).map((change) => trimmed(change, left, right));
  return {
    left: shown(left, changes, (change) => [change.leftFrom, change.leftTo]),
    right: shown(right, changes, (change) => [change.rightFrom, change.rightTo]),
  };
}

function changesOf(left: string, right: string): Change[] {
  const leftWords = left.match(TOKEN) ?? [];
  const rightWords = right.match(TOKEN) ?? [];
  const ids = new Map<string, number>();
  const idOf = (word: string) => {
    const id = ids.get(word) ?? ids.size;
    ids.set(word, id);
    return id;
  };
  const partner = alignInOrder(leftWords.map(idOf), rightWords.map(idOf));
  const changes: Change[] = [];
  let [leftFrom, rightFrom, leftTo, rightTo, r] = [0, 0, 0, 0, 0];
  for (let l = 0; l <= leftWords.length; l++) {
    const end = l < leftWords.length ? partner[l]! : rightWords.length;
    if (end >= 0) {
      for (; r < end; r++) rightTo += rightWords[r]!.length;
      if (leftFrom < leftTo || rightFrom < rightTo) changes.push({ leftFrom, leftTo, rightFrom, rightTo });
      rightTo += rightWords[r++]?.length ?? 0;
    }
    leftTo += leftWords[l]?.length ?? 0;
    if (end >= 0) [leftFrom, rightFrom] = [leftTo, rightTo];
  }
  return changes;
}

function trimmed(change: Change, left: string, right: string): Change {
  let { leftFrom, leftTo, rightFrom, rightTo } = change;
  if (Math.max(leftTo - leftFrom, rightTo - rightFrom) <= LONG_CHANGE) return change;
  while (leftFrom < leftTo && rightFrom < rightTo && left[leftFrom] === right[rightFrom]) {
    leftFrom++;
    rightFrom++;
  }
  while (leftFrom < leftTo && rightFrom < rightTo && left[leftTo - 1] === right[rightTo - 1]) {
    leftTo--;
    rightTo--;
  }
  return { leftFrom, leftTo, rightFrom, rightTo };
}

function shown(
  line: string,
  changes: readonly Change[],
  rangeOf: (change: Change) => readonly [number, number],
): string {
  let text = '';
  let end = 0;
  for (const change of changes) {
    const [from, to] = rangeOf(change);
    const start = Math.max(end, from - CONTEXT);
    if (start > end) text += '…';
    end = Math.min(line.length, to + CONTEXT);
    text += line.slice(start, end);
  }
  if (end < line.length) text += '…';
  return text.toWellFormed();
}
