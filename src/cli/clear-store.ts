import { storePath } from '../record/open-store.ts';
import { meantIn } from '../results/find-rehearsal.ts';
import { changeUnusedStore, type UnusedStoreOptions } from './unused-store.ts';

/** What was recorded before it was deleted, as in `Summary`. */
export interface Cleared {
  /** Whose results they were, for messages. */
  readonly of: string;
  readonly requests: number;
  readonly outcomes: readonly { readonly ending: string; readonly count: number }[];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Clearing extends Omit<UnusedStoreOptions, 'verb'> {
  /** Id, version or label of the rehearsal whose results are deleted; absent: all. */
  readonly rehearsal?: string;
}

/** Deletes the results in the store of a proxy that is not running. Rejects with `store_unusable`, also if one is. */
export function clearStore(url: string, { rehearsal: meant, ...options }: Clearing): Promise<Cleared> {
  return changeUnusedStore(url, { ...options, verb: 'clear' }, async (store) => {
    const rehearsal = meant === undefined ? undefined : meantIn(await store.rehearsals(), meant).id;
    const scope = rehearsal === undefined ? {} : { rehearsal };
    const { requests, outcomes, from, to } = await store.summary({}, scope);
    await store.clear(rehearsal);
    return { of: `store ${storePath(url)}`, requests, outcomes, from, to };
  });
}
