export interface Column {
  readonly title: string;
  /** Numbers are aligned to the right. */
  readonly align: 'left' | 'right';
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * Lines of a table no wider than `width`, titles first. If it would be wider, the widest text columns are cut. Widths
 * are in characters. `paintTitle` may add zero-width sequences.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  paintTitle: (text: string) => string,
): string[] {
  const widths = fittingWidths(
    columns,
    columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => lengthOf(row[at]!)))),
    width,
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => pad(cutTo(cell, widths[at]!), widths[at]!, columns[at]!.align))
      .join(GAP)
      .trimEnd();
  return [paintTitle(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

/** The text in at most `width` characters; `…` marks a cut. */
export function cutTo(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(width - 1, 0)).join('')}…`;
}

function fittingWidths(columns: readonly Column[], wanted: readonly number[], width: number): number[] {
  const widths = [...wanted];
  const total = () => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
  while (total() > width) {
    const text = widths.map((each, at) => (columns[at]!.align === 'left' ? each : 0));
    const widest = text.indexOf(Math.max(...text));
    if (text[widest]! <= NARROWEST) break;
    widths[widest] = Math.max(widths[widest]! - (total() - width), NARROWEST);
  }
  return widths;
}

function pad(text: string, width: number, align: Column['align']): string {
  const filling = ' '.repeat(Math.max(width - lengthOf(text), 0));
  return align === 'left' ? text + filling : filling + text;
}

function lengthOf(text: string): number {
  return [...text].length;
}
