import type { JsonDocument } from '../../content/json/document.ts';
import { firstDifference } from '../first-difference.ts';

/** Below this many bytes, a loop is quicker than a call into native code. */
const SHORT = 48;

/**
 * Two documents, with a check whether a value's source is equal byte for byte in both. This check is repeated at every
 * level on the way down to a difference. So the last known differing byte is remembered: otherwise the time would grow
 * with depth times length.
 */
export class DocumentPair {
  readonly left: JsonDocument;
  readonly right: JsonDocument;
  #leftDiffers = -1;
  #rightDiffers = -1;

  constructor(left: JsonDocument, right: JsonDocument) {
    this.left = left;
    this.right = right;
  }

  same(leftNode: number, rightNode: number): boolean {
    const leftStart = this.left.start(leftNode);
    const rightStart = this.right.start(rightNode);
    const length = this.left.end(leftNode) - leftStart;
    if (length !== this.right.end(rightNode) - rightStart) return false;
    const leftBytes = this.left.bytes;
    const rightBytes = this.right.bytes;
    const looped = Math.min(length, SHORT);
    for (let offset = 0; offset < looped; offset++) {
      if (leftBytes[leftStart + offset] !== rightBytes[rightStart + offset]) return false;
    }
    return length <= SHORT || this.#sameLong(leftStart, rightStart, length);
  }

  #sameLong(leftStart: number, rightStart: number, length: number): boolean {
    const known = this.#leftDiffers - leftStart;
    if (known >= 0 && known < length && known === this.#rightDiffers - rightStart) return false;
    const left = this.left.bytes.subarray(leftStart, leftStart + length);
    const right = this.right.bytes.subarray(rightStart, rightStart + length);
    if (left.equals(right)) return true;
    const offset = firstDifference(left, right);
    this.#leftDiffers = leftStart + offset;
    this.#rightDiffers = rightStart + offset;
    return false;
  }
}
