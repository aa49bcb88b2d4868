/**
 * Checks the files beside a database that a process left when it crashed. SQLite would trust whatever it finds; the
 * index that was left tells what the log must be.
 */
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { uptime } from 'node:os';
import { dropUnusable } from './live-files.ts';
import { logBytes, parseWalIndex, saltOf, WAL_INDEX_BYTES, type WalIndex } from './wal-index.ts';

/**
 * - `orphaned`: a log without a database.
 * - `cut`: the log is missing or shorter than it was, so the last results are lost; repaired.
 * - `foreign`: the log is not the one that was left.
 */
export type LeftLog = 'orphaned' | 'cut' | 'foreign' | undefined;

/** Nobody in this process may have the database open. @param real the file's real path, without symbolic links. */
export function lookAtLeftLog(real: string, database: 'missing' | 'empty' | 'ours'): LeftLog {
  const log = statOf(`${real}-wal`);
  if (database !== 'ours') return log !== undefined && log.size > 0 ? 'orphaned' : undefined;
  const index = leftIndex(`${real}-shm`);
  if (index === undefined || index.frames === 0) return undefined;
  if (log !== undefined && log.size > 0) {
    const salt = saltOf(read(`${real}-wal`, 32));
    if (salt !== undefined && !salt.equals(index.salt)) return 'foreign';
  }
  const size = log?.size ?? 0;
  if (size >= logBytes(index) || (size === 0 && index.backfilled >= index.frames)) return undefined;
  if (log !== undefined) dropUnusable(`${real}-wal`, size, index);
  return 'cut';
}

/**
 * An index from before the machine was started is ignored: the last writes to a mapped file may not have reached the
 * disk.
 */
function leftIndex(path: string): WalIndex | undefined {
  const stats = statOf(path);
  if (stats === undefined || stats.mtimeMs < Date.now() - uptime() * 1000) return undefined;
  return parseWalIndex(read(path, WAL_INDEX_BYTES));
}

function read(path: string, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
