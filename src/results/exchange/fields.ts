/** The header fields of the responses beside each other. */
import type { Fields } from '../../model/exchange.ts';
import type { RecordedExchange, RecordedLeg } from '../../model/finding.ts';
import { legsOf } from './bodies.ts';
import { cutBeside, type Segment, seen } from './cut.ts';
import { type Mark, Marks } from './marks.ts';
import { changeInWords } from './value-change.ts';

export interface FieldRow {
  /** As the first side writes it. */
  readonly name: string;
  readonly cells: readonly (readonly Segment[] | undefined)[];
  readonly mark?: Mark;
  readonly change?: string;
}

/** As they are sent, one a line. */
export function fieldText(fields: Fields): string {
  const lines: string[] = [];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  return lines.join('\n');
}

/** In alphabetical order; a field that is there several times has a row for each. */
export function fieldRows(exchange: RecordedExchange, of: 'fields' | 'trailers'): readonly FieldRow[] {
  const marks = new Marks(exchange);
  const sides = legsOf(exchange).map(({ leg }) => numbered(leg, of));
  const keys = [...new Set(sides.flatMap((side) => [...side.keys()]))].sort();
  return keys.map((key) => {
    const found = sides.map((side) => side.get(key));
    const { name } = found.find((field) => field !== undefined)!;
    const values = found.map((field) => field?.value);
    const [primary, shadow] = values;
    const path = `${of === 'fields' ? 'header' : 'trailer'}.${name.toLowerCase()}`;
    const mark = primary === shadow ? undefined : marks.ofField(path);
    const change = primary === undefined || shadow === undefined ? undefined : changeInWords(primary, shadow);
    const cells = cutBeside(values).map((cell) => cell && seen(cell));
    return { name, cells, ...(mark && { mark }), ...(change && { change }) };
  });
}

/** By name in lower case and the number of its occurrence. */
function numbered(leg: RecordedLeg, of: 'fields' | 'trailers'): Map<string, { name: string; value: string }> {
  const fields: Fields = 'failure' in leg ? [] : leg[of];
  const seen = new Map<string, number>();
  const rows = new Map<string, { name: string; value: string }>();
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!];
    const nth = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), nth);
    rows.set(`${name.toLowerCase()} ${String(nth).padStart(4, '0')}`, { name, value });
  }
  return rows;
}
