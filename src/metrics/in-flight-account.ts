import { MAX_ROUTES, type RouteRow } from '../model/route.ts';

/**
 * Who answers for an exchange that is under way. Wherever exchanges pass from one hand to the next (client to edge,
 * edge to mirror, mirror to compare) there is one of these in shared memory: the giver counts what it gives, the taker
 * what it has brought to an end or passed on. What is outstanding when the taker dies is lost, and can be counted.
 */
export class InFlightAccount {
  readonly #given: Uint32Array;
  readonly #done: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#given = new Uint32Array(memory, 0, MAX_ROUTES);
    this.#done = new Uint32Array(memory, MAX_ROUTES * Uint32Array.BYTES_PER_ELEMENT, MAX_ROUTES);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(2 * MAX_ROUTES * Uint32Array.BYTES_PER_ELEMENT);
  }

  /** By the giver. `row`: of the route in the ledgers. */
  give(row: RouteRow): void {
    this.#given[row] = this.#given[row]! + 1;
  }

  /** By the taker. */
  finish(row: RouteRow): void {
    this.#done[row] = this.#done[row]! + 1;
  }

  /** Rows with exchanges that are given and not finished, and how many. Exact only when both hands are at rest. */
  *allOutstanding(): Generator<[row: RouteRow, count: number]> {
    for (let row = 0; row < MAX_ROUTES; row++) {
      const count = (this.#given[row]! - this.#done[row]!) >>> 0;
      if (count > 0) yield [row as RouteRow, count];
    }
  }
}
