import type { Clock } from '../lib/clock.ts';

/** How often work is done between two looks at the clock. */
const STRIDE = 32;

/** The time one pair may take. Looking at it is cheap enough for inner loops. */
export class Deadline {
  readonly #clock: Clock;
  readonly #end: number;
  #untilLook = 0;
  #passed = false;

  /** `milliseconds`: may be infinite. */
  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#end = clock.monotonic() + milliseconds;
  }

  get passed(): boolean {
    if (this.#untilLook-- <= 0 && !this.#passed) {
      this.#untilLook = STRIDE;
      this.#passed = this.remaining < 0;
    }
    return this.#passed;
  }

  /** Milliseconds; negative once it has passed. */
  get remaining(): number {
    return this.#end - this.#clock.monotonic();
  }
}

/** For what is over soon in any case: a machine that is busy elsewhere lets time pass, too. */
export const NO_DEADLINE = new Deadline({ monotonic: () => 0, wall: () => 0 }, Number.POSITIVE_INFINITY);
