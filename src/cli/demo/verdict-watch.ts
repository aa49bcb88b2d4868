import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../../model/answer.ts';
import { fromAdmin } from '../gate-source.ts';

/** Milliseconds between two looks. */
const LOOK = 1_000;

/** Asks a running proxy for its verdict again and again, as a gate does. */
export class VerdictWatch {
  readonly #ended = new AbortController();
  #answer: Answer = 'invalid';

  /** The last one; before the first exchange was judged, `invalid`. */
  get answer(): Answer {
    return this.#answer;
  }

  /** Whether one or the other is proven: then it takes no more traffic. */
  get isKnown(): boolean {
    return this.#answer === 'pass' || this.#answer === 'regression';
  }

  /** Resolves once it is known, or was ended. Rejects where the proxy gives no verdict. */
  async follow(admin: string): Promise<void> {
    const source = fromAdmin(admin, undefined);
    const { signal } = this.#ended;
    while (!signal.aborted && !this.isKnown) {
      await pause(LOOK, undefined, { signal }).catch(() => {});
      if (!signal.aborted) this.#answer = (await source({ overrides: {} }, Date.now())).verdict;
    }
  }

  end(): void {
    this.#ended.abort();
  }
}
