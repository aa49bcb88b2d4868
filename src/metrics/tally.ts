import type { RouteRow } from '../model/route.ts';
import { ROUTE_CELLS, RouteCounts } from './layout.ts';
import type { Ledger } from './ledger.ts';

/** Cells that are remembered together, once one of them has counted: most routes use few of theirs. */
const PAGE = 128;
const PAGES = Math.ceil(ROUTE_CELLS / PAGE);

type Pages<Cells> = (Cells | undefined)[];

/**
 * Main's view of a set of ledgers: totals since the start that do not wrap, for whoever asks, and increments since the last
 * look, for one consumer. The two do not disturb each other: every reading adds what is new to the totals and to the
 * increments that wait. Read each route at least once in 2^32 counts of any cell; the recorder does so every flush interval.
 */
export class Tally {
  readonly #ledgers: readonly Ledger[];
  /** Only of routes that have counted something. */
  readonly #rows = new Map<RouteRow, Row>();
  readonly #sum = new RouteCounts(new Float64Array(ROUTE_CELLS));

  /** @param ledgers to which others may come. */
  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
  }

  /**
   * What these rows have counted since the last `collect`, where they have counted anything, added to
   * what is there.
   */
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

  /** All that was ever counted for a route, up to this moment, in all the rows that it has. Good until the next reading. */
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
      // Requests lie before the outcomes and are counted before them: read last, they are never fewer.
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
  /** The cells of each ledger as they were read last. */
  readonly last: (Pages<Uint32Array> | undefined)[];
  readonly total: Pages<Float64Array>;
  /** Increments that no `collect` has taken yet. */
  increment: Pages<Float64Array> | undefined;
}

const ZEROS = new Uint32Array(PAGE);

/** Where in its page the first cell is that differs; -1 where none does. */
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
