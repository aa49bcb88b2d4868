/** Where the chunks of a body lie in one read. They are handed on as one piece: many small chunks cost one write. */

/** Bytes up to which a loop copies faster than a call does. */
const SHORT = 32;

export class BodySpans {
  /** Start and end of each chunk in turn. */
  #ends: number[] = [];

  get empty(): boolean {
    return this.#ends.length === 0;
  }

  get count(): number {
    return this.#ends.length >> 1;
  }

  /** Bytes of all chunks. */
  get length(): number {
    let length = 0;
    for (let at = 0; at < this.#ends.length; at += 2) length += this.#ends[at + 1]! - this.#ends[at]!;
    return length;
  }

  add(from: number, to: number): void {
    const ends = this.#ends;
    // A chunk may be reported in parts.
    if (ends.length > 0 && ends[ends.length - 1] === from) ends[ends.length - 1] = to;
    else ends.push(from, to);
  }

  /** Takes out the bytes of all chunks. `offset`: where the input begins in the positions of the chunks. */
  take(input: Buffer, offset: number): Buffer {
    const ends = this.#ends;
    if (ends.length === 2) {
      this.#ends = [];
      return input.subarray(ends[0]! - offset, ends[1]! - offset);
    }
    const whole = Buffer.allocUnsafe(this.length);
    this.#ends = [];
    let length = 0;
    for (let at = 0; at < ends.length; at += 2) {
      const from = ends[at]! - offset;
      const to = ends[at + 1]! - offset;
      if (to - from > SHORT) input.copy(whole, length, from, to);
      else for (let next = from; next < to; next++) whole[length + next - from] = input[next]!;
      length += to - from;
    }
    return whole;
  }
}
