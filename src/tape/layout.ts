/**
 * The tape: a bounded ring of frames in shared memory, with one writer thread and one reader thread.
 *
 *     | head        | tail        | doorbell    | data: `capacity` bytes of frames, each 8-byte aligned  |
 *     | 128 bytes   | 128 bytes   | 128 bytes   | padding counts as a frame                              |
 *
 *     frame = | length << 8 | kind | exchange | payload, contiguous, filled up to a multiple of 8 |
 *             | 32 bits            | 32 bits  |                                                   |
 *
 * Only the writer stores the head and only the reader stores the tail, each with `Atomics.store` after it is done with
 * the bytes in between. So a frame becomes visible whole or not at all, and its bytes stay until they are read. The
 * three cells lie two cache lines apart, since processors fetch lines in pairs.
 *
 * Positions run modulo twice the capacity, not from 0 to 2^32: the distance of two positions tells a full ring from an
 * empty one, the offset is the position modulo the capacity for every capacity, and no amount of traffic overflows.
 *
 * A payload is never split by the end of the data. Where a frame would be, a padding frame covers the rest of the data
 * and the frame begins at offset 0.
 */

/** Longest payload of a control frame (end, abandon), in bytes. */
export const CONTROL_PAYLOAD = 64;

export const FRAME_HEADER = 8;
export const CONTROL_FRAME = FRAME_HEADER + CONTROL_PAYLOAD;

/** The kind of padding frames; callers use the kinds from 1 to `LARGEST_KIND`. */
export const PADDING = 0;
export const LARGEST_KIND = 255;

/** Indexes into `cells`. */
export const HEAD = 0;
export const TAIL = 32;
export const DOORBELL = 64;
const DATA_OFFSET = 384;

/** States of the doorbell. The reader sets `ASLEEP` before it waits; the one that ends the wait sets `AWAKE`. */
export const AWAKE = 0;
export const ASLEEP = 1;

const SMALLEST_CAPACITY = 512;
/** Positions, up to twice as large, must fit a signed 32-bit cell. */
const LARGEST_CAPACITY = 2 ** 30;
/** A frame's length has 24 bits. */
const LARGEST_FRAME = 2 ** 24;

export const Tape = {
  /**
   * Allocates memory for a tape, for its `TapeWriter` and its `TapeReader`.
   * @param capacity bytes of data: a multiple of 8 from 512 bytes to 1 GiB
   * @throws RangeError for any other capacity
   */
  allocate(capacity: number): SharedArrayBuffer {
    if (capacity % 8 !== 0 || capacity < SMALLEST_CAPACITY || capacity > LARGEST_CAPACITY) {
      throw new RangeError(
        `a tape's capacity is a multiple of 8 from ${SMALLEST_CAPACITY} to ${LARGEST_CAPACITY} bytes, not ${capacity}`,
      );
    }
    return new SharedArrayBuffer(DATA_OFFSET + capacity);
  },
};

export function capacityOf(memory: SharedArrayBuffer): number {
  return memory.byteLength - DATA_OFFSET;
}

export function cellsOf(memory: SharedArrayBuffer): Int32Array<SharedArrayBuffer> {
  return new Int32Array(memory, 0, DATA_OFFSET / 4);
}

/** The data as 32-bit words, for frame headers. */
export function wordsOf(memory: SharedArrayBuffer): Int32Array {
  return new Int32Array(memory, DATA_OFFSET);
}

export function bytesOf(memory: SharedArrayBuffer): Buffer {
  return Buffer.from(memory, DATA_OFFSET);
}

export function viewOf(memory: SharedArrayBuffer): DataView {
  return new DataView(memory, DATA_OFFSET);
}

/** Bytes that a frame with a payload of `length` bytes takes. */
export function frameSize(length: number): number {
  return FRAME_HEADER + ((length + 7) & ~7);
}

/**
 * The longest payload of one frame. A frame takes at most a quarter of the capacity, so that it always fits into an
 * empty ring, on one side of the end of the data, whatever the position.
 */
export function largestPayload(capacity: number): number {
  return Math.min((capacity >> 2) & ~7, LARGEST_FRAME) - FRAME_HEADER;
}

export function offsetOf(position: number, capacity: number): number {
  return position < capacity ? position : position - capacity;
}

/** The position `bytes` (at most the capacity) after another. */
export function advance(position: number, bytes: number, capacity: number): number {
  const next = position + bytes;
  return next < 2 * capacity ? next : next - 2 * capacity;
}

/** Bytes from one position to a later one. */
export function distance(from: number, to: number, capacity: number): number {
  return from <= to ? to - from : to - from + 2 * capacity;
}
