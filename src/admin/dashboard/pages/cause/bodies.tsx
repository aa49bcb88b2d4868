import { useMemo, useState } from 'preact/hooks';
import { plural } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { bodyParts, isCut, legsOf } from '../../../../results/exchange/bodies.ts';
import { CONTROL_ALONE } from '../../../../results/exchange/marks.ts';
import type { Part, Row } from '../../../../results/exchange/rows.ts';
import { MarkGlyph, markSays } from '../../components/mark.tsx';
import { Segments } from '../../components/recorded.tsx';
import { LegsTable } from './legs-table.tsx';

/** So many rows are shown at once; a body may have tens of thousands. */
const ROWS = 400;

/** The bodies beside each other. Equal parts are folded, and open with a click. */
export function Bodies({ exchange }: { readonly exchange: StoredExchange }) {
  const [opened, open] = useState<ReadonlySet<number>>(new Set());
  const [most, setMost] = useState(ROWS);
  const legs = legsOf(exchange).map(({ name }) => name);
  const parts = useMemo(() => bodyParts(exchange), [exchange]);
  if (parts.length === 0) return <p class="faint">No leg has a body.</p>;
  const shown = firstRows(parts, opened, most);
  const left = parts.length - shown.length;
  const more = (left > 0 || areRowsCut(shown)) && (
    <button type="button" onClick={() => setMost(most + 2 * ROWS)}>
      More rows
    </button>
  );
  return (
    <LegsTable name="Bodies" legs={legs} below={more || (isCut(exchange) && <CutOff />)}>
      {shown.map(({ part, rows, index }) =>
        part.kind === 'fold' && !opened.has(index) ? (
          <Fold
            key={index}
            rows={part.rows.length}
            legs={legs.length}
            onOpen={() => open(new Set([...opened, index]))}
          />
        ) : (
          <tbody key={index}>
            {rows.map((row, at) => (
              <BodyRow key={at} row={row} legs={legs} />
            ))}
          </tbody>
        ),
      )}
    </LegsTable>
  );
}

function CutOff() {
  return (
    <p class="faint">
      Here the record ends: only the beginning of each body is kept. The comparison had all of it; what it found behind
      is in the list above.
    </p>
  );
}

interface ShownPart {
  readonly index: number;
  readonly part: Part;
  readonly rows: readonly Row[];
}

/** A folded part counts as one row. */
function firstRows(parts: readonly Part[], opened: ReadonlySet<number>, most: number): readonly ShownPart[] {
  const shown: ShownPart[] = [];
  let left = most;
  for (const [index, part] of parts.entries()) {
    if (left <= 0) break;
    const isFolded = part.kind === 'fold' && !opened.has(index);
    const rows = isFolded ? [] : part.rows.slice(0, left);
    left -= isFolded ? 1 : rows.length;
    shown.push({ index, part, rows });
  }
  return shown;
}

function areRowsCut(shown: readonly ShownPart[]): boolean {
  return shown.some(({ part, rows }) => rows.length > 0 && rows.length < part.rows.length);
}

function Fold({ rows, legs, onOpen }: { readonly rows: number; readonly legs: number; readonly onOpen: () => void }) {
  return (
    <tbody>
      <tr class="fold">
        <td />
        <td colSpan={legs}>
          <button type="button" class="unfold" onClick={onOpen}>
            {plural(rows, 'equal row')}
          </button>
        </td>
      </tr>
    </tbody>
  );
}

/** The deepest indentation: beyond it rows would leave the screen. */
const DEEPEST = 16;

function BodyRow({ row, legs }: { readonly row: Row; readonly legs: readonly string[] }) {
  const { depth, name, cells, mark, change, controlDiffers } = row;
  const look = mark?.as ?? (controlDiffers ? 'noise' : 'equal');
  return (
    <tr class={look}>
      <td>{mark ? <MarkGlyph mark={mark} /> : controlDiffers && <MarkGlyph mark={CONTROL_ALONE} />}</td>
      {cells.map((cell, side) => (
        <td key={legs[side]} class={`${legs[side]} ${cell ? '' : 'missing'}`} data-leg={legs[side]}>
          {cell && (
            <div class="value" style={{ paddingLeft: `${Math.min(depth, DEEPEST) * 1.1}em` }}>
              {name !== undefined && <span class="member">{printable(name)}: </span>}
              <Segments segments={cell} />
              {side === 1 && mark && <Aside row={row} />}
              {side === 1 && change !== undefined && <span class="change">{change}</span>}
            </div>
          )}
          {cell === undefined && side === 1 && mark && <Aside row={row} />}
        </td>
      ))}
    </tr>
  );
}

/** In words what the mark says, for readers of the screen. */
function Aside({ row: { mark } }: { readonly row: Row }) {
  return <span class="unseen"> ({markSays(mark!)})</span>;
}
