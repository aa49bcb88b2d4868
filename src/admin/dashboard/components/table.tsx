/** A table whose rows the server sorts and pages. */
import type { ComponentChildren } from 'preact';
import { count } from '../../../lib/figures.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: ComponentChildren;
  /** The name by which the server sorts; absent: it does not. */
  readonly sort?: string;
  /** `number`: right-aligned figures. `minor`: left out on a narrow screen. */
  readonly look?: 'number' | 'name' | 'minor' | 'number minor' | 'name minor';
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sorting {
  readonly by: string;
  readonly order: 'asc' | 'desc';
}

export interface Paging {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly onPage: (offset: number) => void;
}

export interface TableProps<Row> {
  /** For readers of the screen. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sorting?: Sorting;
  readonly onSort?: (sorting: Sorting) => void;
  readonly paging?: Paging;
}

export function Table<Row>({ name, columns, rows, keyOf, sorting, onSort, paging }: TableProps<Row>) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section class="scroll" aria-label={name} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)} data-row>
                {columns.map(({ key, look, cell }) => (
                  <td key={key} class={look}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {paging && (paging.total > paging.limit || paging.offset > 0) && <Pages {...paging} />}
    </>
  );
}

function Head<Row>({
  column: { title, sort, look },
  sorting,
  onSort,
}: { readonly column: Column<Row> } & {
  readonly sorting: Sorting | undefined;
  readonly onSort: ((sorting: Sorting) => void) | undefined;
}) {
  if (sort === undefined || onSort === undefined) return <th class={look}>{title}</th>;
  const order = sorting?.by === sort ? sorting.order : undefined;
  const other = order === 'desc' ? 'asc' : 'desc';
  const spoken = order === undefined ? 'none' : order === 'asc' ? 'ascending' : 'descending';
  return (
    <th class={look} aria-sort={spoken}>
      <button type="button" class="sort" onClick={() => onSort({ by: sort, order: other })}>
        {title}
        <span class="arrow" aria-hidden="true">
          {order === undefined ? '' : order === 'asc' ? '↑' : '↓'}
        </span>
      </button>
    </th>
  );
}

function Pages({ offset, limit, total, onPage }: Paging) {
  const last = Math.min(offset + limit, total);
  // There may have been more rows when the reader, or who sent the address, came here.
  const isBehind = offset >= total;
  const before = isBehind ? Math.floor((total - 1) / limit) * limit : Math.max(0, offset - limit);
  return (
    <nav class="pages" aria-label="Pages of the table">
      <button type="button" disabled={offset === 0} onClick={() => onPage(before)}>
        Previous
      </button>
      <span>
        {isBehind ? `none: there are ${count(total)}` : `${count(offset + 1)}–${count(last)} of ${count(total)}`}
      </span>
      <button type="button" disabled={last >= total} onClick={() => onPage(offset + limit)}>
        Next
      </button>
    </nav>
  );
}
