/** A budget in bytes for all examples, wherever they are collected. */
export class ExampleBudget {
  readonly #bytes: number;
  #taken = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Bytes that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** False if no room is left. */
  get hasRoom(): boolean {
    return this.#taken < this.#bytes;
  }

  /** False if there is no room for so many bytes; none are taken then. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#bytes) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
