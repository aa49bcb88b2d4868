/** How many steps are done between two checks of the time. */
const STRIDE = 32;

/** Milliseconds of processor time, from any point on. */
export type ProcessorTime = () => number;

/**
 * The processor time of this thread instead of the elapsed time: on a busy machine the two differ widely, and waiting
 * does not make a pair slower to compare. Where the platform can't tell, the elapsed time is used.
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

  /** Gives back the time spent since `remaining` had this value. */
  restore(remaining: number): void {
    this.#end = this.#time() + remaining;
    this.#passed = false;
    this.#untilLook = 0;
  }

  /** Runs work that does not count for the pair, for example loading a parser for the first time. */
  exclude(work: () => void): void {
    const start = this.#time();
    work();
    this.#end += this.#time() - start;
  }
}

/** For work that is short in any case. */
export const NO_DEADLINE = new Deadline(() => 0, Number.POSITIVE_INFINITY);
