import type { Clock } from './clock.ts';

/** Milliseconds. A clock that jumps by less is only being set right. */
const JUMP = 5_000;

/** Milliseconds between two readings that belong together, at most: where it took longer, the process was stopped between them. */
const AT_ONCE = 100;

/** What happened to time since the last look, in milliseconds; nothing of either is 0. */
export interface TimeLost {
  /** By so much the wall clock was set ahead; negative: back. */
  readonly jumped: number;
  /** So long the machine was suspended. */
  readonly suspended: number;
}

export type WatchedClock = Clock & {
  /** Milliseconds since the machine was started, and, unlike `monotonic`, those too in which it was suspended. */
  sinceBoot(): number;
};

/**
 * Tells a wall clock that was set from a machine that was suspended, and both from a process that was only stopped: for
 * that one all clocks go on.
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
