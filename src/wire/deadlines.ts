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

/** Milliseconds between two sweeps from which on the thread stood still, as where its process was stopped. */
const STANDSTILL = 1_000;
/** Milliseconds that are left after a standstill to whatever ran out in it. */
const SECOND_CHANCE = 1_000;

export class Deadlines {
  readonly #items: Deadline[] = [];
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #looked = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(item: Deadline): void {
    item.place = this.#items.push(item) - 1;
    if (this.#timer !== undefined) return;
    this.#looked = this.#clock.monotonic();
    this.#timer = setInterval(this.#look, SWEEP_INTERVAL).unref();
  }

  /**
   * Sweeps behind the events that are there already: a thread that was late finds its timers before what came meanwhile,
   * which was in time. After a standstill that is not enough. A peer may have heard only now of what was written in that
   * turn of the event loop, and can't have answered yet.
   */
  readonly #look = (): void => {
    const now = this.#clock.monotonic();
    if (now - this.#looked > STANDSTILL) this.#postpone(now);
    this.#looked = now;
    setImmediate(this.#sweepNow);
  };
  readonly #sweepNow = (): void => this.sweep();

  #postpone(now: number): void {
    for (const item of this.#items) if (item.deadline <= now) item.deadline = now + SECOND_CHANCE;
  }

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
