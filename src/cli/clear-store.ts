import { changeUnusedStore, type UnusedStoreOptions } from './unused-store.ts';

/** What was recorded before it was deleted, as `Summary` has it. */
export interface Cleared {
  /** Whose results they were, for people. */
  readonly of: string;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: string; readonly count: number }[];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Deletes the results in the store of a proxy that does not run. Rejects with `store_unusable`, also where one does. */
export function clearStore(path: string, options: Omit<UnusedStoreOptions, 'verb'>): Promise<Cleared> {
  return changeUnusedStore(path, { ...options, verb: 'clear' }, async (store) => {
    const { requests, outcomes, from, to } = await store.summary();
    await store.clear();
    return { of: `store ${path}`, requests, outcomes, from, to };
  });
}
