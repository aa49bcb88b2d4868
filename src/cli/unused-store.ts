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
  /** The action as a verb, for messages. */
  readonly verb: 'clear' | 'mark';
}

/**
 * Changes the store of a proxy that is not running, by its URL, while no other process can change it. Rejects with
 * `store_unusable`; the fault is `claimed` if a running proxy records to it.
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
  // Opened for reading first: a file that is missing, damaged or not ours is refused, and neither created nor set
  // aside.
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
    const message = `store ${path}: in use: a running proxy records to it; ${verb} it through that proxy with --admin URL, or stop the proxy first`;
    throw new StoreError('claimed', message, { cause: error });
  }
}
