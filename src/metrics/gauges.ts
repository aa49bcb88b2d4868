const LAG = 0;
const LINES_DROPPED = 1;
const BEATS = 2;
const HELD = 3;
const CELLS = 4;

/** The present state of one thread, in shared memory: that thread alone writes, main reads. */
export class Gauges {
  readonly #cells: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Float64Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT);
  }

  /** The longest delay of the event loop in the last minute, in milliseconds. */
  get lag(): number {
    return this.#cells[LAG]!;
  }

  set lag(milliseconds: number) {
    this.#cells[LAG] = milliseconds;
  }

  /** Signs of life: how often the thread has written its gauges, about once a second. */
  get beats(): number {
    return this.#cells[BEATS]!;
  }

  beat(): void {
    this.#cells[BEATS]!++;
  }

  /** Bytes of requests, responses and examples that the thread holds, besides the tapes. */
  get held(): number {
    return this.#cells[HELD]!;
  }

  set held(bytes: number) {
    this.#cells[HELD] = bytes;
  }

  /** Lines of the access log that were not written. */
  get linesDropped(): number {
    return this.#cells[LINES_DROPPED]!;
  }

  set linesDropped(count: number) {
    this.#cells[LINES_DROPPED] = count;
  }
}
