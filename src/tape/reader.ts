/**
 * How to fall asleep without missing a frame. The reader marks itself as asleep, then looks at the head once more, then
 * waits. The writer publishes the head, then looks whether the reader is asleep. All four steps are sequentially
 * consistent, so at least one side sees the other. The wait goes on as long as the doorbell says asleep. This is
 * checked atomically when the wait begins, so a ring after the second look ends the wait at once.
 *
 * A reader that has just read takes a nap before it sleeps: it looks again by itself after a while, and needs no ring
 * until then. Under load, a ring for each exchange would cost both threads more than the copying does.
 */
import {
  ASLEEP,
  AWAKE,
  advance,
  bytesOf,
  capacityOf,
  cellsOf,
  DOORBELL,
  distance,
  FRAME_HEADER,
  frameSize,
  HEAD,
  offsetOf,
  PADDING,
  TAIL,
  wordsOf,
} from './layout.ts';

/** Receives a frame's payload, `bytes[start, end)`, which is valid only during the call. */
export type FrameHandler = (kind: number, exchange: number, bytes: Buffer, start: number, end: number) => void;

/** Frames handled before other events of the thread get their turn. */
const DEFAULT_BUDGET = 64;

export interface Reading {
  /** Milliseconds until it looks again after it has read everything; 0: it goes to sleep at once. */
  readonly nap: number;
  /** Frames in one turn of the event loop. */
  readonly budget?: number;
}

/** The reading end of a tape. */
export class TapeReader {
  readonly #capacity: number;
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  #state: 'idle' | 'running' | 'stopped' = 'idle';
  /** The head as last seen; the actual head may be further on. */
  #head: number;
  #tail: number;
  /** One timer for all naps. */
  #nap: NodeJS.Timeout | undefined;

  constructor(memory: SharedArrayBuffer) {
    this.#capacity = capacityOf(memory);
    this.#cells = cellsOf(memory);
    this.#words = wordsOf(memory);
    this.#bytes = bytesOf(memory);
    this.#tail = Atomics.load(this.#cells, TAIL);
    this.#head = this.#tail;
  }

  /**
   * Hands up to `budget` frames to `handle`, and returns how many. Fewer means that the tape was empty, or was stopped.
   * A frame's room is freed when `handle` returns or throws; an error it throws ends the reading and is passed on. Must
   * not be called from within `handle`.
   * @throws Error when the tape is corrupt; then everything on it is dropped
   */
  read(handle: FrameHandler, budget: number): number {
    let count = 0;
    while (count < budget && this.#state !== 'stopped' && this.#hasFrame()) {
      if (this.#readFrame(handle) !== PADDING) count++;
    }
    return count;
  }

  /**
   * Reads until stopped. After `budget` frames other events get a turn of the event loop. When the tape is empty it
   * takes a nap, and when it still is, it sleeps. Neither keeps the thread alive. An error from `handle` becomes an
   * uncaught exception; reading goes on after it.
   */
  run(handle: FrameHandler, { nap, budget = DEFAULT_BUDGET }: Reading): void {
    if (this.#state !== 'idle') throw new Error(`a tape reader that is ${this.#state} cannot run`);
    this.#state = 'running';
    const turn = (): void => {
      let count = budget;
      try {
        count = this.read(handle, budget);
      } finally {
        if (this.#state === 'running') {
          if (count === budget) setImmediate(turn);
          else if (count > 0 && nap > 0) this.#napThen(turn, nap);
          else this.#sleepThen(turn);
        }
      }
    };
    setImmediate(turn);
  }

  /** Ends reading for good: `handle` is not called again. */
  stop(): void {
    this.#state = 'stopped';
    clearTimeout(this.#nap);
    Atomics.store(this.#cells, DOORBELL, AWAKE);
    Atomics.notify(this.#cells, DOORBELL);
  }

  /** Bytes in the ring, headers and padding included. */
  get used(): number {
    return distance(this.#tail, Atomics.load(this.#cells, HEAD), this.#capacity);
  }

  #hasFrame(): boolean {
    if (this.#head !== this.#tail) return true;
    this.#head = Atomics.load(this.#cells, HEAD);
    return this.#head !== this.#tail;
  }

  /** Reads one frame, and returns its kind. */
  #readFrame(handle: FrameHandler): number {
    const offset = offsetOf(this.#tail, this.#capacity);
    const word = this.#words[offset >> 2]!;
    const exchange = this.#words[(offset >> 2) + 1]! >>> 0;
    const kind = word & 0xff;
    const length = word >>> 8;
    const size = frameSize(length);
    if (size > distance(this.#tail, this.#head, this.#capacity) || offset + size > this.#capacity) this.#giveUp(length);
    this.#tail = advance(this.#tail, size, this.#capacity);
    try {
      const start = offset + FRAME_HEADER;
      if (kind !== PADDING) handle(kind, exchange, this.#bytes, start, start + length);
    } finally {
      Atomics.store(this.#cells, TAIL, this.#tail);
    }
    return kind;
  }

  /** With a wrong length the next frame can't be found, so everything on the tape is lost. */
  #giveUp(length: number): never {
    this.#tail = this.#head;
    Atomics.store(this.#cells, TAIL, this.#tail);
    throw new Error(`the tape is corrupt: a frame claims ${length} bytes that are not there`);
  }

  #napThen(turn: () => void, milliseconds: number): void {
    if (this.#nap === undefined) this.#nap = setTimeout(turn, milliseconds).unref();
    else this.#nap.refresh();
  }

  #sleepThen(turn: () => void): void {
    Atomics.store(this.#cells, DOORBELL, ASLEEP);
    if (this.#hasFrame()) {
      Atomics.store(this.#cells, DOORBELL, AWAKE);
      setImmediate(turn);
      return;
    }
    const wait = Atomics.waitAsync(this.#cells, DOORBELL, ASLEEP);
    if (wait.async) wait.value.then(turn);
    else setImmediate(turn);
  }
}
