import { ROUTE_CELLS, RouteCounts } from './layout.ts';
import type { Ledger } from './ledger.ts';

/**
 * Main's view of a set of ledgers: totals since the start that do not wrap, for whoever asks, and gains since the last
 * look, for one consumer. The two do not disturb each other: every reading adds what is new to the totals and to the
 * gains that wait. Read each route at least once in 2^32 counts of any cell; the recorder does so every flush interval.
 */
export class Tally {
  readonly #ledgers: readonly Ledger[];
  /** Only of routes that have counted something. */
  readonly #rows = new Map<number, Row>();

  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
  }

  /** What the routes of these indexes have gained since the last `collect`, where they have gained anything. */
  collect(routes: Iterable<number>): Map<number, RouteCounts> {
    const gains = new Map<number, RouteCounts>();
    for (const route of routes) {
      const row = this.#read(route);
      if (row?.gain === undefined) continue;
      gains.set(route, new RouteCounts(row.gain));
      row.gain = undefined;
    }
    return gains;
  }

  /** All that was ever counted for a route, up to this moment. Good until the route is read again. */
  total(route: number): RouteCounts {
    return new RouteCounts(this.#read(route)?.total ?? NOTHING);
  }

  #read(route: number): Row | undefined {
    let row = this.#rows.get(route);
    for (const [index, ledger] of this.#ledgers.entries()) {
      const cells = ledger.route(route);
      let last = row?.last[index] ?? NOTHING;
      for (let at = 0; at < ROUTE_CELLS; at++) {
        const now = cells[at]!;
        if (now === last[at]) continue;
        row ??= this.#begin(route);
        last = row.last[index]!;
        const gain = (now - last[at]!) >>> 0;
        last[at] = now;
        row.total[at]! += gain;
        row.gain ??= new Float64Array(ROUTE_CELLS);
        row.gain[at]! += gain;
      }
    }
    return row;
  }

  #begin(route: number): Row {
    const row: Row = {
      last: this.#ledgers.map(() => new Uint32Array(ROUTE_CELLS)),
      total: new Float64Array(ROUTE_CELLS),
      gain: undefined,
    };
    this.#rows.set(route, row);
    return row;
  }
}

interface Row {
  /** The cells of each ledger as they were read last. */
  readonly last: readonly Uint32Array[];
  readonly total: Float64Array;
  /** Gains that no `collect` has taken yet. */
  gain: Float64Array | undefined;
}

const NOTHING = new Uint32Array(ROUTE_CELLS);
