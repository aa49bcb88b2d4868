import { MAX_ROUTES, type RouteRow } from '../model/route.ts';

/**
 * Tracks the exchanges that one thread is responsible for. There is one account in shared memory for each hand-over
 * (client to edge, edge to mirror, mirror to compare). The giver counts what it hands over, the taker what it has
 * finished or passed on. The exchanges outstanding when the taker dies are lost, and can be counted.
 *
 * Main ends threads at any moment, between two function calls. So what is counted together with an exchange that is
 * finished has to be counted in the same function (`Ledger.settle`, `Ledger.handOver`).
 */
export class InFlightAccount {
  /** By row: exchanges that the giver handed over, and those that the taker has finished (see `Ledger`). */
  readonly given: Uint32Array;
  readonly done: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.given = new Uint32Array(memory, 0, MAX_ROUTES);
    this.done = new Uint32Array(memory, MAX_ROUTES * Uint32Array.BYTES_PER_ELEMENT, MAX_ROUTES);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(2 * MAX_ROUTES * Uint32Array.BYTES_PER_ELEMENT);
  }

  /** Called by the giver. `row`: of the route in the ledgers. */
  give(row: RouteRow): void {
    this.given[row] = this.given[row]! + 1;
  }

  /** Rows with outstanding exchanges, and how many. Exact only while neither side counts. */
  *allOutstanding(): Generator<[row: RouteRow, count: number]> {
    for (let row = 0; row < MAX_ROUTES; row++) {
      const count = (this.given[row]! - this.done[row]!) >>> 0;
      if (count > 0) yield [row as RouteRow, count];
    }
  }
}
