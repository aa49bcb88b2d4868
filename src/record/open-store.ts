import { MEMORY, parseStoreUrl, STORE_FORM, shownStore } from '../config/store-url.ts';
import type { StoreReader } from '../model/store-reader.ts';
import { SqliteReader } from './sqlite/reader.ts';
import { StoreError } from './store-error.ts';

/** A reader that holds the store open. */
export interface OpenReader extends StoreReader {
  close(): Promise<void>;
}

/**
 * Opens a store by its URL for reading its present state, while others may write to it. Rejects with a `StoreError`;
 * the fault is `unsupported` if it is another kind of store.
 */
export async function openReader(url: string): Promise<OpenReader> {
  const path = storePath(url);
  if (path === MEMORY) {
    throw new StoreError(
      'missing',
      `store ${MEMORY} keeps nothing to report once its process has ended; name a file, with --store or in the config`,
    );
  }
  return SqliteReader.openFile(path);
}

/** The file that the URL of a store names. Throws a `StoreError` with the fault `unsupported`. */
export function storePath(url: string): string {
  const parsed = parseStoreUrl(url);
  if ('value' in parsed) return parsed.value;
  throw new StoreError('unsupported', `store ${shownStore(url)}: ${parsed.wrong}; allowed: ${STORE_FORM}`);
}
