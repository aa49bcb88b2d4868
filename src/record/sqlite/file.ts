/**
 * The file of a store in the file system. Files that are not ours are never written, renamed or removed. A file is
 * ours if its header has the application id; only such a file is set aside when it is damaged.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../store-error.ts';
import { APPLICATION_ID } from './schema.ts';

/** What a path leads to. It stays the same while the file is renamed, and is another one for a file in its place. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** Undefined if there is no file. */
export function identityOf(path: string): FileIdentity | undefined {
  const stats = statOf(path);
  return stats && { dev: stats.dev, ino: stats.ino };
}

export function inspect(path: string): 'missing' | 'empty' | 'ours' {
  const stats = statOf(path);
  if (stats === undefined) return 'missing';
  if (stats.isDirectory()) throw new StoreError('misplaced', `store ${path}: it is a directory; name a file in it`);
  if (!stats.isFile()) throw new StoreError('misplaced', `store ${path}: it is not a regular file; name another path`);
  if (stats.size === 0) return 'empty';
  const header = readHeader(path);
  if (stats.size < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new StoreError('foreign', `store ${path}: it is not a SQLite database; move the file away, or name another`);
  }
  if (header.readUInt32BE(68) !== APPLICATION_ID) {
    throw new StoreError('foreign', `store ${path}: it is another program's database; name another file`);
  }
  return 'ours';
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** The database header (https://sqlite.org/fileformat.html). */
function readHeader(path: string): Buffer {
  const header = Buffer.alloc(100);
  try {
    const file = openSync(path, 'r');
    readSync(file, header);
    closeSync(file);
  } catch (error) {
    throw fileFailure(path, error);
  }
  return header;
}

/** SQLite gives the -wal and -shm files the mode of the database. */
export function create(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** @param what `all`: the database and its log; `log`: only the log, if there is one. */
export function setAside(path: string, now: number, what: 'all' | 'log' = 'all'): string {
  try {
    const real = realPath(path);
    const aside = `${real}.corrupt-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const suffix of what === 'all' ? ['', '-wal', '-shm'] : ['-wal', '-shm']) {
      if (existsSync(real + suffix)) renameSync(real + suffix, aside + suffix);
    }
    return what === 'all' ? aside : `${aside}-wal`;
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** One name for a file that has several, even before it exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}

export function fileFailure(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const cause = { cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StoreError('misplaced', `store ${path}: its directory does not exist; create it`, cause);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StoreError(
        'forbidden',
        `store ${path}: ${code}; allow this user to read and write the file and its directory, or name another path`,
        cause,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreError('full', `store ${path}: ${code}; free space on the disk`, cause);
    default:
      return new StoreError('failing', `store ${path}: ${error instanceof Error ? error.message : error}`, cause);
  }
}
