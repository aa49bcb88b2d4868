/** A store that needs less while it rests. It is awake again with the next operation. */
export interface Resting {
  readonly isResting: boolean;
  /** Closes it, unless it is in use or fails. Never rejects. */
  rest(): Promise<void>;
}

/**
 * Milliseconds without anything to write after which the store rests. To wake it takes a few hundred milliseconds of
 * CPU time, so a request now and then should not do that each time.
 */
const REST_AFTER = 20_000;

/** Sends a store to rest when nothing was written to it, and nobody woke it, for a while. */
export class Idleness {
  readonly #store: Resting;
  #since: number;
  #sentToRest = false;

  constructor(store: Resting, now: number) {
    this.#store = store;
    this.#since = now;
  }

  get isResting(): boolean {
    return this.#store.isResting;
  }

  /** There was something to write at this time. */
  end(now: number): void {
    this.#since = now;
    this.#sentToRest = false;
  }

  /** There is nothing to write. Resolves to whether the store rests. */
  async goOn(now: number): Promise<boolean> {
    const wasWoken = this.#sentToRest && !this.isResting;
    if (wasWoken) this.#since = now;
    if (!this.isResting && now - this.#since >= REST_AFTER) await this.#store.rest();
    this.#sentToRest = this.isResting;
    return this.isResting;
  }
}
