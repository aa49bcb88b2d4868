/**
 * The step to the schema version with evidence for the verdict. It adds a row for each route of a rehearsal with the
 * clock of its blocks, and a row for each test, updated with every flush. `check_name`, `clock` and `signs` are as in
 * model/route-evidence.ts (`signs` as JSON); `path` and `kind` are empty if the test has no place. `accepted`: since
 * when a rule accepts the difference there, in milliseconds since 1970.
 */
export const ROUTE_EVIDENCE = `
  CREATE TABLE judged_route (
    rehearsal INTEGER, route INTEGER, clock TEXT NOT NULL, controlled INTEGER NOT NULL, mismatches INTEGER NOT NULL,
    last_seen INTEGER NOT NULL, PRIMARY KEY (rehearsal, route)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE test (
    rehearsal INTEGER, route INTEGER, check_name TEXT, path TEXT, kind TEXT, family TEXT NOT NULL, rank INTEGER NOT NULL,
    signs TEXT NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (rehearsal, route, check_name, path, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX test_by_rank ON test (rehearsal, family, rank);
  CREATE TABLE accepted_place (
    rehearsal INTEGER, route INTEGER, path TEXT, kind TEXT, since INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, route, path, kind)
  ) STRICT, WITHOUT ROWID;
`;

/** The step to the one in which it is known how alike the deltas of a block are: `DeltaBlocks` as JSON. */
export const DELTA_BLOCKS = 'ALTER TABLE judged_route ADD COLUMN deltas TEXT;';
