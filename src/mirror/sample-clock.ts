import type { Clock } from '../lib/clock.ts';

/** Milliseconds between two examples of one kind. */
const INTERVAL = 1_000;

/** Lets one of each kind through per second: for examples of what is too frequent to keep. */
export class SampleClock {
  readonly #clock: Clock;
  readonly #last = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `kind`: from a bounded set. */
  isDue(kind: string): boolean {
    const now = this.#clock.monotonic();
    if (now - (this.#last.get(kind) ?? Number.NEGATIVE_INFINITY) < INTERVAL) return false;
    this.#last.set(kind, now);
    return true;
  }
}
