import type { Portion } from '../model/portion.ts';
import { MAX_SERVICES } from '../model/service.ts';

/**
 * At most so many copies a second over all threads that share the memory, by virtual scheduling: the generic cell rate
 * algorithm of ITU-T I.371, annex A. The memory has a word for all copies: when the next one is due. Nobody holds a lock, so
 * a thread that dies leaves nothing behind.
 *
 * Of several services, each has an equal part of the rate for itself, in a word of its own, and what others leave of theirs:
 * a copy within its part is made in any case, and is charged to all; any further one must be due by the word of all.
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
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (1 + MAX_SERVICES));
  }

  /** Whether a copy may be made now for a service; if so, it is counted. `rate`: copies a second, of all services. */
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

/** The word of all copies; behind it is one for each service. */
const ALL = 0;

/** One copy, in the unit of the count. */
const COPY = 256;

/** Milliseconds by which the clocks of two threads may differ. */
const CLOCK_SKEW = 500;

/** After a pause, so many copies may go at once: those of a tenth of a second, and at least one. */
const burst = (rate: number): number => Math.max(1, rate / 10);
