import { printable } from '../../../../lib/printable.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { legsOf } from '../../../../results/exchange/bodies.ts';
import { type FieldRow, fieldRows } from '../../../../results/exchange/fields.ts';
import { MarkGlyph } from '../../components/mark.tsx';
import { Segments } from '../../components/recorded.tsx';
import { LegsTable } from './legs-table.tsx';

/** The header and trailer fields of the responses beside each other, in alphabetical order. */
export function HeaderFields({ exchange }: { readonly exchange: StoredExchange }) {
  const legs = legsOf(exchange).map(({ name }) => name);
  const trailers = fieldRows(exchange, 'trailers');
  return (
    <LegsTable name="Header fields" legs={legs}>
      <FieldRows rows={fieldRows(exchange, 'fields')} legs={legs} />
      {trailers.length > 0 && <FieldRows rows={trailers} legs={legs} title="Trailers" />}
    </LegsTable>
  );
}

function FieldRows({
  rows,
  legs,
  title,
}: {
  readonly rows: readonly FieldRow[];
  readonly legs: readonly string[];
  readonly title?: string;
}) {
  return (
    <tbody>
      {title !== undefined && (
        <tr>
          <td />
          <td colSpan={legs.length} class="faint">
            {title}
          </td>
        </tr>
      )}
      {rows.map(({ name, cells, mark, change }, index) => (
        <tr key={`${name} ${index}`} class={mark?.as ?? 'equal'}>
          <td>{mark && <MarkGlyph mark={mark} />}</td>
          {cells.map((cell, side) => (
            <td key={legs[side]} class={`${legs[side]} ${cell ? '' : 'missing'}`} data-leg={legs[side]}>
              {cell && (
                <div class="value">
                  <span class="member">{printable(name)}: </span>
                  <Segments segments={cell} />
                  {side === 1 && change !== undefined && mark?.as === 'difference' && (
                    <span class="change">{change}</span>
                  )}
                </div>
              )}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
