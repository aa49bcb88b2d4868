import { SKETCH_BUCKETS, sketchBucket } from '../lib/sketch.ts';
import { BUCKETS } from '../model/rollout.ts';
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';
import { MAX_SERVICES } from '../model/service.ts';

/** What is counted of each bucket: its requests, and of these the failed ones, and those over either limit of time. */
const BUCKET_CELLS = 4;
const FAILED = 1;
const SLOW = 2;
const TAIL = 3;

const SLOT_CELLS = BUCKETS * BUCKET_CELLS;
const PATIENCE = 4;
const LIMITS = 5;
const LIMIT_BYTES = MAX_SERVICES * LIMITS * Float64Array.BYTES_PER_ELEMENT;
const SLOT_BYTES = MAX_ROUTES * Int32Array.BYTES_PER_ELEMENT;
const TIMES_BYTES = MAX_SERVICES * SKETCH_BUCKETS * Uint32Array.BYTES_PER_ELEMENT;

/** The times, in milliseconds, over which a response counts as slow, and as one of the tail. */
export interface TimeLimits {
  readonly slow: number;
  readonly tail: number;
}

/**
 * What the users of each bucket got from one edge thread, by the slot of their service. Users are assigned to a version
 * by bucket, and requests of one user resemble each other, so that only buckets are independent observations. In shared
 * memory: the thread counts, main reads, and sets the slots and the limits. The cells are 32 bits wide and wrap.
 */
export class BucketLedger {
  /** By slot: slow and tail of the candidate, slow and tail of production, and the patience. 0 for none. */
  readonly #limits: Float64Array;
  /** By row of a configured route: the slot of its service plus one; 0 for none. */
  readonly #slots: Int32Array;
  /** By slot, a sketch of the times of production (see lib/sketch.ts). */
  readonly #times: Uint32Array;
  readonly #cells: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#limits = new Float64Array(memory, 0, MAX_SERVICES * LIMITS);
    this.#slots = new Int32Array(memory, LIMIT_BYTES, MAX_ROUTES);
    this.#times = new Uint32Array(memory, LIMIT_BYTES + SLOT_BYTES, MAX_SERVICES * SKETCH_BUCKETS);
    this.#cells = new Uint32Array(memory, LIMIT_BYTES + SLOT_BYTES + TIMES_BYTES);
  }

  /** Only the pages of slots in use become resident. */
  static allocate(): SharedArrayBuffer {
    const cells = MAX_SERVICES * SLOT_CELLS * Uint32Array.BYTES_PER_ELEMENT;
    return new SharedArrayBuffer(LIMIT_BYTES + SLOT_BYTES + TIMES_BYTES + cells);
  }

  /**
   * Counts a request of a user whose version the bucket decided, where the route has a slot.
   *
   * @param failed an error, or a fallback, which is a failure of the candidate.
   * @param milliseconds to the last byte, or until the client left.
   */
  count(
    row: RouteRow,
    bucket: number,
    server: 'candidate' | 'production',
    failed: boolean,
    milliseconds: number,
  ): void {
    const slot = Atomics.load(this.#slots, row) - 1;
    if (slot < 0) return;
    const at = slot * SLOT_CELLS + bucket * BUCKET_CELLS;
    const limits = slot * LIMITS + (server === 'candidate' ? 0 : 2);
    const cells = this.#cells;
    if (server === 'production') this.#times[slot * SKETCH_BUCKETS + sketchBucket(milliseconds)]!++;
    cells[at]!++;
    if (failed) cells[at + FAILED]!++;
    if (milliseconds > this.#limits[limits]!) cells[at + SLOW]!++;
    if (milliseconds > this.#limits[limits + 1]!) cells[at + TAIL]!++;
  }

  setSlot(row: RouteRow, slot: number | undefined): void {
    Atomics.store(this.#slots, row, slot === undefined ? 0 : slot + 1);
  }

  setLimits(slot: number, candidate: TimeLimits, production: TimeLimits): void {
    this.#limits.set([candidate.slow, candidate.tail, production.slow, production.tail], slot * LIMITS);
  }

  /** `milliseconds`: undefined where it is not known how long users may have to wait. */
  setPatience(slot: number, milliseconds: number | undefined): void {
    this.#limits[slot * LIMITS + PATIENCE] = milliseconds ?? 0;
  }

  /**
   * How many milliseconds a user of this route waits at most for the beginning of a response: who leaves after more got
   * none, rather than wanted none. Infinite where that is not known.
   */
  patience(row: RouteRow): number {
    const slot = Atomics.load(this.#slots, row) - 1;
    return (slot < 0 ? 0 : this.#limits[slot * LIMITS + PATIENCE]!) || Number.POSITIVE_INFINITY;
  }

  /** A live view of the sketch of a slot: the times of what production served. */
  times(slot: number): Uint32Array {
    return this.#times.subarray(slot * SKETCH_BUCKETS, (slot + 1) * SKETCH_BUCKETS);
  }

  /** A live view of a slot: for each bucket its requests, failed, slow and tail ones. */
  cells(slot: number): Uint32Array {
    return this.#cells.subarray(slot * SLOT_CELLS, (slot + 1) * SLOT_CELLS);
  }
}

/** What the threads have counted together, as 32-bit numbers that wrap. */
export function sumOfBuckets(ledgers: readonly BucketLedger[], slot: number): Uint32Array {
  return sumOf(ledgers.map((ledger) => ledger.cells(slot)));
}

/** The same of the times of production. */
export function sumOfTimes(ledgers: readonly BucketLedger[], slot: number): Uint32Array {
  return sumOf(ledgers.map((ledger) => ledger.times(slot)));
}

function sumOf([first, ...others]: readonly Uint32Array[]): Uint32Array {
  const sum = first!.slice();
  for (const cells of others) for (let at = 0; at < sum.length; at++) sum[at]! += cells[at]!;
  return sum;
}
