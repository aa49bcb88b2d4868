import type { ByteOrderMark } from '../../content/charset.ts';
import type { Report } from './plain-format.ts';

/** A byte order mark that only one side has, or that says something else there: a difference whatever follows it. */
export function reportMarks(left: ByteOrderMark | undefined, right: ByteOrderMark | undefined, report: Report): void {
  if (left !== right) report('byte_order_mark', '$', markText(left), markText(right));
}

function markText(mark: ByteOrderMark | undefined): string {
  return mark === undefined ? 'no byte order mark' : `byte order mark of ${mark}`;
}
