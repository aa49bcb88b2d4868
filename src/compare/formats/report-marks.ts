import type { ByteOrderMark } from '../../content/charset.ts';
import type { Report } from './plain-format.ts';

/** Reports byte order marks that differ, or that only one side has: a difference whatever follows. */
export function reportMarks(left: ByteOrderMark | undefined, right: ByteOrderMark | undefined, report: Report): void {
  if (left !== right) report('byte_order_mark', '$', markText(left), markText(right));
}

function markText(mark: ByteOrderMark | undefined): string {
  return mark === undefined ? 'no byte order mark' : `byte order mark of ${mark}`;
}
