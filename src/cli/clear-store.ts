import { randomUUID } from 'node:crypto';
import { UnderstudyError } from '../model/errors.ts';
import { type Claim, claimStore } from '../record/sqlite/claim.ts';
import { SqliteReader } from '../record/sqlite/reader.ts';
import { SqliteStore } from '../record/sqlite/store.ts';
import { StoreError } from '../record/store-error.ts';

/** What was recorded before it was deleted, as `Summary` has it. */
export interface Cleared {
  /** Whose results they were, for people. */
  readonly of: string;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: string; readonly count: number }[];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Clearing {
  /** Milliseconds since 1970. */
  readonly now: number;
  warn(message: string): void;
}

/** Deletes the results in the store of a proxy that does not run. Rejects with `store_unusable`, also where one does. */
export async function clearStore(path: string, { now, warn }: Clearing): Promise<Cleared> {
  if (path === ':memory:') {
    throw new UnderstudyError('store_unusable', "store :memory: is a running proxy's own; clear it with --admin URL");
  }
  // Opened to be read first: what is missing, damaged or no store of ours is refused, and neither made nor set aside.
  await (await SqliteReader.openFile(path)).close();
  const claim = claimUnused(path);
  try {
    const run = { id: randomUUID(), startedAt: now };
    const store = await SqliteStore.open({ path, run, now: () => now, warn });
    try {
      const { requests, outcomes, from, to } = await store.summary();
      await store.clear();
      await store.finish(now);
      return { of: `store ${path}`, requests, outcomes, from, to };
    } finally {
      await store.close();
    }
  } finally {
    claim.release();
  }
}

function claimUnused(path: string): Claim {
  try {
    return claimStore(path);
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== 'claimed') throw error;
    const message = `store ${path}: in use: a running proxy records to it; clear it through that one, with --admin URL, or stop it first`;
    throw new StoreError('claimed', message, { cause: error });
  }
}
