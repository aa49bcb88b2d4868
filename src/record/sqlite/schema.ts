import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store-error.ts';
import { CONFIGURED } from './configuration.ts';
import { DELTA_BLOCKS, ROUTE_EVIDENCE } from './evidence-schema.ts';
import { EXPERIMENTS } from './experiment-writer.ts';
import { MARKS } from './marks.ts';
import { REHEARSALS } from './rehearsals-schema.ts';
import { ROLLOUTS } from './rollouts.ts';
import { addSketchFunctions } from './sketch-functions.ts';
import { SUMS } from './sums.ts';
import { UNREPORTED } from './unreported-exposures.ts';

/** Marks a SQLite file as ours ("UNDS"), so that another program's database is never touched. */
export const APPLICATION_ID = 0x554e4453;

/**
 * Step n brings a database from schema version n to n + 1; PRAGMA user_version holds the version. A released step is
 * never changed: a new one is added.
 *
 * All counts are kept by minute (span 1), by hour (span 60) and by day (span 1440), so that a long window needs few
 * rows; and for all routes together, as route 0. `start` is in minutes since 1970. All other times are milliseconds
 * since 1970.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE run (
    id TEXT PRIMARY KEY, started INTEGER NOT NULL, flushed INTEGER NOT NULL, sequence INTEGER NOT NULL, stopped INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE route (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE request (
    span INTEGER, start INTEGER, route INTEGER, count INTEGER NOT NULL, PRIMARY KEY (span, start, route)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE outcome (
    span INTEGER, start INTEGER, route INTEGER, ending TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (span, start, route, ending)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sketch (
    span INTEGER, start INTEGER, route INTEGER, metric TEXT, counts BLOB NOT NULL,
    PRIMARY KEY (span, start, route, metric)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE signature (
    id TEXT PRIMARY KEY, route INTEGER NOT NULL, ending TEXT NOT NULL,
    primary_status INTEGER NOT NULL, shadow_status INTEGER NOT NULL, places TEXT NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE occurrence (
    span INTEGER, start INTEGER, signature TEXT, count INTEGER NOT NULL, PRIMARY KEY (span, start, signature)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE example (
    id INTEGER PRIMARY KEY, signature TEXT NOT NULL, priority REAL NOT NULL,
    exchange TEXT NOT NULL, received INTEGER NOT NULL, content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX example_of_signature ON example (signature, priority);
  CREATE INDEX example_by_exchange ON example (exchange);
  CREATE INDEX example_by_age ON example (received);
  CREATE TABLE evidence (
    route INTEGER, path TEXT, kind TEXT,
    shadow_only INTEGER NOT NULL, control_only INTEGER NOT NULL, both INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (route, path, kind)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE rule_use (
    route INTEGER, rule TEXT, origin TEXT NOT NULL, until INTEGER, hits INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (route, rule)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE redaction (
    rule TEXT, name TEXT, count INTEGER NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (rule, name)
  ) STRICT, WITHOUT ROWID;
  `,
  REHEARSALS,
  MARKS,
  ROUTE_EVIDENCE,
  CONFIGURED,
  `
  ALTER TABLE signature ADD COLUMN persistent INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE signature ADD COLUMN transient INTEGER NOT NULL DEFAULT 0;
  `,
  DELTA_BLOCKS,
  SUMS,
  ROLLOUTS,
  EXPERIMENTS,
  UNREPORTED,
];

/** The schema version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Adds the functions that the steps and the statements of a writer use, too. Throws a `StoreError` when the database was
 * written by a newer version.
 */
export function migrate(db: DatabaseSync, path: string, steps: readonly string[] = MIGRATIONS): void {
  addSketchFunctions(db);
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = schemaVersion(db);
    if (version > steps.length) throw newerSchema(path, version);
    for (const step of steps.slice(version)) db.exec(step);
    if (version < steps.length) db.exec(`PRAGMA user_version = ${steps.length}`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

export function schemaVersion(db: DatabaseSync): number {
  const { user_version: version } = db.prepare('PRAGMA user_version').get()!;
  return Number(version);
}

export function newerSchema(path: string, version: number): StoreError {
  return new StoreError(
    'newer',
    `store ${path}: it was written by a newer version of Understudy (schema ${version}, this one knows up to ` +
      `${SCHEMA_VERSION}); run that version, or choose another path`,
  );
}
