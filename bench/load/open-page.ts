import { restAfter } from '../../src/admin/dashboard/data/rest.ts';

/** Asks as an overview that somebody has left open: whenever the stream tells of results, for all that it shows. */
export class OpenPage {
  readonly #api: string;
  readonly #closed = new AbortController();
  readonly #following: Promise<void>;
  #answers = 0;

  /** `admin`: the admin port of 127.0.0.1. */
  constructor(admin: number) {
    this.#api = `http://127.0.0.1:${admin}/api/v1/`;
    this.#following = this.#follow();
  }

  /** Rejects where the API failed meanwhile. Returns how many answers the page got. */
  async close(): Promise<number> {
    this.#closed.abort();
    await this.#following;
    return this.#answers;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closed;
    const shown = [
      'summary',
      'verdict',
      'causes?state=open&limit=6',
      'timeline?points=120',
      'services',
      'rehearsals',
    ].map((path) => new Shown(this.#api + path, signal));
    try {
      const { body } = await fetch(`${this.#api}stream`, { signal });
      for await (const _ of body!) await Promise.all(shown.map(async (each) => (this.#answers += await each.follow())));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

class Shown {
  readonly #url: string;
  readonly #signal: AbortSignal;
  #next = 0;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** Returns how many answers came: one or none. */
  async follow(): Promise<0 | 1> {
    const asked = performance.now();
    if (asked < this.#next) return 0;
    const response = await fetch(this.#url, { signal: this.#signal });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${this.#url} answered ${response.status}`);
    const now = performance.now();
    this.#next = now + restAfter(now - asked);
    return 1;
  }
}
