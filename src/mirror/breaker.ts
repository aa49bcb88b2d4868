/**
 * A circuit breaker: after a row of failures, copies to a target are skipped for a while. Then a single copy is let
 * through as a test. Copies never wait for the breaker.
 */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly until: number; readonly pause: number }
  | { readonly kind: 'half_open'; readonly pause: number };

/** Failures in a row that open it. */
const THRESHOLD = 20;
/** Milliseconds of the first pause. After each failed test the pause is doubled, up to the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export class Breaker {
  #state: BreakerState = { kind: 'closed', failures: 0 };

  get state(): BreakerState['kind'] {
    return this.#state.kind;
  }

  /** Whether `permits` would return false. */
  refuses(now: number): boolean {
    return this.#state.kind === 'half_open' || (this.#state.kind === 'open' && now < this.#state.until);
  }

  /**
   * Whether a copy may be sent at this moment (milliseconds, monotonic). After true, the caller must report the result.
   */
  permits(now: number): boolean {
    if (this.refuses(now)) return false;
    if (this.#state.kind === 'open') this.#state = { kind: 'half_open', pause: this.#state.pause };
    return true;
  }

  onSuccess(): void {
    if (this.#state.kind !== 'closed' || this.#state.failures > 0) this.#state = { kind: 'closed', failures: 0 };
  }

  /** The test copy said nothing about the target: another one is let through after the same pause. */
  onUndecided(now: number): void {
    if (this.#state.kind !== 'half_open') return;
    const { pause } = this.#state;
    this.#state = { kind: 'open', until: now + pause, pause };
  }

  onFailure(now: number): void {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
        this.#state =
          state.failures + 1 < THRESHOLD
            ? { kind: 'closed', failures: state.failures + 1 }
            : { kind: 'open', until: now + FIRST_PAUSE, pause: FIRST_PAUSE };
        break;
      case 'half_open': {
        const pause = Math.min(state.pause * 2, LONGEST_PAUSE);
        this.#state = { kind: 'open', until: now + pause, pause };
        break;
      }
      case 'open':
        break;
    }
  }
}
