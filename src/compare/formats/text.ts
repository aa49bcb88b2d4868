import { alignInOrder } from '../align.ts';
import { isText, toUtf8 } from '../charset.ts';
import type { PlainFormat, Report } from './format.ts';

/** Text by line. A changed line is a `value` at `line`; lines are aligned, so that an insertion shifts nothing. */
export const text: PlainFormat = {
  name: 'text',
  shape: 'plain',
  claims: ({ essence }) =>
    essence.startsWith('text/') || essence === 'application/javascript' || essence === 'application/yaml',
  compare: (left, right, report) => {
    const leftText = toUtf8(left.bytes, left.type);
    const rightText = toUtf8(right.bytes, right.type);
    if (!leftText || !rightText || !isText(leftText.bytes) || !isText(rightText.bytes)) return false;
    if (leftText.marked !== rightText.marked) {
      report('encoding', 'bytes', markText(leftText.marked), markText(rightText.marked));
    }
    compareLines(leftText.bytes.toString().split('\n'), rightText.bytes.toString().split('\n'), report);
    return true;
  },
};

function markText(marked: boolean): string {
  return marked ? 'byte order mark' : 'no byte order mark';
}

function compareLines(left: readonly string[], right: readonly string[], report: Report): void {
  const partner = alignInOrder(left.map(hashLine), right.map(hashLine));
  let l = 0;
  let r = 0;
  for (let at = 0; at <= left.length; at++) {
    const end = at < left.length ? partner[at]! : right.length;
    if (end < 0) continue;
    // Between two aligned lines, the first of one side has become the first of the other, and so on.
    for (; l < at || r < end; l++, r++) {
      if (l < at && r < end) report('value', 'line', left[l], right[r]);
      else if (l < at) report('removed', 'line', left[l], undefined);
      else report('added', 'line', undefined, right[r]);
    }
    // Hashes may collide; only equal lines are equal.
    if (at < left.length && left[at] !== right[end]) report('value', 'line', left[at], right[end]);
    l = at + 1;
    r = end + 1;
  }
}

/** FNV-1a over UTF-16 units. */
function hashLine(line: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  return hash;
}
