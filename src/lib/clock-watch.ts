import type { Clock } from './clock.ts';

/** Milliseconds. A smaller jump is an ordinary correction of the clock. */
const JUMP = 5_000;

/**
 * The most milliseconds between two readings that belong together. A longer gap means that the process was stopped
 * between them.
 */
const AT_ONCE = 100;

/** Time lost since the last look, in milliseconds; 0 where nothing happened. */
export interface TimeLost {
  /** How far the wall clock was set ahead; negative: set back. */
  readonly jumped: number;
  /** How long the machine was suspended. */
  readonly suspended: number;
}

export type WatchedClock = Clock & {
  /** Milliseconds since the machine was started, including the time it was suspended (`monotonic` leaves that out). */
  sinceBoot(): number;
};

/**
 * Distinguishes a wall clock that was set, a machine that was suspended, and a process that was merely stopped. In the
 * last case all clocks go on.
 */
export class ClockWatch {
  readonly #clock: WatchedClock;
  #last: Reading;

  constructor(clock: WatchedClock) {
    this.#clock = clock;
    this.#last = this.#read();
  }

  look(): TimeLost {
    const [before, now] = [this.#last, this.#read()];
    this.#last = now;
    const passed = now.sinceBoot - before.sinceBoot;
    return {
      jumped: ifMuch(now.wall - before.wall - passed),
      suspended: Math.max(ifMuch(passed - (now.monotonic - before.monotonic)), 0),
    };
  }

  #read(): Reading {
    for (;;) {
      const began = this.#clock.monotonic();
      const reading = { wall: this.#clock.wall(), sinceBoot: this.#clock.sinceBoot(), monotonic: began };
      if (this.#clock.monotonic() - began < AT_ONCE) return reading;
    }
  }
}

interface Reading {
  readonly wall: number;
  readonly sinceBoot: number;
  readonly monotonic: number;
}

function ifMuch(milliseconds: number): number {
  return Math.abs(milliseconds) > JUMP ? Math.round(milliseconds) : 0;
}
