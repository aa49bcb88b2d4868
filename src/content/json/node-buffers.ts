/*
 * New memory for an index costs nearly as much as filling it, in page faults and garbage collection. So the buffers of
 * released documents are reused. A comparison needs two at a time.
 */

const MOST_SPARE = 2;

/** Integers. A larger buffer is left to the garbage collector, so that one huge body does not hold memory for good. */
const LARGEST_SPARE = 4 * 1024 * 1024;

const spare: Int32Array[] = [];

/** A buffer of at least that many integers, with arbitrary content. */
export function takeBuffer(length: number): Int32Array {
  const at = spare.findIndex((buffer) => buffer.length >= length);
  return at < 0 ? new Int32Array(length) : spare.splice(at, 1)[0]!;
}

/** A buffer must not be used after it was given back. */
export function giveBack(buffer: Int32Array): void {
  if (buffer.length === 0 || buffer.length > LARGEST_SPARE) return;
  spare.push(buffer);
  spare.sort((a, b) => b.length - a.length);
  spare.length = Math.min(spare.length, MOST_SPARE);
}
