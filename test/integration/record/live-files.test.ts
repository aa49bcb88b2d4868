import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { LiveFiles } from '../../../src/record/sqlite/live-files.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A database that is open for writing, with some pages, and its files. */
function watched() {
  const path = join(temporaryDirectory(), 'results.db');
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE rows (text TEXT)');
  const write = () => db.exec("INSERT INTO rows VALUES (replace(hex(zeroblob(20000)), '0', 'x'))");
  write();
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  write();
  const files = new LiveFiles(path);
  afterThisTest(() =>
    files.close(
      () => db.close(),
      () => {},
    ),
  );
  return { path, db, write, files };
}

it.each([
  ['between two uses', 'between'],
  ['within a use', 'within'],
] as const)('finds that the database was cut short %s', (_when, when) => {
  const { path, write, files } = watched();
  if (when === 'within') write();
  truncateSync(path, Math.floor(statSync(path).size / 2));
  if (when === 'within') files.used();
  expect(files.look()).toBe('main_cut');
});

it('finds that the index was cut short within a use', () => {
  const { path, files } = watched();
  truncateSync(`${path}-shm`, 4096);
  files.used();
  expect(files.look()).toBe('index_cut');
});

it('finds nothing where SQLite itself makes the database shorter', () => {
  const { path, db, files } = watched();
  const { size } = statSync(path);
  db.exec('DELETE FROM rows; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  files.used();
  expect(statSync(path).size).toBeLessThan(size);
  expect(files.look()).toBeUndefined();
});
