import { COUNT_CELLS, cell, ENDING_CELLS, type RouteCounts } from '../metrics/layout.ts';
import type { Ledger } from '../metrics/ledger.ts';
import { Tally } from '../metrics/tally.ts';
import type { RouteRow } from '../model/route.ts';
import type { RouteIncrement } from '../record/backlog.ts';
import type { Rehearsed } from '../record/store.ts';
import type { RouteTable } from './route-table.ts';

/** Of which rehearsals a service's results are. */
export interface Attribution {
  /** What is not counted in a slot: requests that had no copy, or whose copy was lost. */
  present(service: string): Rehearsed;
  /** Undefined where the service has none there. */
  inSlot(service: string, slot: number): Rehearsed | undefined;
  /** Something was counted there. */
  used(service: string, slot: number): void;
}

/**
 * What all threads together have counted, for the recorder, by rehearsal. A request is recorded with what became of it,
 * since only that says which rehearsal it is of. The edge's latencies are left out: they are of all requests, while the
 * record compares legs, and so takes the primary's from the mirrored ones alone, which the mirror counts.
 */
export class Increments {
  readonly #withoutCopy: Tally;
  readonly #bySlot: Tally[] = [];

  /** @param withoutCopy ledgers of those who count what no mirror or compare thread does. */
  constructor(withoutCopy: readonly Ledger[]) {
    this.#withoutCopy = new Tally(withoutCopy);
  }

  /** @param ledgers of mirror and compare threads, of the next slot. */
  addSlot(ledgers: readonly Ledger[]): void {
    this.#bySlot.push(new Tally(ledgers));
  }

  collect(routes: RouteTable['all'], of: Attribution): RouteIncrement[] {
    return routes.flatMap(({ service, name: route, rows }) => {
      const copied = this.#bySlot.flatMap((tally, slot) => {
        const rehearsed = of.inSlot(service, slot);
        const counts = rehearsed && collected(tally, rows);
        if (counts === undefined) return [];
        of.used(service, slot);
        return [{ ...rehearsed!, route, counts }];
      });
      const counts = collected(this.#withoutCopy, rows);
      if (counts === undefined || counts.endingTotal === 0) return copied;
      counts.cells.fill(0, COUNT_CELLS);
      return [...copied, { ...of.present(service), route, counts }];
    });
  }
}

/** All rows together, with as many requests as have come to their end. */
function collected(tally: Tally, rows: readonly RouteRow[]): RouteCounts | undefined {
  const [first, ...others] = tally.collect(rows).values();
  if (first === undefined) return undefined;
  const counts = others.reduce((sum, each) => sum.plus(each), first);
  counts.cells.fill(0, 0, ENDING_CELLS);
  counts.cells[cell.request('other', 0)] = counts.endingTotal;
  return counts;
}
