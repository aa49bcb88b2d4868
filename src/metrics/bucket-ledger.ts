import { BUCKETS } from '../model/rollout.ts';
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';
import { MAX_SERVICES } from '../model/service.ts';

/** What is counted of each bucket: its requests, and of these the failed ones, and those over either limit of time. */
const BUCKET_CELLS = 4;
const FAILED = 1;
const SLOW = 2;
const TAIL = 3;

const SLOT_CELLS = BUCKETS * BUCKET_CELLS;
const LIMITS = 4;
const LIMIT_BYTES = MAX_SERVICES * LIMITS * Float64Array.BYTES_PER_ELEMENT;
const SLOT_BYTES = MAX_ROUTES * Int32Array.BYTES_PER_ELEMENT;

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
  /** By slot: slow and tail of the candidate, slow and tail of production. */
  readonly #limits: Float64Array;
  /** By row of a configured route: the slot of its service plus one; 0 for none. */
  readonly #slots: Int32Array;
  readonly #cells: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#limits = new Float64Array(memory, 0, MAX_SERVICES * LIMITS);
    this.#slots = new Int32Array(memory, LIMIT_BYTES, MAX_ROUTES);
    this.#cells = new Uint32Array(memory, LIMIT_BYTES + SLOT_BYTES);
  }

  /** Only the pages of slots in use become resident. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(LIMIT_BYTES + SLOT_BYTES + MAX_SERVICES * SLOT_CELLS * Uint32Array.BYTES_PER_ELEMENT);
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

  /** A live view of a slot: for each bucket its requests, failed, slow and tail ones. */
  cells(slot: number): Uint32Array {
    return this.#cells.subarray(slot * SLOT_CELLS, (slot + 1) * SLOT_CELLS);
  }
}

/** What the threads have counted together, as 32-bit numbers that wrap. */
export function sumOfBuckets(ledgers: readonly BucketLedger[], slot: number): Uint32Array {
  const sum = new Uint32Array(SLOT_CELLS);
  for (const ledger of ledgers) {
    const cells = ledger.cells(slot);
    for (let at = 0; at < SLOT_CELLS; at++) sum[at]! += cells[at]!;
  }
  return sum;
}
