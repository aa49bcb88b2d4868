import { BREAKER_VALUES, type Readings } from './readings.ts';

const LAG = 0;
const BREAKER = 1;
const LINES_DROPPED = 2;
const CELLS = 3;

const BREAKER_STATES = Object.keys(BREAKER_VALUES) as (keyof typeof BREAKER_VALUES)[];

/** The present state of one thread, in shared memory: that thread alone writes, main reads. */
export class Gauges {
  readonly #cells: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Float64Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT);
  }

  /** The longest that the event loop was late, of late, in milliseconds. */
  get lag(): number {
    return this.#cells[LAG]!;
  }

  set lag(milliseconds: number) {
    this.#cells[LAG] = milliseconds;
  }

  get breaker(): Readings['breaker'] {
    return BREAKER_STATES.find((state) => BREAKER_VALUES[state] === this.#cells[BREAKER])!;
  }

  set breaker(state: Readings['breaker']) {
    this.#cells[BREAKER] = BREAKER_VALUES[state];
  }

  /** Lines of the access log that were not written. */
  get linesDropped(): number {
    return this.#cells[LINES_DROPPED]!;
  }

  set linesDropped(count: number) {
    this.#cells[LINES_DROPPED] = count;
  }
}
