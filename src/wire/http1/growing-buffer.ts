/**
 * Keeps bytes from many small pieces in one buffer. It doubles when it is full, so each byte is copied a few times at
 * most.
 */
export class GrowingBuffer {
  #bytes: Buffer;
  #length = 0;

  constructor(first: Buffer) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(2 * first.length, 1024));
    this.append(first);
  }

  get length(): number {
    return this.#length;
  }

  /** The kept bytes: a view, valid until more is added. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, length));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }
}
