import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { rehearsalId } from '../../../src/model/rehearsal.ts';
import { encodeSketch } from '../../../src/record/sqlite/sketch-blob.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush, recorded } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 3, 12);
const START = NOON / MINUTE;

/** Schema version 3, as it was released. */
const VERSION_3 = `
  PRAGMA application_id = ${0x554e4453};
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
  CREATE TABLE rule_use (
    route INTEGER, rule TEXT, origin TEXT NOT NULL, until INTEGER, hits INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (route, rule)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE redaction (
    rule TEXT, name TEXT, count INTEGER NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (rule, name)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 3;
`;

function storeOfVersion3(): string {
  const path = join(temporaryDirectory(), 'results.db');
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; ${VERSION_3}`);
  const insert = (table: string, ...rows: readonly (readonly (string | number | Uint8Array | null)[])[]) => {
    for (const row of rows) db.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
  };
  const latency = encodeSketch(Float64Array.from({ length: 100 }, (_, bucket) => (bucket === 50 ? 7 : 0)))!;
  insert('meta', ['redaction_key', Buffer.alloc(32, 7)]);
  insert('run', ['run-0', NOON - MINUTE, NOON + MINUTE, 9, NOON + MINUTE]);
  insert('route', [1, 'orders'], [2, 'default']);
  for (const [span, start] of [
    [1, START],
    [60, START],
  ] as const) {
    insert('request', [span, start, 1, 10], [span, start, 2, 3]);
    insert(
      'outcome',
      [span, start, 1, 'match', 7],
      [span, start, 1, 'mismatch', 3],
      [span, start, 2, 'skipped:route', 3],
    );
    insert('sketch', [span, start, 1, 'shadow.firstByte', latency], [span, start, 1, 'shadow.lastByte', latency]);
    insert('occurrence', [span, start, 's1', 3]);
  }
  const places = JSON.stringify([{ path: '$.total', kind: 'value' }]);
  insert('signature', ['s1', 1, 'mismatch', 200, 200, places, NOON, NOON + 1]);
  const exchange = recorded({ id: 'x1', receivedAt: NOON });
  insert('example', [1, 's1', 0.5, 'x1', NOON, JSON.stringify(exchange)]);
  insert('evidence', [1, '$.total', 'value', 3, 1, 2, NOON]);
  insert(
    'rule_use',
    [1, '{path: $.a, ignore: true}', 'a.yaml:1', null, 4, NOON],
    [2, '{path: $.old}', 'a.yaml:2', 5, 1, 0],
  );
  insert('redaction', ['card', '', 6, NOON]);
  db.close();
  return path;
}

it('takes the results of a store of the schema before rehearsals along, as the first of the one service', async () => {
  const path = storeOfVersion3();
  const run = { id: 'run-1', startedAt: NOON + 2 * MINUTE };
  const store = await SqliteStore.open({ path, run, now: () => NOON, warn: expect.unreachable });
  afterThisTest(() => store.close());
  const first = {
    id: rehearsalId('default'),
    service: 'default',
    begunAt: NOON - MINUTE,
    presentSince: NOON - MINUTE,
  };
  expect(await store.rehearsals()).toEqual([
    { ...first, state: 'present', requests: 13, from: NOON, to: NOON + MINUTE },
  ]);
  const summary = await store.summary();
  expect(summary).toMatchObject({ from: NOON, to: NOON + MINUTE, requests: 13, gaps: [] });
  expect(summary.routes).toMatchObject([
    {
      route: 'orders',
      requests: 10,
      outcomes: [
        { ending: 'match', count: 7 },
        { ending: 'mismatch', count: 3 },
      ],
      latency: [{ leg: 'shadow', lastByte: { count: 7 } }],
    },
    { route: 'default', requests: 3, outcomes: [{ ending: 'skipped:route', count: 3 }] },
  ]);
  const row = { id: 's1', route: 'orders', count: 3, places: [{ path: '$.total', kind: 'value' }] };
  expect(await store.signatures({})).toMatchObject([row]);
  expect(await store.signature('s1')).toMatchObject({ ...row, examples: [{ id: 'x1', route: 'orders' }] });
  expect(await store.exchange('x1')).toMatchObject(recorded({ id: 'x1', receivedAt: NOON }));
  expect(await store.evidence()).toEqual([
    { route: 'orders', path: '$.total', kind: 'value', shadowOnly: 3, controlOnly: 1, both: 2 },
  ]);
  expect(await store.services()).toEqual([{ service: 'default', state: 'mirrored' }]);
  expect(await store.rules()).toMatchObject([{ rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1', hits: 4 }]);
  expect(await store.redactions()).toEqual([{ rule: 'card', count: 6, names: [] }]);
  expect(await store.redactionKey()).toEqual(Buffer.alloc(32, 7));
  expect(await store.unreportedExposures(1)).toEqual([]);

  // What comes adds up with it.
  await store.write(flush({ sequence: 1, at: NOON + 2 * MINUTE, routes: { orders: { requests: 5 } } }));
  expect(await store.summary()).toMatchObject({ requests: 18 });
  expect(await store.rehearsals()).toHaveLength(1);
});

it('makes no rehearsal of a store of that schema in which nothing was recorded', async () => {
  const path = join(temporaryDirectory(), 'results.db');
  const db = new DatabaseSync(path);
  db.exec(VERSION_3);
  db.close();
  const store = await SqliteStore.open({ path, run: { id: 'run-1', startedAt: 0 }, now: () => 0, warn: () => {} });
  afterThisTest(() => store.close());
  expect(await store.rehearsals()).toEqual([]);
  expect(await store.summary()).toMatchObject({ requests: 0 });
});
