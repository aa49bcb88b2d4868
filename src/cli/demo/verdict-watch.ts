import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../../model/answer.ts';
import { fromAdmin } from '../gate-source.ts';

/** Milliseconds between two requests. */
const LOOK = 1_000;

/** Asks a running proxy for its verdict repeatedly, as a gate does. */
export class VerdictWatch {
  readonly #ended = new AbortController();
  #answer: Answer = 'invalid';

  /** The last verdict; `invalid` before the first exchange was judged. */
  get answer(): Answer {
    return this.#answer;
  }

  /** Whether a pass or a regression is proven, so that no more traffic is needed. */
  get isKnown(): boolean {
    return this.#answer === 'pass' || this.#answer === 'regression';
  }

  /** Resolves once the verdict is known, or the watch was ended. Rejects if the proxy gives no verdict. */
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
