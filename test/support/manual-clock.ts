import type { WatchedClock } from '../../src/lib/clock-watch.ts';
import type { Every } from '../../src/lib/schedule.ts';

/** Time that stands still until the test moves it; what is scheduled runs when its moment is passed. */
export class ManualClock implements WatchedClock {
  #now: number;
  #ahead = 0;
  readonly #timers = new Set<{ readonly period: number; readonly run: () => void; due: number }>();

  constructor(start = 0) {
    this.#now = start;
  }

  readonly every: Every = (period, run) => {
    const timer = { period, run, due: this.#now + period };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** Things that are still scheduled. */
  get scheduled(): number {
    return this.#timers.size;
  }

  /** The wall clock is set. */
  setAhead(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  wall(): number {
    return this.#now + this.#ahead;
  }

  sinceBoot(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#now = timer.due;
      timer.due += timer.period;
      timer.run();
    }
    this.#now = end;
  }

  #next(end: number) {
    return [...this.#timers].filter(({ due }) => due <= end).sort((left, right) => left.due - right.due)[0];
  }
}
