import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { APPLICATION_ID, MIGRATIONS, migrate } from '../../../src/record/sqlite/schema.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { StoreError, type StoreFault } from '../../../src/record/store-error.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { example, flush, recorded, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { asNobody } from '../../support/unprivileged.ts';

const RUN = { id: 'run-1', startedAt: 1_000 };
const NOW = Date.UTC(2026, 10, 3, 12);

const newPath = () => join(temporaryDirectory(), 'results.db');

async function open(path: string, options: { limit?: number; warnings?: string[]; run?: string } = {}) {
  const store = await SqliteStore.open({
    path,
    run: { ...RUN, id: options.run ?? RUN.id },
    now: () => NOW,
    warn: (message) => options.warnings?.push(message),
    ...(options.limit !== undefined && { limit: options.limit }),
  });
  afterThisTest(() => store.close());
  return store;
}

/** Asserts that the promise rejects with this fault, whose message names the path. */
async function fails(promise: Promise<unknown>, fault: StoreFault, path: string): Promise<StoreError> {
  const error = await promise.then(
    () => expect.fail('did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ code: 'store_unusable', fault });
  expect((error as StoreError).message).toContain(path);
  return error as StoreError;
}

/** A store with a hundred examples that was closed after it finished, or as a crash leaves it. */
async function filled(path: string, end: 'finished' | 'crashed'): Promise<void> {
  const store = await open(path);
  for (let index = 0; index < 100; index++) {
    const content = `${index}`.repeat(2_000);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    const examples = [example(`x${index}`, 0.5, { request: { ...recorded().request, body } })];
    await store.write(
      flush({ sequence: index + 1, at: 1_000, signatures: [signature({ id: `s${index}`, examples })] }),
    );
  }
  if (end === 'finished') await store.finish(2_000);
  await store.close();
}

function damage(path: string, from: number, to: number): void {
  const file = openSync(path, 'r+');
  for (let at = from; at < to; at += 16) writeSync(file, Buffer.from('damaged damaged!'), 0, 16, at);
  closeSync(file);
}

describe('a place that cannot be a store', () => {
  it('refuses a directory', async () => {
    const path = temporaryDirectory();
    const error = await fails(open(path), 'misplaced', path);
    expect(error.passing).toBe(false);
    await fails(SqliteReader.openFile(path), 'misplaced', path);
  });

  it('refuses a path whose directory does not exist, and one below a file', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), 'x');
    for (const path of [join(directory, 'none', 'results.db'), join(directory, 'file', 'results.db')]) {
      expect((await fails(open(path), 'misplaced', path)).message).toContain('create it');
    }
  });

  it('refuses a device', async () => {
    await fails(open('/dev/null'), 'misplaced', '/dev/null');
  });

  it.each([
    ['text', 'hello\n'],
    ['long text', 'hello\n'.repeat(10_000)],
    ['something binary', Buffer.from([0, 1, 2, 255])],
    ['the beginning of a SQLite header', 'SQLite format 3'],
  ])('refuses a file of %s and leaves it as it is', async (_, content) => {
    const path = newPath();
    writeFileSync(path, content);
    const before = readFileSync(path);
    expect((await fails(open(path), 'foreign', path)).message).toContain('not a SQLite database');
    await fails(SqliteReader.openFile(path), 'foreign', path);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, '..'))).toEqual(['results.db']);
  });

  it("refuses another program's database and leaves it as it is", async () => {
    const path = newPath();
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    const before = readFileSync(path);
    expect((await fails(open(path), 'foreign', path)).message).toContain("another program's");
    await fails(SqliteReader.openFile(path), 'foreign', path);
    expect(readFileSync(path)).toEqual(before);
  });

  it('refuses a store of a newer version and leaves it as it is', async () => {
    const path = newPath();
    await filled(path, 'finished');
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    const before = readFileSync(path);
    const error = await fails(open(path), 'newer', path);
    expect(error.message).toContain(`schema ${MIGRATIONS.length + 1}`);
    expect(error.passing).toBe(false);
    await fails(SqliteReader.openFile(path), 'newer', path);
    expect(readFileSync(path)).toEqual(before);
  });

  it('reports from a store of an older version only after it was brought up to date', async () => {
    const path = newPath();
    const older = new DatabaseSync(path);
    older.exec(`PRAGMA application_id = ${APPLICATION_ID}; CREATE TABLE early (a)`);
    older.close();
    await fails(SqliteReader.openFile(path), 'older', path);
    const store = await open(path);
    await store.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } }));
    const reader = await SqliteReader.openFile(path);
    afterThisTest(() => reader.close());
    expect(await reader.summary()).toMatchObject({ requests: 1 });
  });

  it('reports from no store that is not there, and makes none', async () => {
    const path = newPath();
    expect((await fails(SqliteReader.openFile(path), 'missing', path)).message).toContain('understudy serve');
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('refuses files and directories that this user may not write', async () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    const path = join(directory, 'results.db');
    await filled(path, 'finished');
    chmodSync(path, 0o444);
    await asNobody(async () => {
      await fails(open(path), 'forbidden', path);
      const error = await fails(open(join(directory, 'new.db')), 'forbidden', join(directory, 'new.db'));
      expect(error.passing).toBe(false);
      expect(error.message).toContain('allow this user');
    });
    chmodSync(path, 0o000);
    await asNobody(async () => void (await fails(open(path), 'forbidden', path)));
  });
});

describe('the file of a store', () => {
  it('is readable by its owner alone, as are the files beside it, whatever the umask', async () => {
    const umask = process.umask(0);
    afterThisTest(() => process.umask(umask));
    const path = newPath();
    const store = await open(path);
    await store.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } }));
    const modes = readdirSync(join(path, '..')).map((name) => [name, statSync(join(path, '..', name)).mode & 0o777]);
    expect(Object.fromEntries(modes)).toEqual({
      'results.db': 0o600,
      'results.db-wal': 0o600,
      'results.db-shm': 0o600,
    });
  });

  it('may be there already, empty', async () => {
    const path = newPath();
    writeFileSync(path, '', { mode: 0o644 });
    const store = await open(path);
    expect(await store.summary()).toMatchObject({ requests: 0 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('shrinks when results are deleted, and its log stays bounded', async () => {
    const path = newPath();
    const store = await open(path);
    const content = 'x'.repeat(60_000);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    let largestLog = 0;
    for (let index = 0; index < 600; index++) {
      const examples = [example(`x${index}`, Math.random(), { request: { ...recorded().request, body } })];
      await store.write(
        flush({ sequence: index + 1, at: 1_000, signatures: [signature({ id: `s${index % 20}`, examples })] }),
      );
      largestLog = Math.max(largestLog, statSync(`${path}-wal`).size);
    }
    expect(largestLog).toBeLessThan(12 * 1024 * 1024);
    const before = statSync(path).size;
    await store.prune(1_000, { age: 1_000_000, size: 2_000_000 });
    expect(statSync(path).size).toBeLessThan(Math.min(before / 2, 2_100_000));
    expect(statSync(`${path}-wal`).size).toBe(0);
  });

  it('is noticed to be gone, or to be another', async () => {
    const path = newPath();
    const store = await open(path);
    renameSync(path, `${path}.away`);
    await fails(store.write(flush({ sequence: 1, at: 0 })), 'gone', path);
    await (await open(path, { run: 'run-2' })).close();
    await fails(store.write(flush({ sequence: 1, at: 0 })), 'gone', path);
    await fails(store.prune(0, { age: 1, size: 1 }), 'gone', path);
    await fails(store.clear(), 'gone', path);
  });
});

describe('a store that is held by another process', () => {
  it('says so at opening, and can be opened later', async () => {
    const path = newPath();
    await filled(path, 'finished');
    const holder = new DatabaseSync(path);
    afterThisTest(() => holder.isOpen && holder.close());
    holder.exec('BEGIN EXCLUSIVE');
    expect((await fails(open(path), 'locked', path)).passing).toBe(true);
    holder.exec('ROLLBACK');
    expect(await (await open(path)).signatures({ limit: 1 })).toHaveLength(1);
  });

  it('says so at writing, writes nothing by half, and writes when it is free', async () => {
    const path = newPath();
    const store = await open(path);
    const holder = new DatabaseSync(path);
    afterThisTest(() => holder.close());
    holder.exec('BEGIN IMMEDIATE');
    const once = flush({ sequence: 1, at: 0, routes: { orders: { requests: 3 } } });
    await fails(store.write(once), 'locked', path);
    expect(await store.summary()).toMatchObject({ requests: 0 });
    holder.exec('ROLLBACK');
    await store.write(once);
    expect(await store.summary()).toMatchObject({ requests: 3 });
  });

  it('is read while it is written, each reader as of one moment', async () => {
    const path = newPath();
    const store = await open(path);
    await store.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } }));
    const early = await SqliteReader.openFile(path);
    afterThisTest(() => early.close());
    expect(await early.summary()).toMatchObject({ requests: 1 });
    await store.write(flush({ sequence: 2, at: 0, routes: { orders: { requests: 1 } } }));
    expect(await early.summary()).toMatchObject({ requests: 1 });
    const late = await SqliteReader.openFile(path);
    afterThisTest(() => late.close());
    expect(await late.summary()).toMatchObject({ requests: 2 });
  });
});

describe('a store that is full', () => {
  it('says so, writes nothing by half, and goes on when there is room', async () => {
    const path = newPath();
    const store = await open(path, { limit: 400_000 });
    const content = 'x'.repeat(60_000);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    const large = (sequence: number) =>
      flush({
        sequence,
        at: sequence,
        routes: { orders: { requests: 1 } },
        signatures: [
          signature({
            id: `s${sequence}`,
            examples: [
              example(`x${sequence}`, 0.5, { receivedAt: sequence, request: { ...recorded().request, body } }),
            ],
          }),
        ],
      });
    let written = 0;
    const error = await (async () => {
      for (;;) {
        await store.write(large(written + 1));
        written++;
      }
    })().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ fault: 'full', passing: true });
    expect(written).toBeGreaterThan(2);
    expect(statSync(path).size).toBeLessThanOrEqual(400_000);
    expect(await store.summary()).toMatchObject({ requests: written });
    expect(await store.signature(`s${written + 1}`)).toBeUndefined();
    await store.prune(10, { age: 1_000_000, size: 150_000 });
    await store.write(large(written + 1));
    expect(await store.summary()).toMatchObject({ requests: written + 1 });
  });
});

describe('a damaged store', () => {
  it.each([
    ['whose tables are damaged, after a crash', 'crashed', 4096 * 2, 4096 * 40],
    ['whose schema is damaged', 'finished', 100, 4096],
    ['whose page size is damaged', 'finished', 16, 32],
  ] as const)('%s is set aside, with a warning, and a new one begun', async (_, end, from, to) => {
    const path = newPath();
    await filled(path, end);
    damage(path, from, to);
    const before = readFileSync(path);
    const warnings: string[] = [];
    const store = await open(path, { warnings, run: 'run-2' });
    await store.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } }));
    expect(await store.summary()).toMatchObject({ requests: 1 });
    const aside = `${path}.corrupt-2026-11-03T12-00-00-000Z`;
    expect(readFileSync(aside)).toEqual(before);
    expect(warnings).toEqual([expect.stringContaining(aside)]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('that is cut short is set aside too', async () => {
    const path = newPath();
    await filled(path, 'crashed');
    truncateSync(path, 4096 * 3);
    const warnings: string[] = [];
    await open(path, { warnings, run: 'run-2' });
    expect(warnings).toHaveLength(1);
  });

  it('is set aside where it lies, when its path is a link', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'disk'));
    const path = join(directory, 'results.db');
    symlinkSync(join(directory, 'disk', 'real.db'), path);
    await filled(path, 'finished');
    damage(path, 100, 4096);
    await open(path, { warnings: [] });
    const names = readdirSync(join(directory, 'disk')).filter((name) => !/-(wal|shm)$/.test(name));
    expect(names.toSorted()).toEqual(['real.db', 'real.db.corrupt-2026-11-03T12-00-00-000Z']);
  });

  it('says so to a reader, who leaves it alone', async () => {
    const path = newPath();
    await filled(path, 'finished');
    damage(path, 100, 4096);
    await fails(SqliteReader.openFile(path), 'corrupt', path);
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('says so when damage is met in use', async () => {
    const path = newPath();
    await filled(path, 'finished');
    const store = await open(path);
    damage(path, 4096 * 2, statSync(path).size);
    await fails(store.signatures({ limit: 1000 }), 'corrupt', path);
  });
});

describe('a store without write permission around it', () => {
  it('can be reported from', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'results.db');
    await filled(path, 'finished');
    rmSync(`${path}-wal`, { force: true });
    chmodSync(directory, 0o555);
    chmodSync(path, 0o444);
    await asNobody(async () => {
      const reader = await SqliteReader.openFile(path);
      expect(await reader.signatures({ limit: 1000 })).toHaveLength(100);
      await reader.close();
    });
    chmodSync(directory, 0o755);
  });
});

describe('migrations', () => {
  const shapeOf = (db: DatabaseSync) => db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();

  it('bring every earlier version to the newest, and keep what was recorded', () => {
    const steps = [
      ...MIGRATIONS,
      "ALTER TABLE route ADD COLUMN note TEXT NOT NULL DEFAULT ''",
      "CREATE TABLE later (a INTEGER) STRICT; UPDATE route SET note = 'kept'",
    ];
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh, ':memory:', steps);
    for (let version = 1; version < steps.length; version++) {
      const db = new DatabaseSync(':memory:');
      migrate(db, ':memory:', steps.slice(0, version));
      db.exec("INSERT INTO route (name) VALUES ('orders')");
      migrate(db, ':memory:', steps);
      expect(shapeOf(db)).toEqual(shapeOf(fresh));
      expect({ ...db.prepare('PRAGMA user_version').get() }).toEqual({ user_version: steps.length });
      expect({ ...db.prepare('SELECT name, note FROM route').get() }).toEqual({ name: 'orders', note: 'kept' });
    }
  });

  it('change nothing when one of them fails', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, ':memory:', MIGRATIONS);
    const before = shapeOf(db);
    expect(() => migrate(db, ':memory:', [...MIGRATIONS, 'CREATE TABLE later (a)', 'nonsense'])).toThrow('nonsense');
    expect(shapeOf(db)).toEqual(before);
    expect({ ...db.prepare('PRAGMA user_version').get() }).toEqual({ user_version: MIGRATIONS.length });
  });

  it('of two processes that open a new store at once leave one store', async () => {
    const path = newPath();
    const [first, second] = await Promise.all([open(path, { run: 'a' }), open(path, { run: 'b' })]);
    await first.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } }));
    await second.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } }));
    expect(await first.summary()).toMatchObject({ requests: 2 });
  });
});
