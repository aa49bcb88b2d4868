/** How often work is done between two looks at the time. */
const STRIDE = 32;

/** Milliseconds of processor time, from any point on. */
export type ProcessorTime = () => number;

/**
 * What this thread has computed, not what has passed: on a busy machine the two are far apart, and a pair is no slower to
 * compare because its thread had to wait. Where the platform can't tell, what has passed must do.
 */
export const threadTime: ProcessorTime = () => {
  try {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  } catch {
    return performance.now();
  }
};

/** The processor time that one pair may take. Looking at it is cheap enough for inner loops. */
export class Deadline {
  readonly #time: ProcessorTime;
  #end: number;
  #untilLook = 0;
  #passed = false;

  /** `milliseconds`: may be infinite. */
  constructor(time: ProcessorTime, milliseconds: number) {
    this.#time = time;
    this.#end = time() + milliseconds;
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
    return this.#end - this.#time();
  }

  /** Gives back what was spent since that much remained. */
  restore(remaining: number): void {
    this.#end = this.#time() + remaining;
    this.#passed = false;
    this.#untilLook = 0;
  }

  /** Does something that is no part of the pair, such as loading a parser for the first time. */
  exclude(work: () => void): void {
    const start = this.#time();
    work();
    this.#end += this.#time() - start;
  }
}

/** For what is over soon in any case. */
export const NO_DEADLINE = new Deadline(() => 0, Number.POSITIVE_INFINITY);
