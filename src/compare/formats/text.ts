import { isText, toUtf8 } from '../../content/charset.ts';
import type { Body } from '../../content/formats/format.ts';
import { alignInOrder } from '../align.ts';
import type { Fold } from '../own/origins.ts';
import type { OwnWords } from '../own/own-words.ts';
import type { PlainFormat, Report } from './plain-format.ts';
import { reportMarks } from './report-marks.ts';
import { changedWords } from './words.ts';

/**
 * Text by line. A changed line is a `value` at `line`, shown by its changed words; lines are aligned, so that an
 * insertion shifts nothing. If all lines end differently, that is one difference.
 */
export const text: PlainFormat = {
  name: 'text',
  compare: (left, right, report, own) => {
    const leftText = toUtf8(left.bytes, left.type);
    const rightText = toUtf8(right.bytes, right.type);
    if ('problem' in leftText || 'problem' in rightText) return false;
    if (!isText(leftText.bytes) || !isText(rightText.bytes)) return false;
    reportMarks(leftText.mark, rightText.mark, report);
    compareTexts(leftText.bytes.toString(), rightText.bytes.toString(), report, 'whole', own);
    return true;
  },
};

/**
 * Compares the beginnings of two texts, cut after a whole line. The following lines are unknown, so lines after the
 * last common one are not reported. False where one is not text.
 */
export function compareBeginnings(left: Body, right: Body, report: Report): boolean {
  const leftText = toUtf8(left.bytes, left.type);
  const rightText = toUtf8(right.bytes, right.type);
  if ('problem' in leftText || 'problem' in rightText) return false;
  if (!isText(leftText.bytes) || !isText(rightText.bytes)) return false;
  compareTexts(leftText.bytes.toString(), rightText.bytes.toString(), report, 'beginning');
  return true;
}

/** Whether the texts are complete. */
type Extent = 'whole' | 'beginning';

function compareTexts(left: string, right: string, report: Report, extent: Extent, own?: OwnWords): void {
  const leftEnds = lineEnds(left);
  const rightEnds = lineEnds(right);
  const told = leftEnds !== rightEnds && leftEnds !== 'several' && rightEnds !== 'several';
  const separator = told ? /\r?\n/ : '\n';
  if (told) report('encoding', 'line', `lines end in ${leftEnds}`, `lines end in ${rightEnds}`);
  // A beginning ends with a line feed; there is no line after it.
  const lines = (text: string) => text.split(separator).slice(0, extent === 'whole' ? undefined : -1);
  const [leftLines, rightLines] =
    own === undefined
      ? [lines(left), lines(right)]
      : [own.linesOf('left', lines(left)), own.linesOf('right', lines(right))];
  compareLines(leftLines, rightLines, report, extent, own?.isIn(left) || own?.isIn(right) ? own.alike : undefined);
}

/** `several`: more than one kind of line end, or none. */
function lineEnds(content: string): 'CRLF' | 'LF' | 'several' {
  const ends = content.match(/\r?\n/g) ?? [];
  const crlf = ends.filter((end) => end.length === 2).length;
  if (ends.length === 0 || (crlf > 0 && crlf < ends.length)) return 'several';
  return crlf > 0 ? 'CRLF' : 'LF';
}

function compareLines(
  left: readonly string[],
  right: readonly string[],
  report: Report,
  extent: Extent,
  alike: Fold = (line) => line,
): void {
  const idOf = (line: string) => hashLine(alike(line));
  const partner = alignInOrder(left.map(idOf), right.map(idOf));
  let l = 0;
  let r = 0;
  const last = extent === 'whole' ? left.length : left.length - 1;
  for (let at = 0; at <= last; at++) {
    const end = at < left.length ? partner[at]! : right.length;
    if (end < 0) continue;
    // Between two aligned lines, unmatched lines are paired in order: the first with the first, and so on.
    for (; l < at || r < end; l++, r++) {
      if (l < at && r < end) reportChange(left[l]!, right[r]!, report);
      else if (l < at) report('removed', 'line', left[l], undefined);
      else report('added', 'line', undefined, right[r]);
    }
    // Hashes may collide; only equal lines are equal.
    if (at < left.length && left[at] !== right[end]) reportChange(left[at]!, right[end]!, report);
    l = at + 1;
    r = end + 1;
  }
}

function reportChange(left: string, right: string, report: Report): void {
  const words = changedWords(left, right);
  report('value', 'line', { text: words.left, whole: left }, { text: words.right, whole: right });
}

/** FNV-1a over UTF-16 units. */
function hashLine(line: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  return hash;
}
