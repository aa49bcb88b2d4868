/**
 * Control frames always fit. With n exchanges open, C the size of the largest control frame and E the bytes from the
 * head to the end of the data, the writer keeps this true:
 *
 *     free >= R(n, E),   R(n, E) = nC                    if nC <= E
 *                                  nC + min(E, C - 8)    otherwise
 *
 * The n frames need nC bytes. If these end before the data does, nothing is padded. If not, one frame at most meets the
 * end (the free bytes pass it once at most), and is preceded by padding that is shorter than the frame, hence at most
 * C - 8 bytes, and lies before the end, hence at most E bytes.
 *
 * - Reading makes `free` grow and leaves n and E: still true. So is a check against a tail that has moved meanwhile.
 * - A data or opening frame is refused unless it is true afterwards, with n counted as it is then.
 * - A control frame of s <= C bytes, for s <= E: free and E shrink by s, n by 1. R shrinks by s at least: by C while
 *   nC <= E, since then (n-1)C <= E - s; and else too, since min(E, C - 8) doesn't grow. For s > E, padding of E bytes
 *   goes first; E < C <= nC, so free >= nC + E before, and free >= (n-1)C after; the data ahead of the new head is
 *   all that is free, so nothing pads again: true.
 * - A frame that is committed d bytes shorter than claimed leaves d more free and d more before the end, and
 *   R(n, E + d) <= R(n, E) + d.
 *
 * A head at the very end stands at offset 0. That is E = 0 or E = capacity, and R is nC for both.
 */
import {
  ASLEEP,
  AWAKE,
  advance,
  bytesOf,
  CONTROL_FRAME,
  CONTROL_PAYLOAD,
  capacityOf,
  cellsOf,
  DOORBELL,
  distance,
  FRAME_HEADER,
  frameSize,
  HEAD,
  LARGEST_KIND,
  largestPayload,
  offsetOf,
  PADDING,
  TAIL,
  viewOf,
  wordsOf,
} from './layout.ts';

const UNCLAIMED = -1;

/**
 * The writing end of a tape. It never waits: a frame that doesn't fit is refused. A frame is claimed, written in place
 * and committed. An uncommitted claim has no effect, and only the last claim counts.
 */
export class TapeWriter {
  /** The data. Write only inside the last claim, and only until it is committed. */
  readonly bytes: Buffer;
  /** The same bytes, for numbers. */
  readonly view: DataView;
  /** The longest payload that one frame can have; longer data goes into several. */
  readonly largest: number;
  readonly #capacity: number;
  readonly #cells: Int32Array;
  readonly #words: Int32Array;
  #head: number;
  /** The tail as last seen; the actual tail may be further on. */
  #tail: number;
  #open = 0;
  /** The claim: the bound of its payload, the position of its frame, and its change to the number of open exchanges. */
  #claimed = UNCLAIMED;
  #frame = 0;
  #opens = 0;

  constructor(memory: SharedArrayBuffer) {
    this.bytes = bytesOf(memory);
    this.view = viewOf(memory);
    this.#capacity = capacityOf(memory);
    this.largest = largestPayload(this.#capacity);
    this.#cells = cellsOf(memory);
    this.#words = wordsOf(memory);
    this.#head = Atomics.load(this.#cells, HEAD);
    this.#tail = Atomics.load(this.#cells, TAIL);
  }

  /**
   * Room for up to `length` bytes of payload in a frame of an open exchange.
   * @returns the offset of the payload in `bytes`, or -1 when it doesn't fit (now, or ever if `length > largest`)
   */
  claim(length: number): number {
    return this.#claimSpare(length, 0);
  }

  /** Like `claim`, for the first frame of an exchange, whose control frame will then fit too. */
  claimOpening(length: number): number {
    return this.#claimSpare(length, 1);
  }

  /**
   * Room for the last frame of an open exchange. Always succeeds.
   * @param length at most `CONTROL_PAYLOAD`
   * @throws RangeError for a longer payload, or when no exchange is open
   */
  claimControl(length: number): number {
    if (length > CONTROL_PAYLOAD) throw new RangeError(`a control frame of ${length} bytes exceeds ${CONTROL_PAYLOAD}`);
    if (this.#open === 0) throw new RangeError('a control frame without an open exchange');
    return this.#take(length, -1);
  }

  /**
   * Publishes the claimed frame.
   * @param kind 1 to 255, the caller's choice
   * @param exchange unsigned 32-bit number
   * @param length of the payload, at most what was claimed
   * @param together counts what must be counted if and only if the frame is published. Nothing is called between the
   * two, so the thread can't be ended there.
   * @throws RangeError for a kind or length out of bounds, or when nothing is claimed
   */
  commit(kind: number, exchange: number, length: number, together?: () => void): void {
    if (length < 0 || length > this.#claimed) throw new RangeError(`${length} bytes in a claim of ${this.#claimed}`);
    if (kind <= PADDING || kind > LARGEST_KIND) throw new RangeError(`frames have no kind ${kind}`);
    this.#writeHeader(offsetOf(this.#frame, this.#capacity), kind, exchange, length);
    this.#claimed = UNCLAIMED;
    this.#open += this.#opens;
    this.#head = advance(this.#frame, frameSize(length), this.#capacity);
    if (together !== undefined) this.#publishWith(together);
    else Atomics.store(this.#cells, HEAD, this.#head);
  }

  /**
   * An atomic store is a call, in which a thread may be ended: measured, 37 times in 100. A plain one is not. The store
   * before it keeps it behind the bytes of the frame, the one after it keeps it before the look at the doorbell.
   */
  #publishWith(count: () => void): void {
    const cells = this.#cells;
    Atomics.store(cells, HEAD, Atomics.load(cells, HEAD));
    count();
    cells[HEAD] = this.#head;
    Atomics.store(cells, HEAD, this.#head);
  }

  /** Whether the reader must be woken for the frames on the tape. An awake reader finds them by itself. */
  get mustRing(): boolean {
    return Atomics.load(this.#cells, DOORBELL) === ASLEEP;
  }

  /** Wakes the reader if it sleeps. For the end of a turn of the event loop, not for every frame. */
  ring(): void {
    if (!this.mustRing) return;
    Atomics.store(this.#cells, DOORBELL, AWAKE);
    Atomics.notify(this.#cells, DOORBELL);
  }

  /** Where the next frame begins: a position as defined in `layout.ts`. */
  get head(): number {
    return this.#head;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Bytes in the ring, headers and padding included. */
  get used(): number {
    this.#tail = Atomics.load(this.#cells, TAIL);
    return distance(this.#tail, this.#head, this.#capacity);
  }

  /** Claims room that is not needed for control frames to come. `opens`: how many exchanges this frame opens. */
  #claimSpare(length: number, opens: 0 | 1): number {
    if (length > this.largest) return -1;
    const size = frameSize(length);
    const toEnd = this.#capacity - offsetOf(this.#head, this.#capacity);
    const needed =
      size <= toEnd
        ? size + reserve(this.#open + opens, toEnd - size)
        : toEnd + size + reserve(this.#open + opens, this.#capacity - size);
    if (distance(this.#tail, this.#head, this.#capacity) + needed > this.#capacity) {
      if (this.used + needed > this.#capacity) return -1;
    }
    return this.#take(length, opens);
  }

  #take(length: number, opens: -1 | 0 | 1): number {
    const offset = offsetOf(this.#head, this.#capacity);
    const toEnd = this.#capacity - offset;
    this.#claimed = length;
    this.#opens = opens;
    if (frameSize(length) <= toEnd) {
      this.#frame = this.#head;
      return offset + FRAME_HEADER;
    }
    this.#writeHeader(offset, PADDING, 0, toEnd - FRAME_HEADER);
    this.#frame = advance(this.#head, toEnd, this.#capacity);
    return FRAME_HEADER;
  }

  #writeHeader(offset: number, kind: number, exchange: number, length: number): void {
    this.#words[offset >> 2] = (length << 8) | kind;
    this.#words[(offset >> 2) + 1] = exchange;
  }
}

/** Bytes to keep free for the control frames of `open` exchanges, `toEnd` bytes before the end of the data. */
function reserve(open: number, toEnd: number): number {
  const frames = open * CONTROL_FRAME;
  return frames <= toEnd ? frames : frames + Math.min(toEnd, CONTROL_FRAME - FRAME_HEADER);
}
