import type { Segment } from '../../../../src/results/exchange/cut.ts';
import type { Part } from '../../../../src/results/exchange/rows.ts';

/** Rows as a person would type them: what differs in brackets, the mark in angle brackets. */
export function asText(parts: readonly Part[]): readonly string[] {
  return parts.flatMap(({ kind, rows }) => {
    if (kind === 'fold') return [`(${rows.length} rows)`];
    return rows.map(({ depth, name, cells, mark, change, controlDiffers }) => {
      const label = name === undefined ? '' : `${name}: `;
      const shown = cells.map((cell) => (cell ?? []).map(segmentText).join('')).join(' | ');
      const said = mark && ` <${mark.as} ${mark.kind}${mark.rule === undefined ? '' : ` by ${mark.rule}`}>`;
      const more = `${said ?? ''}${change === undefined ? '' : ` ${change}`}${controlDiffers ? ' (control differs)' : ''}`;
      return `${'  '.repeat(depth)}${label}${shown}${more}`;
    });
  });
}

export function segmentText({ kind, text }: Segment): string {
  return kind === 'same' ? text : kind === 'differs' ? `[${text}]` : `<${text}>`;
}
