import { REDACTIONS, type Redaction } from '../model/redaction.ts';

/** How often each rule hid a value in a record or a log, in shared memory: one thread writes, main reads. */
export class RedactionCounts {
  readonly #cells: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Uint32Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(REDACTIONS.length * Uint32Array.BYTES_PER_ELEMENT);
  }

  add(rule: Redaction): void {
    const at = REDACTIONS.indexOf(rule);
    this.#cells[at] = this.#cells[at]! + 1;
  }

  of(rule: Redaction): number {
    return this.#cells[REDACTIONS.indexOf(rule)]!;
  }
}
