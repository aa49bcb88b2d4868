import type { Clock } from '../lib/clock.ts';

export interface RepeatLimits {
  /** Requests a second. */
  readonly rate: number;
  readonly atOnce: number;
}

/** Limits the repeated requests of a mirror thread, for all services together. */
export class RepeatBudget {
  limits: RepeatLimits;
  readonly #clock: Clock;
  /** When the next one is due, in milliseconds of the clock. */
  #due = 0;
  #underWay = 0;

  constructor(limits: RepeatLimits, clock: Clock) {
    this.limits = limits;
    this.#clock = clock;
  }

  /** Whether one may be sent now; if so, it is counted, and `giveBack` is to be called when it has ended. */
  take(): boolean {
    const now = this.#clock.monotonic();
    if (this.#underWay >= this.limits.atOnce || now < this.#due) return false;
    this.#due = now + 1000 / this.limits.rate;
    this.#underWay++;
    return true;
  }

  giveBack(): void {
    this.#underWay--;
  }
}
