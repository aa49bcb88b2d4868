/** Bytes that examples may take together, wherever they are gathered. */
export class ExampleBudget {
  readonly #bytes: number;
  #taken = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** False where nothing more finds room. */
  get hasRoom(): boolean {
    return this.#taken < this.#bytes;
  }

  /** False where so many bytes do not find room; then none are taken. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#bytes) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
