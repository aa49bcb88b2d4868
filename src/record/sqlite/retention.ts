import type { DatabaseSync } from 'node:sqlite';
import { forgetExperiments } from './experiment-writer.ts';
import { HOUR, MINUTE } from './spans.ts';
import { CountDeletion } from './sums.ts';

/** Pages given back to the file system at a time: 16 MiB, so that other work is not delayed for long. */
const VACUUM_PAGES = 4096;

/** Deletes results that are too old or too many. */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #counts: CountDeletion;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepareStatements(db);
    this.#counts = new CountDeletion(db);
  }

  /** From now on the file does not grow beyond this many bytes. */
  limit(bytes: number): void {
    const { bytes: page } = this.#statements.size.get() as { bytes: number };
    this.#db.exec(`PRAGMA max_page_count = ${Math.floor(bytes / page)}`);
  }

  /** Deletes what was recorded in the hours before that of `time`. */
  deleteBefore(time: number): void {
    const hour = Math.floor(time / HOUR) * HOUR;
    this.#counts.before(hour / MINUTE);
    for (const statement of this.#statements.deleteTimes) statement.run(hour);
  }

  /** Deletes the oldest hour; if there is only one, its oldest part. False if there is nothing to delete. */
  deleteOldest(): boolean {
    const { first, last } = this.#statements.extent.get()! as { first: number | null; last: number | null };
    if (first !== null && last !== null && Math.floor(first / HOUR) < Math.floor(last / HOUR)) {
      this.deleteBefore(first + HOUR);
      return true;
    }
    return this.#statements.deleteTenth.some((statement) => statement.run().changes > 0);
  }

  /** Bytes in use. Free pages that are still in the file do not count. */
  used(): number {
    const { pages, free, bytes } = this.#statements.size.get()! as { pages: number; free: number; bytes: number };
    return (pages - free) * bytes;
  }

  /** Gives free pages and the log back to the file system. Must be called outside a transaction. */
  shrink(): void {
    this.#db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Deletes all results and forgets the gaps. A run that goes on is known again from its next flush. */
  deleteAll(): void {
    for (const table of [...RESULTS, 'rehearsal', 'rule']) this.#db.exec(`DELETE FROM ${table}`);
    this.#db.exec('UPDATE run SET stopped = flushed WHERE stopped IS NULL');
  }

  /** Deletes the results of one rehearsal. Does nothing if there is none with this id. */
  deleteRehearsal(id: string): void {
    for (const table of RESULTS) {
      this.#db.prepare(`DELETE FROM ${table} WHERE rehearsal = (SELECT id FROM rehearsal WHERE name = ?)`).run(id);
    }
    this.#db.prepare('DELETE FROM rehearsal WHERE name = ?').run(id);
  }
}

/** The tables of results, all of them keyed by rehearsal. */
const RESULTS = [
  'request',
  'outcome',
  'sketch',
  'occurrence',
  'signature',
  'example',
  'evidence',
  'rule_use',
  'redaction',
  'judged_route',
  'test',
  'accepted_place',
] as const;

const ALL = 'SELECT id FROM rehearsal';

function prepareStatements(db: DatabaseSync) {
  const tenth = (table: string, key: string) =>
    db.prepare(`DELETE FROM ${table} WHERE (${key}) IN (
      SELECT ${key} FROM ${table} ORDER BY last_seen LIMIT (SELECT count(*) / 10 + 1 FROM ${table}))`);
  const used = RESULTS.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE ${table}.rehearsal = each.id)`);
  return {
    deleteTimes: [
      db.prepare('DELETE FROM example WHERE received < ?'),
      db.prepare('DELETE FROM signature WHERE last_seen < ?'),
      db.prepare('DELETE FROM evidence WHERE last_seen < ?'),
      db.prepare('DELETE FROM rule_use WHERE last_seen < ?'),
      db.prepare('DELETE FROM redaction WHERE last_seen < ?'),
      db.prepare('DELETE FROM judged_route WHERE last_seen < ?'),
      db.prepare('DELETE FROM test WHERE last_seen < ?'),
      db.prepare('DELETE FROM accepted_place WHERE last_seen < ?'),
      ...forgetExperiments(db),
      db.prepare('DELETE FROM run WHERE flushed < ?'),
      // A rehearsal of which nothing is left, unless it is present or has only begun.
      db.prepare(`DELETE FROM rehearsal WHERE id IN (
        SELECT each.id FROM rehearsal AS each
        WHERE present_since < ? AND NOT (${used.join(' OR ')})
          AND present_since < (SELECT max(present_since) FROM rehearsal WHERE service = each.service))`),
    ],
    deleteTenth: [
      db.prepare(`DELETE FROM example WHERE id IN (
        SELECT id FROM example ORDER BY received, id LIMIT (SELECT count(*) / 10 + 1 FROM example))`),
      tenth('evidence', 'rehearsal, route, path, kind'),
      tenth('signature', 'rehearsal, id'),
      tenth('test', 'rehearsal, route, check_name, path, kind'),
    ],
    extent: db.prepare(`
      SELECT min(first) AS first, max(last) AS last FROM (
        SELECT min(start) * ${MINUTE} AS first, max(start) * ${MINUTE} AS last FROM outcome
          WHERE rehearsal IN (${ALL}) AND span = 60
        UNION ALL SELECT min(start) * ${MINUTE}, max(start) * ${MINUTE} FROM occurrence
          WHERE rehearsal IN (${ALL}) AND span = 60
        UNION ALL SELECT min(received), max(received) FROM example
      )`),
    size: db.prepare(`
      SELECT page_count AS pages, freelist_count AS free, page_size AS bytes
      FROM pragma_page_count, pragma_freelist_count, pragma_page_size`),
  };
}
