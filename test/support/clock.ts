import { type Clock, systemClock } from '../../src/lib/clock.ts';

/** The system's clock, which a test can put forward. */
export class MovableClock implements Clock {
  #ahead = 0;

  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  wall(): number {
    return systemClock.wall() + this.#ahead;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#ahead;
  }
}
