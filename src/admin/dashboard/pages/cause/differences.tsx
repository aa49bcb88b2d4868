import { plural } from '../../../../lib/figures.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { type ListedDifference, listedDifferences } from '../../../../results/exchange/differences.ts';
import { MarkGlyph } from '../../components/mark.tsx';
import { Code, Segments } from '../../components/recorded.tsx';

const SHOWN = 8;

export function Differences({ exchange }: { readonly exchange: StoredExchange }) {
  const listed = listedDifferences(exchange);
  if (listed.length === 0) return null;
  return (
    <>
      <DifferenceTable rows={listed.slice(0, SHOWN)} />
      {listed.length > SHOWN && (
        <details>
          <summary>{plural(listed.length - SHOWN, 'more difference')}</summary>
          <DifferenceTable rows={listed.slice(SHOWN)} />
        </details>
      )}
    </>
  );
}

function DifferenceTable({ rows }: { readonly rows: readonly ListedDifference[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section class="scroll" aria-label="Differences" tabIndex={0}>
      <table class="differences">
        <thead>
          <tr>
            <th>
              <span class="unseen">mark</span>
            </th>
            <th>kind</th>
            <th>place</th>
            <th class="leg primary">primary</th>
            <th class="leg shadow">shadow</th>
            <th>change</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <DifferenceRow key={index} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DifferenceRow({ row: { path, mark, sides, change } }: { readonly row: ListedDifference }) {
  return (
    <tr class={mark.as}>
      <td>
        <MarkGlyph mark={mark} />
      </td>
      <td>{mark.kind.replaceAll('_', ' ')}</td>
      <td>
        <Code text={path} />
      </td>
      {sides.map((side, index) => (
        <td key={index} data-leg={index === 0 ? 'primary' : 'shadow'}>
          <code>
            <Segments segments={side} />
          </code>
        </td>
      ))}
      <td>
        {change}
        {mark.as === 'accepted' && (
          <>
            {' '}
            by <Code text={mark.rule ?? ''} />
          </>
        )}
        {mark.as === 'noise' && <span class="faint"> noise</span>}
      </td>
    </tr>
  );
}
