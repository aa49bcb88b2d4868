import { DatabaseSync } from 'node:sqlite';
import { MEMORY } from '../../config/store-url.ts';
import { StoreError } from '../store-error.ts';
import { storeFailure } from './errors.ts';
import { create, inspect, realPath } from './file.ts';

/** Milliseconds that a claim waits for processes that only check whether there is one. */
const LOOKS = 200;

export interface Claim {
  release(): void;
}

/**
 * Makes this process the only one that records to a store, until the claim is released or the process ends in any way.
 * It uses the system's lock on a file beside the store, because SQLite holds its locks on the store only for moments.
 *
 * Throws a `StoreError` with the fault `claimed` if another process has it. If the lock fails for another reason there
 * is no claim, and opening the store reports what is wrong.
 */
export function claimStore(path: string): Claim {
  if (path === MEMORY) return { release: () => {} };
  inspect(path);
  let lock: DatabaseSync | undefined;
  try {
    const file = `${realPath(path)}-lock`;
    create(file);
    lock = new DatabaseSync(file, { timeout: LOOKS });
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    lock = undefined;
    const failure = storeFailure(path, error);
    if (failure instanceof StoreError && failure.fault === 'locked') throw claimed(path, error);
  }
  return { release: () => lock?.close() };
}

/** Whether a process records to the store. If that can't be found out, none does. */
export function isClaimed(path: string): boolean {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${realPath(path)}-lock`, { readOnly: true, timeout: 0 });
    lock.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    const failure = storeFailure(path, error);
    return failure instanceof StoreError && failure.fault === 'locked';
  } finally {
    lock?.close();
  }
}

function claimed(path: string, cause: unknown): StoreError {
  return new StoreError(
    'claimed',
    `store ${path}: another \`understudy serve\` records to it; stop that one, or give this one a store of its own with ` +
      '--store FILE or store: in the config',
    { cause },
  );
}
