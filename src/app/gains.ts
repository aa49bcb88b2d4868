import { COUNT_CELLS, RouteCounts } from '../metrics/layout.ts';
import type { Tally } from '../metrics/tally.ts';
import type { Gain } from '../record/backlog.ts';
import type { Rehearsed } from '../record/store.ts';
import type { RouteTable } from './route-table.ts';

/**
 * What all threads together have gained, for the recorder. The edge's latencies are left out: they are of all requests,
 * while the record compares legs, and so takes the primary's from the mirrored ones alone, which the mirror counts.
 */
export class Gains {
  readonly #edge: Tally;
  readonly #others: readonly Tally[];

  /** @param tallies the others in the order in which exchanges come by, from the end on. */
  constructor(tallies: { readonly edge: Tally; readonly others: readonly Tally[] }) {
    this.#edge = tallies.edge;
    this.#others = tallies.others;
  }

  /** What the routes have gained. `present`: the rehearsal that all of it is of, in a service. */
  ofRoutes(routes: RouteTable['all'], present: (service: string) => Rehearsed): readonly Gain[] {
    return routes.flatMap(({ service, name, rows }) => {
      const [first, ...others] = this.#collect(rows).values();
      return first === undefined
        ? []
        : [{ ...present(service), route: name, counts: others.reduce((sum, counts) => sum.plus(counts), first) }];
    });
  }

  #collect(rows: readonly number[]): Map<number, RouteCounts> {
    const sums = new Map<number, RouteCounts>();
    for (const tally of this.#others) tally.collect(rows, sums);
    // Last, since here the requests are counted whose outcomes the others count.
    for (const [row, { cells }] of this.#edge.collect(rows)) {
      cells.fill(0, COUNT_CELLS);
      const counts = new RouteCounts(cells);
      sums.set(row, sums.get(row)?.plus(counts) ?? counts);
    }
    return sums;
  }
}
