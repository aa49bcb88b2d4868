import type { Seat } from '../model/rollout.ts';
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';

const SEATS = 2;

/**
 * How many buckets of users the new version serves, by the row of a configured route and the seat of the candidate. Main
 * writes, edge threads read with each request. So a change takes effect with the next request, whatever else a thread is
 * doing with its messages.
 */
export class ServingWeights {
  /** The weight plus one; 0 while stopped, as fresh memory is. */
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(MAX_ROUTES * SEATS * Int32Array.BYTES_PER_ELEMENT);
  }

  /** `stopped`: production serves everybody, whatever cohorts and overrides say. */
  at(row: RouteRow, seat: Seat): number | 'stopped' {
    const word = Atomics.load(this.#words, row * SEATS + seat);
    return word === 0 ? 'stopped' : word - 1;
  }

  /** `weight`: from 0 to 10,000. At 0, cohorts and overrides may still choose the new version. */
  set(row: RouteRow, seat: Seat, weight: number | 'stopped'): void {
    Atomics.store(this.#words, row * SEATS + seat, weight === 'stopped' ? 0 : weight + 1);
  }
}
