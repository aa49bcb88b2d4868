import type { RouteRow } from '../model/route.ts';
import { ROUTE_CELLS, RouteCounts } from './layout.ts';
import type { Ledger } from './ledger.ts';

/** Cells are stored by page, once one of the page has counted: most routes use few of their cells. */
const PAGE = 128;
const PAGES = Math.ceil(ROUTE_CELLS / PAGE);

type Pages<Cells> = (Cells | undefined)[];

/**
 * Main's view of a set of ledgers: totals since the start, which do not wrap, for any reader; and increments since the
 * last `collect`, for one consumer. The two are independent: every reading adds the new counts to the totals and to the
 * pending increments. Read each route at least once in 2^32 counts of any cell; the recorder does so every flush
 * interval.
 */
export class Tally {
  readonly #ledgers: readonly Ledger[];
  /** Only routes that have counted something. */
  readonly #rows = new Map<RouteRow, Row>();
  readonly #sum = new RouteCounts(new Float64Array(ROUTE_CELLS));

  /** @param ledgers more may be added later. */
  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
  }

  /** Adds the counts of these rows since the last `collect` to `increments`. Rows without counts are left out. */
  collect(rows: Iterable<RouteRow>, increments = new Map<RouteRow, RouteCounts>()): Map<RouteRow, RouteCounts> {
    for (const row of rows) {
      const read = this.#read(row);
      if (read?.increment === undefined) continue;
      const known = increments.get(row) ?? new RouteCounts(new Float64Array(ROUTE_CELLS));
      addPages(read.increment, known.cells);
      increments.set(row, known);
      read.increment = undefined;
    }
    return increments;
  }

  /** The total counts of a route so far, over all its rows. Valid until the next reading. */
  total(...rows: readonly RouteRow[]): RouteCounts {
    this.#sum.cells.fill(0);
    for (const row of rows) {
      const read = this.#read(row);
      if (read !== undefined) addPages(read.total, this.#sum.cells);
    }
    return this.#sum;
  }

  #read(route: RouteRow): Row | undefined {
    let row = this.#rows.get(route);
    for (const [index, ledger] of this.#ledgers.entries()) {
      const cells = ledger.route(route);
      // Requests are counted before outcomes, and lie before them. So they are read last, and are never fewer than the
      // outcomes.
      for (let page = PAGES - 1; page >= 0; page--) {
        const from = page * PAGE;
        const last = row?.last[index]?.[page];
        const changed = firstChange(cells, from, last ?? ZEROS);
        if (changed < 0) continue;
        row ??= this.#begin(route);
        row.increment ??= new Array<Float64Array | undefined>(PAGES);
        row.last[index] ??= new Array<Uint32Array | undefined>(PAGES);
        take(cells, from, changed, {
          last: pageOf(row.last[index], page, Uint32Array),
          total: pageOf(row.total, page, Float64Array),
          increment: pageOf(row.increment, page, Float64Array),
        });
      }
    }
    return row;
  }

  #begin(route: RouteRow): Row {
    const row: Row = {
      last: [],
      total: new Array<Float64Array | undefined>(PAGES),
      increment: undefined,
    };
    this.#rows.set(route, row);
    return row;
  }
}

interface Row {
  /** The cells of each ledger at the last reading. */
  readonly last: (Pages<Uint32Array> | undefined)[];
  readonly total: Pages<Float64Array>;
  /** Increments that no `collect` has returned yet. */
  increment: Pages<Float64Array> | undefined;
}

const ZEROS = new Uint32Array(PAGE);

/** The index in the page of the first cell that differs; -1 where none does. */
function firstChange(cells: Uint32Array, from: number, last: Uint32Array): number {
  const end = Math.min(PAGE, ROUTE_CELLS - from);
  for (let at = 0; at < end; at++) if (cells[from + at] !== last[at]) return at;
  return -1;
}

function take(
  cells: Uint32Array,
  from: number,
  first: number,
  { last, total, increment }: { last: Uint32Array; total: Float64Array; increment: Float64Array },
): void {
  const end = Math.min(PAGE, ROUTE_CELLS - from);
  for (let at = end - 1; at >= first; at--) {
    const now = cells[from + at]!;
    const added = (now - last[at]!) >>> 0;
    last[at] = now;
    total[at]! += added;
    increment[at]! += added;
  }
}

function pageOf<Cells>(pages: Pages<Cells>, page: number, Kind: new (length: number) => Cells): Cells {
  const cells = pages[page] ?? new Kind(PAGE);
  pages[page] = cells;
  return cells;
}

function addPages(pages: Pages<Float64Array>, cells: RouteCounts['cells']): void {
  for (const [page, part] of pages.entries()) {
    if (part === undefined) continue;
    const from = page * PAGE;
    const end = Math.min(PAGE, ROUTE_CELLS - from);
    for (let at = 0; at < end; at++) cells[from + at]! += part[at]!;
  }
}
