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
  answered(): void {
    this.value = { state: 'answering', at: Date.now() };
  }

  failed({ code, status }: Problem): void {
    if (code === 'unauthorized') this.value = { state: 'unauthorized' };
    else if (status > 0) this.answered();
    else this.value = { state: 'away', ...this.#last() };
  }

  #last(): { readonly at?: number } {
    return 'at' in this.value && this.value.at !== undefined ? { at: this.value.at } : {};
  }
}

export const connection = new Watched({ state: 'connecting' });
