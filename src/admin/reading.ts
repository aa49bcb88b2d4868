/**
 * Whether the results can be read, as those who ask the API see it. They are read by another process than the one that
 * writes them: writing may work while reading fails, and only parts of the store may be damaged.
 */
import { UnderstudyError } from '../model/errors.ts';

/** Times are milliseconds since 1970. */
export interface ReadingState {
  /** `failing`: something that was asked for could not be read, and has not been read since. */
  readonly status: 'read' | 'failing';
  /** Calls that could not read since the start. */
  readonly failures: number;
  /** The latest; absent: there was none. */
  readonly lastFailure?: {
    /** When what fails together with it began to fail. */
    readonly since: number;
    readonly at: number;
    readonly why: string;
  };
}

/** Milliseconds after which it says nothing of the present that something failed and was not asked for again. */
const PRESENT = 15 * 60_000;
/** Paths that are known to fail. The one that was not asked for for longest is forgotten. */
const MOST_FAILING = 100;

export class Reading {
  readonly #now: () => number;
  /** What was not read when it was last asked for, by path: since when, and when last. The latest is at the end. */
  readonly #failing = new Map<string, { readonly since: number; readonly at: number }>();
  #failures = 0;
  #lastFailure: ReadingState['lastFailure'];

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get state(): ReadingState {
    this.#forget();
    const status = this.#failing.size === 0 ? 'read' : 'failing';
    return { status, failures: this.#failures, ...(this.#lastFailure && { lastFailure: this.#lastFailure }) };
  }

  /** Does what reads, for a call of the API, and keeps in mind whether it could. */
  async watch<Value>(path: string, read: () => Value | Promise<Value>): Promise<Value> {
    try {
      const value = await read();
      this.#failing.delete(path);
      return value;
    } catch (error) {
      if (error instanceof UnderstudyError && error.code === 'store_unusable') this.#failed(path, error.message);
      throw error;
    }
  }

  #failed(path: string, why: string): void {
    const at = this.#now();
    const since = this.#failing.get(path)?.since ?? at;
    this.#failing.delete(path);
    this.#failing.set(path, { since, at });
    this.#forget();
    this.#failures++;
    this.#lastFailure = { since: Math.min(...[...this.#failing.values()].map((each) => each.since)), at, why };
  }

  #forget(): void {
    const past = this.#now() - PRESENT;
    for (const [path, { at }] of this.#failing) {
      if (at > past && this.#failing.size <= MOST_FAILING) break;
      this.#failing.delete(path);
    }
  }
}
