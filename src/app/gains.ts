import { COUNT_CELLS, type RouteCounts } from '../metrics/layout.ts';
import type { Tally } from '../metrics/tally.ts';

/**
 * What all threads together have gained, for the recorder. The edge's latencies are left out: they are of all requests,
 * while the record compares legs, and so takes the primary's from the mirrored ones alone, which the mirror counts.
 */
export class Gains {
  readonly #tallies: readonly { readonly tally: Tally; readonly cells: 'all' | 'counts' }[];

  constructor(tallies: { readonly edge: Tally; readonly others: readonly Tally[] }) {
    this.#tallies = [
      { tally: tallies.edge, cells: 'counts' },
      ...tallies.others.map((tally) => ({ tally, cells: 'all' as const })),
    ];
  }

  collect(rows: readonly number[]): Map<number, RouteCounts> {
    const sums = new Map<number, RouteCounts>();
    for (const { tally, cells } of this.#tallies) {
      for (const [row, gain] of tally.collect(rows)) {
        if (cells === 'counts') gain.cells.fill(0, COUNT_CELLS);
        sums.set(row, sums.get(row)?.plus(gain) ?? gain);
      }
    }
    return sums;
  }
}
