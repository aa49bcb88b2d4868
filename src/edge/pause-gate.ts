/**
 * Decides from one reading after another whether copies are paused. Two readings in a row over the limit begin a pause:
 * a single one may be a garbage collection, or a process that was stopped for a moment. It ends once all readings have
 * been far below the limit for a while. That while is doubled when copies have to be paused again soon after, since then
 * they are what the machine can't bear.
 */

/** What a reading says: over the limit, far below it, or between the two. */
export type PauseReading = 'over' | 'between' | 'calm';

/**
 * `strained`: the last reading was over the limit. `paused`: `calmSince` is the beginning of the first of the latest
 * readings that were all calm. Times are monotonic, in milliseconds.
 */
type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'strained' }
  | { readonly kind: 'paused'; readonly calmSince: number | undefined };

const OPEN: State = { kind: 'open' };
const STRAINED: State = { kind: 'strained' };

/** Milliseconds without strain that end a pause: of the first one, and of one after many others. */
const FIRST_CALM = 10_000;
const LONGEST_CALM = 300_000;
/** Milliseconds after a pause within which the next one is considered to have the same cause. */
const AGAIN = 60_000;

export class PauseGate {
  #state: State = OPEN;
  #calm = FIRST_CALM;
  #endedAt = -Infinity;

  get paused(): boolean {
    return this.#state.kind === 'paused';
  }

  /** Whether the timings of responses that end now may be distorted. */
  get strained(): boolean {
    return this.#state.kind !== 'open';
  }

  /** `from`, `to`: the time that the reading is about. */
  read(reading: PauseReading, from: number, to: number): void {
    switch (this.#state.kind) {
      case 'open':
        if (reading === 'over') this.#state = STRAINED;
        break;
      case 'strained':
        if (reading === 'over') this.#pause(to);
        else this.#state = OPEN;
        break;
      case 'paused':
        this.#wait(this.#state.calmSince, reading, from, to);
        break;
    }
  }

  /** As if nothing had been read yet. */
  reset(): void {
    this.#state = OPEN;
    this.#calm = FIRST_CALM;
    this.#endedAt = -Infinity;
  }

  #pause(now: number): void {
    this.#calm = now - this.#endedAt < AGAIN ? Math.min(2 * this.#calm, LONGEST_CALM) : FIRST_CALM;
    this.#state = { kind: 'paused', calmSince: undefined };
  }

  #wait(since: number | undefined, reading: PauseReading, from: number, to: number): void {
    const calmSince = reading === 'calm' ? (since ?? from) : undefined;
    if (calmSince === undefined || to - calmSince < this.#calm) {
      this.#state = { kind: 'paused', calmSince };
    } else {
      this.#state = OPEN;
      this.#endedAt = to;
    }
  }
}
