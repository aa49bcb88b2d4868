import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { MEMORY } from '../../config/store-url.ts';
import type { Condition } from '../reopening-store.ts';
import { StoreError } from '../store-error.ts';
import { storeFailure } from './errors.ts';
import { create, fileFailure, inspect, realPath, setAside } from './file.ts';
import { type LeftLog, lookAtLeftLog } from './left-files.ts';
import { APPLICATION_ID, migrate, newerSchema, SCHEMA_VERSION, schemaVersion } from './schema.ts';

/** Milliseconds. Short, because the store's process does nothing else meanwhile. */
const WRITER_PATIENCE = 100;
const READER_PATIENCE = 2_000;
const WAL_LIMIT = 8 * 1024 * 1024;

/** @param use the first use of the database. Damage found by it counts as found at opening. */
export function openForWriting<T>(path: string, use: (db: DatabaseSync) => T, options: WritingOptions): T {
  if (path === MEMORY) return prepareDatabase(path, use);
  const state = stateOf(path, options);
  if (state === 'damaged') return beginAnew(path, use, options);
  lookAtLog(path, state, options);
  if (state !== 'ours') create(path);
  try {
    return prepareDatabase(path, use);
  } catch (error) {
    if (!(error instanceof StoreError && error.fault === 'corrupt') || state !== 'ours') throw error;
    return beginAnew(path, use, options);
  }
}

/** A store that was found damaged while open is not opened again. */
function stateOf(path: string, { condition }: WritingOptions): ReturnType<typeof inspect> | 'damaged' {
  if (condition === 'damaged' && existsSync(path)) return 'damaged';
  return inspect(path);
}

function beginAnew<T>(path: string, use: (db: DatabaseSync) => T, { now, warn }: WritingOptions): T {
  const aside = setAside(path, now());
  warn(
    `store ${path}: damaged, so it was set aside as ${aside} and a new one begun; ` +
      `\`sqlite3 ${aside} .recover\` may save its results`,
  );
  create(path);
  return prepareDatabase(path, use);
}

function lookAtLog(path: string, state: ReturnType<typeof inspect>, { now, warn }: WritingOptions): void {
  switch (leftLog(path, state)) {
    case 'cut':
      warn(`store ${path}: its -wal file was cut short or removed; the results of about the last minute are lost`);
      break;
    case 'orphaned':
      warn(`store ${path}: there was only its -wal file, which was set aside as ${setAside(path, now(), 'log')}`);
      break;
    case 'foreign':
      warn(
        `store ${path}: its -wal file was replaced by another, which was set aside as ${setAside(path, now(), 'log')}; ` +
          'the results of about the last minute are lost',
      );
      break;
  }
}

function leftLog(path: string, state: ReturnType<typeof inspect>): LeftLog {
  try {
    return lookAtLeftLog(realPath(path), state);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

export interface OnDamage {
  /** Milliseconds since 1970, for the name of the damaged file. */
  now(): number;
  warn(message: string): void;
}

export interface WritingOptions extends OnDamage {
  /** A store that is known to be damaged is set aside without a check. Default `unknown`. */
  readonly condition?: Condition;
}

/** Opens a store that others may be writing to. */
export function openForReading<T>(path: string, use: (db: DatabaseSync) => T): T {
  if (inspect(path) !== 'ours') {
    throw new StoreError(
      'missing',
      `store ${path}: there is none; start \`understudy serve\` with it, or name another`,
    );
  }
  try {
    return prepareSnapshot(path, path, use);
  } catch (error) {
    if (!(error instanceof StoreError && error.fault === 'forbidden') || existsSync(`${path}-wal`)) throw error;
    // Reading needs a -shm file beside the store. If none can be made, nobody writes, and the file is read as it is.
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    return prepareSnapshot(path, url, use);
  }
}

function prepareSnapshot<T>(path: string, location: string | URL, use: (db: DatabaseSync) => T): T {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(location, { readOnly: true, timeout: READER_PATIENCE });
    checkVersion(db, path);
    db.exec('BEGIN');
    return use(db);
  } catch (error) {
    db?.close();
    throw storeFailure(path, error);
  }
}

function prepareDatabase<T>(path: string, use: (db: DatabaseSync) => T): T {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: WRITER_PATIENCE });
    const { application_id: application } = db.prepare('PRAGMA application_id').get()!;
    if (application !== APPLICATION_ID) {
      db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID}`);
    }
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY');
    db.exec(`PRAGMA journal_size_limit = ${WAL_LIMIT}`);
    migrate(db, path);
    return use(db);
  } catch (error) {
    db?.close();
    throw storeFailure(path, error);
  }
}

function checkVersion(db: DatabaseSync, path: string): void {
  const version = schemaVersion(db);
  if (version > SCHEMA_VERSION) throw newerSchema(path, version);
  if (version === SCHEMA_VERSION) return;
  throw new StoreError(
    'older',
    `store ${path}: it was written by an older version of Understudy (schema ${version}, this one reads ` +
      `${SCHEMA_VERSION}); start \`understudy serve\` with it once, which brings it up to date`,
  );
}
