import { randomUUID } from 'node:crypto';
import { MEMORY } from '../config/store-url.ts';
import { UnderstudyError } from '../model/errors.ts';
import { openReader, storePath } from '../record/open-store.ts';
import { type Claim, claimStore } from '../record/sqlite/claim.ts';
import { SqliteStore } from '../record/sqlite/store.ts';
import type { Store } from '../record/store.ts';
import { StoreError } from '../record/store-error.ts';

export interface UnusedStoreOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  warn(message: string): void;
  /** What is done to it, for messages. */
  readonly verb: 'clear' | 'mark';
}

/**
 * Changes the store of a proxy that does not run, by its URL, and no other changes it meanwhile. Rejects with `store_unusable`; with
 * the fault `claimed` where a proxy runs that records to it.
 */
export async function changeUnusedStore<T>(
  url: string,
  { now, warn, verb }: UnusedStoreOptions,
  change: (store: Store) => Promise<T>,
): Promise<T> {
  const path = storePath(url);
  if (path === MEMORY) {
    throw new UnderstudyError('store_unusable', `store :memory: is a running proxy's own; ${verb} it with --admin URL`);
  }
  // Opened to be read first: what is missing, damaged or no store of ours is refused, and neither made nor set aside.
  await (await openReader(path)).close();
  const claim = claimUnused(path, verb);
  try {
    const run = { id: randomUUID(), startedAt: now };
    const store = await SqliteStore.open({ path, run, now: () => now, warn });
    try {
      const changed = await change(store);
      await store.finish(now);
      return changed;
    } finally {
      await store.close();
    }
  } finally {
    claim.release();
  }
}

function claimUnused(path: string, verb: UnusedStoreOptions['verb']): Claim {
  try {
    return claimStore(path);
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== 'claimed') throw error;
    const message = `store ${path}: in use: a running proxy records to it; ${verb} it through that one, with --admin URL, or stop it first`;
    throw new StoreError('claimed', message, { cause: error });
  }
}
