/**
 * Deadlines without timers: an item carries the moment at which its time is up, and one sweep per thread looks at all
 * of them. So setting a deadline is one assignment, at the price of its being kept up to one sweep late.
 *
 * They are in an array, not in a Set: every time a Set is filled and emptied its table is replaced, and an old table
 * that has reached V8's old generation keeps all later ones, with what was in them, alive through minor collections.
 */
import type { Clock } from '../lib/clock.ts';

export interface Deadline {
  /** Milliseconds on the monotonic clock; `NEVER` when nothing is awaited. */
  deadline: number;
  /** Where it is in the array of `Deadlines`, which alone sets it. */
  place?: number;
  onDeadline(): void;
}

export const NEVER = Number.POSITIVE_INFINITY;

const SWEEP_INTERVAL = 20;

export class Deadlines {
  readonly #items: Deadline[] = [];
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(item: Deadline): void {
    item.place = this.#items.push(item) - 1;
    this.#timer ??= setInterval(() => this.sweep(), SWEEP_INTERVAL).unref();
  }

  delete(item: Deadline): void {
    const place = item.place ?? -1;
    if (this.#items[place] !== item) return;
    const last = this.#items.pop()!;
    if (last === item) return;
    this.#items[place] = last;
    last.place = place;
  }

  /** Calls every item whose time is up. */
  sweep(): void {
    const now = this.#clock.monotonic();
    // From the end, so that no item takes the place of a removed one unseen.
    for (let place = this.#items.length - 1; place >= 0; place--) {
      const item = this.#items[place];
      if (item === undefined || item.deadline > now) continue;
      item.deadline = NEVER;
      item.onDeadline();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#items.length = 0;
  }
}
