/**
 * At most so many copies a second over all threads that share the memory, by virtual scheduling: the generic cell rate
 * algorithm of ITU-T I.371, annex A. The memory is one word: when the next copy is due. Nobody holds a lock, so a
 * thread that dies leaves nothing behind.
 *
 * Time is counted in parts of a copy at the rate in force, which is exact at every rate. The count wraps, and its unit
 * is another after the rate changed: what lies further ahead than a due time can is left from before, and void.
 */
export class RateLimit {
  readonly #due: Int32Array;
  readonly #now: () => number;

  /** `now`: milliseconds, on a clock that all these threads have in common. */
  constructor(memory: SharedArrayBuffer, now: () => number) {
    this.#due = new Int32Array(memory);
    this.#now = now;
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  /** Whether a copy may be made now; if so, it is counted. `rate`: copies a second. */
  take(rate: number): boolean {
    const tolerance = (burst(rate) - 1) * COPY;
    const furthest = tolerance + COPY + (rate * COPY * CLOCK_SKEW) / 1000;
    for (;;) {
      const due = Atomics.load(this.#due, 0);
      const now = ((this.#now() * rate * COPY) / 1000) | 0;
      const distance = (due - now) | 0;
      const ahead = distance > 0 && distance <= furthest ? distance : 0;
      if (ahead > tolerance) return false;
      const next = (now + ahead + COPY) | 0;
      if (Atomics.compareExchange(this.#due, 0, due, next) === due) return true;
    }
  }
}

/** One copy, in the unit of the count. */
const COPY = 256;

/** Milliseconds by which the clocks of two threads may differ. */
const CLOCK_SKEW = 500;

/** After a pause, so many copies may go at once: those of a tenth of a second, and at least one. */
const burst = (rate: number): number => Math.max(1, rate / 10);
