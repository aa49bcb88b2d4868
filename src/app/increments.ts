import { COUNT_CELLS, cell, ENDING_CELLS, type RouteCounts } from '../metrics/layout.ts';
import type { Ledger } from '../metrics/ledger.ts';
import { Tally } from '../metrics/tally.ts';
import type { RouteRow } from '../model/route.ts';
import type { RouteIncrement } from '../record/backlog.ts';
import type { Rehearsed } from '../record/store.ts';
import type { RouteTable } from './route-table.ts';

/** Which rehearsals the results of a service belong to. */
export interface Attribution {
  /** The rehearsal for requests that are not counted in a slot: they had no copy, or it was lost. */
  present(service: string): Rehearsed;
  /** The rehearsal in a slot; undefined where the service has none there. */
  inSlot(service: string, slot: number): Rehearsed | undefined;
  /** Notes that something was counted in the slot. */
  used(service: string, slot: number): void;
}

/**
 * The counts of all threads for the recorder, by rehearsal. A request is recorded together with its outcome, since only
 * the outcome determines its rehearsal. The edge's latencies are left out: they cover all requests. The record compares
 * legs, so it takes the primary's latencies of mirrored requests only, which the mirror counts.
 */
export class Increments {
  readonly #withoutCopy: Tally;
  readonly #bySlot: Tally[] = [];

  /** @param withoutCopy ledgers of the threads that count requests without a copy. */
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

/** The sum of all rows, with only as many requests as have an outcome. */
function collected(tally: Tally, rows: readonly RouteRow[]): RouteCounts | undefined {
  const [first, ...others] = tally.collect(rows).values();
  if (first === undefined) return undefined;
  const counts = others.reduce((sum, each) => sum.plus(each), first);
  counts.cells.fill(0, 0, ENDING_CELLS);
  counts.cells[cell.request('other', 0)] = counts.endingTotal;
  return counts;
}
