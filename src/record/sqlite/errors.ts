import { StoreError, type StoreFault } from '../store-error.ts';

/**
 * SQLite result codes (https://sqlite.org/rescode.html) that say something about the medium: primary ones, and one
 * extended.
 */
const FAULTS = new Map<number, { fault: StoreFault; advice: string }>([
  [5, { fault: 'locked', advice: 'another process is writing to it; end that process, or wait for it' }],
  [6, { fault: 'locked', advice: 'another process is writing to it; end that process, or wait for it' }],
  [8, { fault: 'forbidden', advice: 'allow this user to write the file and its directory, or choose another path' }],
  [10, { fault: 'failing', advice: 'check the disk' }],
  [11, { fault: 'corrupt', advice: '`sqlite3 FILE .recover` may save what it holds' }],
  [13, { fault: 'full', advice: 'free space on the disk, or lower store.retention' }],
  // The -shm file could not grow.
  [4874, { fault: 'full', advice: 'free space on the disk' }],
  [14, { fault: 'forbidden', advice: 'allow this user to write the file and its directory, or choose another path' }],
  [23, { fault: 'forbidden', advice: 'allow this user to write the file and its directory, or choose another path' }],
  [26, { fault: 'corrupt', advice: '`sqlite3 FILE .recover` may save what it holds' }],
]);

interface SqliteFailure extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  /** The extended result code; its low byte is the primary code. */
  readonly errcode: number;
}

/**
 * An error of SQLite as a `StoreError`. Any other error stays as it is, because it is a bug and not a fault of the
 * medium.
 */
export function storeFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ERR_INVALID_STATE') {
    return new StoreError('closed', `store ${path}: it is closed`, { cause: error });
  }
  if (!isSqliteFailure(error)) return error;
  const known = FAULTS.get(error.errcode) ?? FAULTS.get(error.errcode & 0xff);
  return new StoreError(
    known?.fault ?? 'failing',
    `store ${path}: ${error.message} (SQLite ${error.errcode}); ${known?.advice ?? 'check the disk'}`,
    { cause: error },
  );
}

function isSqliteFailure(error: Error): error is SqliteFailure {
  return 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error;
}
