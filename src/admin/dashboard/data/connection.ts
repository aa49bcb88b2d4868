/** Whether the server answers, when it last did, and whether it asks for the token. */
import { Observable } from './observable.ts';
import type { Problem } from './problem.ts';

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'answering'; readonly at: number }
  /** `at`: when it last answered; absent if it never did. */
  | { readonly state: 'away'; readonly at?: number }
  | { readonly state: 'unauthorized' };

class Watched extends Observable<Connection> {
  #refusedAt = 0;

  /** `asked`: when, by `performance.now()`. What was asked before a refusal says nothing of the session's present state. */
  answered(asked = performance.now()): void {
    if (this.value.state === 'unauthorized' && asked < this.#refusedAt) return;
    this.value = { state: 'answering', at: Date.now() };
  }

  /** The session has ended. */
  refused(): void {
    this.#refusedAt = performance.now();
    this.value = { state: 'unauthorized' };
  }

  failed({ code, status }: Problem, asked: number): void {
    if (code === 'unauthorized') this.refused();
    else if (status > 0) this.answered(asked);
    else if (code !== 'late') this.value = { state: 'away', ...this.#last() };
  }

  #last(): { readonly at?: number } {
    return 'at' in this.value && this.value.at !== undefined ? { at: this.value.at } : {};
  }
}

export const connection = new Watched({ state: 'connecting' });
