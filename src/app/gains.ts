import { COUNT_CELLS, RouteCounts } from '../metrics/layout.ts';
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

  collect(rows: Iterable<number>): Map<number, RouteCounts> {
    const sums = new Map<number, RouteCounts>();
    const wanted = [...rows];
    for (const { tally, cells } of this.#tallies) {
      for (const [row, gain] of tally.collect(wanted)) {
        const part = cells === 'all' ? gain.cells : gain.cells.slice(0, COUNT_CELLS);
        const sum = sums.get(row)?.cells;
        if (sum === undefined) {
          const whole = new Float64Array(gain.cells.length);
          whole.set(part);
          sums.set(row, new RouteCounts(whole));
        } else {
          part.forEach((count: number, at: number) => {
            sum[at] = sum[at]! + count;
          });
        }
      }
    }
    return sums;
  }
}
