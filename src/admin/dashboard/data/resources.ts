/** What the page has read of the API. Views that ask for the same share one request and one value. */
import { useEffect } from 'preact/hooks';
import { read } from './api.ts';
import { Observable, useObserved } from './observable.ts';
import { type Problem, problemOf } from './problem.ts';
import { askedAt, type Query, queryText } from './query.ts';
import { restAfter } from './rest.ts';

export type Resource<Value> =
  | { readonly state: 'loading' }
  /** `problem`: why it could not be read again; the value is then an old one. */
  | { readonly state: 'ready'; readonly value: Value; readonly problem?: Problem }
  | { readonly state: 'failed'; readonly problem: Problem };

/** So many values are kept for the way back. */
const MOST_KEPT = 60;

class Entry {
  readonly #path: string;
  readonly #query: Query;
  readonly resource = new Observable<Resource<unknown>>({ state: 'loading' });
  /** When its value was asked for, in milliseconds since 1970; 0 before there is one. */
  valueAt = 0;
  #reading: AbortController | undefined;
  /** When the last answer came, and how long it took: milliseconds of `performance.now()`. */
  #answer = { at: 0, took: 0 };

  constructor(path: string, query: Query) {
    this.#path = path;
    this.#query = query;
  }

  /** Reads it for a view that needs it: one request serves all of them. */
  need(): void {
    if (this.#reading === undefined) void this.refresh();
  }

  /** Reads it because something may have changed; not while it is read, and what takes the server long, less often. */
  follow(): void {
    if (performance.now() - this.#answer.at >= restAfter(this.#answer.took)) this.need();
  }

  /** Reads it anew, also if it is being read. */
  async refresh(): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const [asked, now] = [performance.now(), Date.now()];
    try {
      const value = await read(this.#path + queryText(askedAt(this.#query, now)), reading.signal);
      if (reading.signal.aborted) return;
      this.valueAt = now;
      this.resource.value = { state: 'ready', value };
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#failed(problemOf(error));
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
      const at = performance.now();
      this.#answer = { at, took: at - asked };
    }
  }

  abandon(): void {
    this.#reading?.abort();
    this.#reading = undefined;
  }

  forget(): void {
    this.abandon();
    this.resource.value = { state: 'loading' };
  }

  #failed(problem: Problem): void {
    const old = this.resource.value;
    // Yesterday's answer is better than none, but not for a question that has no answer any more.
    const keeps = old.state === 'ready' && problem.code !== 'not_found' && problem.code !== 'unauthorized';
    this.resource.value = keeps ? { ...old, problem } : { state: 'failed', problem };
  }
}

const entries = new Map<string, Entry>();

/** A range up to now is one question, although it moves: what is shown of it stays while it is read anew. */
function entryOf(path: string, query: Query): Entry {
  const name = path + queryText(query);
  const entry = entries.get(name) ?? new Entry(path, query);
  entries.delete(name);
  entries.set(name, entry);
  for (const [each, old] of entries) {
    if (entries.size <= MOST_KEPT) break;
    if (!old.resource.watched && old !== entry) entries.delete(each);
  }
  return entry;
}

/** How old what is shown is: when the oldest of it was asked for, in milliseconds since 1970. Undefined: nothing is. */
export function oldestShown(): number | undefined {
  const times = [...entries.values()]
    .filter(({ resource }) => resource.watched && resource.value.state === 'ready')
    .map(({ valueAt }) => valueAt);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Reads again what is shown, as far as that is cheap. */
export function followShown(): void {
  for (const entry of entries.values()) {
    if (entry.resource.watched) entry.follow();
  }
}

/** Reads again whatever is shown, because the reader changed something. */
export function refreshShown(): void {
  for (const entry of entries.values()) {
    if (entry.resource.watched) void entry.refresh();
  }
}

/** Nothing that was read stays: who reads next may be somebody else. */
export function forgetAll(): void {
  for (const entry of entries.values()) entry.forget();
}

/** What is not asked for. */
const NOTHING = new Observable<Resource<unknown>>({ state: 'loading' });

/** `path`: below /api/v1/. Undefined reads nothing. */
export function useResource<Value>(path: string | undefined, query: Query = {}): Resource<Value> {
  const entry = path === undefined ? undefined : entryOf(path, query);
  useEffect(() => {
    if (entry === undefined) return;
    entry.need();
    return () => {
      // The next view may have asked for the same by then.
      queueMicrotask(() => entry.resource.watched || entry.abandon());
    };
  }, [entry]);
  return useObserved(entry?.resource ?? NOTHING) as Resource<Value>;
}
