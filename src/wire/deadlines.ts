/**
 * Deadlines without timers: each item holds its deadline, and one periodic sweep per thread checks all items. Setting a
 * deadline is one assignment; in return it may fire up to one sweep late.
 *
 * The items are in an array, not in a Set. A Set that is filled and emptied replaces its table. Once an old table is in
 * V8's old generation, it keeps all later tables and their contents alive through minor collections.
 */
import type { Clock } from '../lib/clock.ts';

export interface Deadline {
  /** Milliseconds on the monotonic clock; `NEVER` where there is no deadline. */
  deadline: number;
  /** Its index in the array of `Deadlines`. Only `Deadlines` sets it. */
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
    this.#timer ??= setInterval(this.#sweepSoon, SWEEP_INTERVAL).unref();
  }

  /**
   * Behind the events that are there already. A thread that stood still, for example because its process was stopped,
   * finds its timers before what came meanwhile, which was in time.
   */
  readonly #sweepSoon = (): void => void setImmediate(this.#sweepNow);
  readonly #sweepNow = (): void => this.sweep();

  delete(item: Deadline): void {
    const place = item.place ?? -1;
    if (this.#items[place] !== item) return;
    const last = this.#items.pop()!;
    if (last === item) return;
    this.#items[place] = last;
    last.place = place;
  }

  /** Calls every item whose deadline has passed. */
  sweep(): void {
    const now = this.#clock.monotonic();
    // From the end, so that an item that moves to the place of a removed one was already checked.
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
