import { COUNT_CELLS, type RouteCounts } from '../metrics/layout.ts';
import type { Tally } from '../metrics/tally.ts';

/**
 * What all threads together have gained, for the recorder. The edge's latencies are left out: they are of all requests,
 * while the record compares legs, and so takes the primary's from the mirrored ones alone, which the mirror counts.
 */
export class Gains {
  readonly #edge: Tally;
  readonly #others: readonly Tally[];

  constructor(tallies: { readonly edge: Tally; readonly others: readonly Tally[] }) {
    this.#edge = tallies.edge;
    this.#others = tallies.others;
  }

  collect(rows: readonly number[]): Map<number, RouteCounts> {
    const sums = this.#edge.collect(rows);
    for (const { cells } of sums.values()) cells.fill(0, COUNT_CELLS);
    for (const tally of this.#others) tally.collect(rows, sums);
    return sums;
  }
}
