import type { Portion } from '../model/portion.ts';
import { MAX_SERVICES } from '../model/service.ts';

/**
 * Limits the copies a second across all threads that share the memory. Virtual scheduling: the generic cell rate
 * algorithm of ITU-T I.371, annex A. One word of the memory says when the next copy is due. There is no lock, so a
 * thread that dies leaves nothing locked.
 *
 * Each service has an equal part of the rate, in a word of its own, and can use what others leave unused. A copy within
 * that part is always allowed, and is also counted in the common word. Any further copy must be due by the common word.
 *
 * Time is counted in fractions of a copy at the current rate, which is exact at every rate. The count wraps, and its
 * unit changes with the rate. So a value further ahead than a due time can be is a leftover, and is ignored.
 */
export class RateLimit {
  readonly #due: Int32Array;
  readonly #now: () => number;

  /** `now`: milliseconds, on a clock that all these threads share. */
  constructor(memory: SharedArrayBuffer, now: () => number) {
    this.#due = new Int32Array(memory);
    this.#now = now;
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (1 + MAX_SERVICES));
  }

  /**
   * Whether a service may make a copy now; if so, it is counted. `rate`: copies a second, for all services together.
   */
  take(rate: number, { place, of }: Portion): boolean {
    if (of === 1) return this.#take(ALL, rate, 'when_due');
    if (!this.#take(1 + place, rate / of, 'when_due')) return this.#take(ALL, rate, 'when_due');
    return this.#take(ALL, rate, 'in_any_case');
  }

  #take(word: number, rate: number, when: 'when_due' | 'in_any_case'): boolean {
    const tolerance = (burst(rate) - 1) * COPY;
    const furthest = tolerance + COPY + (rate * COPY * CLOCK_SKEW) / 1000;
    for (;;) {
      const due = Atomics.load(this.#due, word);
      const now = ((this.#now() * rate * COPY) / 1000) | 0;
      const distance = (due - now) | 0;
      const ahead = distance > 0 && distance <= furthest ? distance : 0;
      if (ahead > tolerance && when === 'when_due') return false;
      const next = (now + Math.min(ahead + COPY, furthest)) | 0;
      if (Atomics.compareExchange(this.#due, word, due, next) === due) return true;
    }
  }
}

/** The common word; after it comes one for each service. */
const ALL = 0;

/** One copy, in the unit of the count. */
const COPY = 256;

/** Milliseconds by which the clocks of two threads may differ. */
const CLOCK_SKEW = 500;

/** How many copies may go at once after a pause: as many as in a tenth of a second, at least one. */
const burst = (rate: number): number => Math.max(1, rate / 10);
