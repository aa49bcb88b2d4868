import { plural } from '../../../../lib/figures.ts';
import type { Difference } from '../../../../model/difference.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { MarkGlyph } from '../../components/mark.tsx';
import { Code, Segments } from '../../components/recorded.tsx';
import { cutAround, cutEnd } from '../../exchange/cut.ts';
import { meaningOf } from '../../exchange/json-text.ts';
import type { Mark } from '../../exchange/marks.ts';
import { changeInWords } from '../../exchange/value-change.ts';

const SHOWN = 8;

interface Listed extends Difference {
  readonly mark: Mark;
}

/** What the comparison found, place by place: what counts, then noise, then what rules accept. */
export function Differences({ exchange }: { readonly exchange: StoredExchange }) {
  const { differences, noise = [], accepted, ending } = exchange;
  const counted = ending === 'noise' ? 'noise' : 'difference';
  const listed: Listed[] = [
    ...differences.map((each) => ({ ...each, mark: { as: counted, kind: each.kind } }) as const),
    ...noise.map((each) => ({ ...each, mark: { as: 'noise', kind: each.kind } }) as const),
    ...accepted.map((each) => ({ ...each, mark: { as: 'accepted', kind: each.kind, rule: each.rule } }) as const),
  ];
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

function DifferenceTable({ rows }: { readonly rows: readonly Listed[] }) {
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

function DifferenceRow({ row: { path, kind, left, right, mark } }: { readonly row: Listed }) {
  const both = left !== undefined && right !== undefined;
  const [primary, shadow] = both ? cutAround(left, right) : [left, right].map((text) => text && cutEnd(text));
  // A status is a name, though it looks like a number.
  const change = both && kind !== 'status' ? changeInWords(meaningOf(left), meaningOf(right)) : undefined;
  return (
    <tr class={mark.as}>
      <td>
        <MarkGlyph mark={mark} />
      </td>
      <td>{kind.replaceAll('_', ' ')}</td>
      <td>
        <Code text={path} />
      </td>
      {[primary, shadow].map((side, index) => (
        <td key={index} data-leg={index === 0 ? 'primary' : 'shadow'}>
          <code>{side ? <Segments segments={side} /> : <span class="faint">–</span>}</code>
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
