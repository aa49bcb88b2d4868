/** Stores with evidence in them, a flush a second. */
import { SqliteStore } from '../../src/record/sqlite/store.ts';
import { afterThisTest } from './cleanup.ts';
import { type FlushParts, flush } from './flushes.ts';

export const NOON = Date.UTC(2026, 10, 3, 12);
export const CONFIGURED = { rules: [], routes: [] };

export type Part = Omit<FlushParts, 'sequence' | 'at'>;

/** A second of 100 requests that are as they should be. */
export function good(route = 'orders', endings: object = { match: 100 }): Part {
  const legs = { primary: [5], shadow: [5], control: [5] };
  const requests = Object.values(endings).reduce((sum, each) => sum + each, 0);
  return { routes: { [route]: { requests, endings, legs, signs: { slower: { worse: 30, better: 70 } } } } };
}

/** A store with so many seconds. */
export async function stored(seconds: readonly Part[], configured: FlushParts['configured'] | 'none' = CONFIGURED) {
  const run = { id: 'run', startedAt: NOON };
  const store = await SqliteStore.open({ path: ':memory:', run, now: () => NOON, warn: () => {} });
  afterThisTest(() => store.close());
  const told = configured === 'none' ? {} : { configured };
  for (const [at, part] of seconds.entries()) {
    await store.write(flush({ sequence: at + 1, at: NOON + at * 1_000, ...told, ...part }));
  }
  return store;
}

export const times = <T>(count: number, part: T): T[] => Array.from({ length: count }, () => part);
