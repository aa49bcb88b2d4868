/**
 * Deadlines without timers: an item carries the moment at which its time is up, and one sweep per thread looks at all
 * of them. So setting a deadline is one assignment, at the price of its being kept up to one sweep late.
 */
import type { Clock } from '../lib/clock.ts';

export interface Deadline {
  /** Milliseconds on the monotonic clock; `NEVER` when nothing is awaited. */
  deadline: number;
  onDeadline(): void;
}

export const NEVER = Number.POSITIVE_INFINITY;

const SWEEP_INTERVAL = 20;

export class Deadlines {
  readonly #items = new Set<Deadline>();
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(item: Deadline): void {
    this.#items.add(item);
    this.#timer ??= setInterval(() => this.sweep(), SWEEP_INTERVAL).unref();
  }

  delete(item: Deadline): void {
    this.#items.delete(item);
  }

  /** Calls every item whose time is up. */
  sweep(): void {
    const now = this.#clock.monotonic();
    for (const item of this.#items) {
      if (item.deadline > now) continue;
      item.deadline = NEVER;
      item.onDeadline();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#items.clear();
  }
}
