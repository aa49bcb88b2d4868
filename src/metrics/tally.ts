import { ROUTE_CELLS, RouteCounts } from './layout.ts';
import type { Ledger } from './ledger.ts';

/**
 * Main's view of a set of ledgers: totals since the start that do not wrap, and what was added since the last look.
 * Look at least once in 2^32 counts of any cell; the recorder looks every flush interval.
 */
export class Tally {
  readonly #ledgers: readonly Ledger[];
  readonly #last = new Map<number, Uint32Array[]>();
  readonly #totals = new Map<number, RouteCounts>();

  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
  }

  /** Reads all ledgers for the routes of these indexes, and gives what each has gained, where it has gained anything. */
  collect(routes: Iterable<number>): Map<number, RouteCounts> {
    const gains = new Map<number, RouteCounts>();
    for (const route of routes) {
      const gain = this.#collectRoute(route);
      if (gain !== undefined) gains.set(route, gain);
    }
    return gains;
  }

  /** Totals of a route as of the last `collect`. */
  total(route: number): RouteCounts {
    let total = this.#totals.get(route);
    if (total === undefined) {
      total = new RouteCounts(new Float64Array(ROUTE_CELLS));
      this.#totals.set(route, total);
    }
    return total;
  }

  #collectRoute(route: number): RouteCounts | undefined {
    let last = this.#last.get(route);
    if (last === undefined) {
      last = this.#ledgers.map(() => new Uint32Array(ROUTE_CELLS));
      this.#last.set(route, last);
    }
    let gain: Float64Array | undefined;
    for (const [index, ledger] of this.#ledgers.entries()) {
      const now = ledger.route(route).slice();
      const before = last[index]!;
      for (let at = 0; at < ROUTE_CELLS; at++) {
        if (now[at] === before[at]) continue;
        gain ??= new Float64Array(ROUTE_CELLS);
        gain[at]! += (now[at]! - before[at]!) >>> 0;
      }
      last[index] = now;
    }
    if (gain === undefined) return undefined;
    const total = this.total(route).cells;
    for (let at = 0; at < ROUTE_CELLS; at++) total[at]! += gain[at]!;
    return new RouteCounts(gain);
  }
}
