import { BREAKER_VALUES, type BreakerReading, type CopyTarget } from './readings.ts';

const LAG = 0;
const BREAKER = 1;
const LINES_DROPPED = 2;
const CONTROL_BREAKER = 3;
const SHADOW_OUT_OF_ORDER = 4;
const CONTROL_OUT_OF_ORDER = 5;
const CELLS = 6;

const BREAKER_STATES = Object.keys(BREAKER_VALUES) as BreakerReading[];

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

  /** Of the breaker in front of a target of copies. */
  breaker(target: CopyTarget): BreakerReading {
    const value = this.#cells[target === 'shadow' ? BREAKER : CONTROL_BREAKER];
    return BREAKER_STATES.find((state) => BREAKER_VALUES[state] === value)!;
  }

  setBreaker(target: CopyTarget, state: BreakerReading): void {
    this.#cells[target === 'shadow' ? BREAKER : CONTROL_BREAKER] = BREAKER_VALUES[state];
  }

  /** Copies that were sent before their turn. */
  outOfOrder(target: CopyTarget): number {
    return this.#cells[target === 'shadow' ? SHADOW_OUT_OF_ORDER : CONTROL_OUT_OF_ORDER]!;
  }

  addOutOfOrder(target: CopyTarget, count: number): void {
    this.#cells[target === 'shadow' ? SHADOW_OUT_OF_ORDER : CONTROL_OUT_OF_ORDER]! += count;
  }

  /** Lines of the access log that were not written. */
  get linesDropped(): number {
    return this.#cells[LINES_DROPPED]!;
  }

  set linesDropped(count: number) {
    this.#cells[LINES_DROPPED] = count;
  }
}
