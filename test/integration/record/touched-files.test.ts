import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush, signature } from '../../support/flushes.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { recording } from '../../support/recording.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

const newPath = () => join(temporaryDirectory(), 'results.db');

/** The requests that whoever reports sees, in a file whose pages are all good. */
async function reported(path: string): Promise<number> {
  const reader = await SqliteReader.openFile(path);
  const { requests } = await reader.summary();
  await reader.close();
  const db = new DatabaseSync(path, { readOnly: true });
  expect({ ...db.prepare('PRAGMA integrity_check').get() }).toEqual({ integrity_check: 'ok' });
  db.close();
  return requests;
}

const OTHER = { run: { id: 'other', startedAt: 0 }, now: () => 0, warn: () => {} };

type Touch = readonly [what: string, touch: (path: string) => void];

const HARMLESS: readonly Touch[] = [
  ['the -shm file is emptied', (path) => truncateSync(`${path}-shm`, 0)],
  ['the -shm file is cut within its header', (path) => truncateSync(`${path}-shm`, 50)],
  ['the -shm file is cut to its first page', (path) => truncateSync(`${path}-shm`, 4096)],
  ['the -shm file is filled with garbage', (path) => writeFileSync(`${path}-shm`, Buffer.alloc(32_768, 'garbage '))],
  ['the -shm file is removed', (path) => rmSync(`${path}-shm`)],
  ['the -shm file is replaced', (path) => replace(`${path}-shm`, 'garbage')],
  ['the -wal file is removed', (path) => rmSync(`${path}-wal`)],
  ['the -wal file is replaced by garbage', (path) => replace(`${path}-wal`, 'garbage'.repeat(10_000))],
  ['both are removed', (path) => ['-wal', '-shm'].forEach((suffix) => void rmSync(path + suffix))],
  ['the -wal file grows', (path) => appendFileSync(`${path}-wal`, 'garbage'.repeat(10_000))],
  ['the -shm file grows', (path) => appendFileSync(`${path}-shm`, 'garbage'.repeat(10_000))],
  ['the file grows', (path) => appendFileSync(path, 'garbage'.repeat(10_000))],
  [
    'no one may read or write any of them',
    (path) => ['', '-wal', '-shm'].forEach((suffix) => void chmodSync(path + suffix, 0)),
  ],
  ['another program compacts it', (path) => outside(path, 'VACUUM')],
  ['another program empties the -wal file by a checkpoint', (path) => outside(path, 'PRAGMA wal_checkpoint(TRUNCATE)')],
];

function replace(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function outside(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe('a store in use', () => {
  it.each(HARMLESS)('loses nothing where %s', async (_, touch) => {
    const path = newPath();
    const { recorder, store, mismatch } = await recording(path);
    for (let count = 0; count < 5; count++) await mismatch();
    touch(path);
    for (let count = 0; count < 5; count++) await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(await store.summary()).toMatchObject({ requests: 10, gaps: [] });
    expect(await reported(path)).toBe(10);
    await recorder.writeLast();
    await recorder.close();
    expect(await reported(path)).toBe(10);
  });

  it.each([
    ['emptied', 0],
    ['cut within its header', 20],
    ['cut within a frame', 20_000],
  ])('whose -wal file is %s says what is lost, goes on, and stays whole', async (_, size) => {
    const path = newPath();
    const { clock, recorder, store, warnings, mismatch } = await recording(path);
    for (let count = 0; count < 10; count++) await mismatch();
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(20_000);
    truncateSync(`${path}-wal`, size);
    clock.advance(5_000);
    for (let count = 0; count < 5; count++) await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(warnings).toEqual([expect.stringContaining('-wal file was cut short')]);
    const { requests, gaps } = await store.summary();
    expect(requests).toBeGreaterThanOrEqual(5);
    expect(requests).toBeLessThan(15);
    expect(gaps).toHaveLength(1);
    expect(await reported(path)).toBe(requests);
    await recorder.writeLast();
    await recorder.close();
    expect(await reported(path)).toBe(requests);
  });

  it('does not take back what was written to the file, when older parts of the -wal file alone are left', async () => {
    const path = newPath();
    const { store, mismatch, recorder } = await recording(path);
    for (let count = 0; count < 20; count++) await mismatch();
    outside(path, 'PRAGMA wal_checkpoint(PASSIVE)');
    truncateSync(`${path}-wal`, 20_000);
    expect(await store.summary()).toMatchObject({ requests: 20 });
    await mismatch();
    expect(await store.summary()).toMatchObject({ requests: 21 });
    expect(await reported(path)).toBe(21);
    await recorder.writeLast();
    await recorder.close();
  });

  it.each([
    ['emptied', 0],
    ['cut to a part of its header', 50],
    ['cut to its first page', 4096],
    ['cut to its half', 4096 * 12],
  ])('that is %s is begun anew, with a warning, and with all that happened since', async (_, size) => {
    const path = newPath();
    const { recorder, store, warnings, mismatch } = await recording(path);
    await mismatch();
    await store.prune(0, { age: 1e12, size: 2 ** 30 });
    truncateSync(path, size);
    await mismatch();
    await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(await store.summary()).toMatchObject({ requests: 2 });
    expect(warnings).toEqual([expect.stringContaining('set aside')]);
    expect(await reported(path)).toBe(2);
  });

  it('whose directory is removed waits, and is begun anew once the directory is back', async () => {
    const directory = join(temporaryDirectory(), 'data');
    mkdirSync(directory);
    const path = join(directory, 'results.db');
    const { recorder, store, mismatch } = await recording(path);
    await mismatch();
    rmSync(directory, { recursive: true });
    for (let count = 0; count < 3; count++) await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'degraded', error: expect.stringContaining('create it') });
    mkdirSync(directory);
    await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(await store.summary()).toMatchObject({ requests: 4 });
  });

  it('is whole where it was moved to, and nothing of it gets into what was put in its place', async () => {
    const path = newPath();
    const { recorder, mismatch } = await recording(path);
    for (let count = 0; count < 5; count++) await mismatch();
    const backup = await SqliteStore.open({ ...OTHER, path: `${path}.backup` });
    await backup.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 7 } } }));
    await backup.close();
    renameSync(path, `${path}.away`);
    renameSync(`${path}.backup`, path);
    await mismatch();
    await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(await reported(path)).toBe(9);
    expect(await reported(`${path}.away`)).toBe(5);
  });

  it("leaves another store's log alone that was put in its place together with that store", async () => {
    const [path, other] = [newPath(), newPath()];
    const { recorder, mismatch } = await recording(path);
    await mismatch();
    const theirs = await SqliteStore.open({
      path: other,
      run: { id: 'o', startedAt: 0 },
      now: () => 0,
      warn: () => {},
    });
    await theirs.write(flush({ sequence: 1, at: 0, routes: { orders: { requests: 7 } } }));
    for (const suffix of ['', '-wal']) copyFileSync(other + suffix, `${path}.new${suffix}`);
    for (const suffix of ['', '-wal']) renameSync(`${path}.new${suffix}`, path + suffix);
    await theirs.close();
    await mismatch();
    await mismatch();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(await reported(path)).toBe(9);
  });
});

/** A store as a process that was killed leaves it, with 20 requests, of which the log has the last. */
async function left(): Promise<string> {
  const [path, copy] = [newPath(), newPath()];
  const store = await SqliteStore.open({ path, run: { id: 'r1', startedAt: 0 }, now: () => 0, warn: () => {} });
  for (let sequence = 1; sequence <= 20; sequence++) {
    const signatures = [signature({ id: `s${sequence}` })];
    await store.write(flush({ sequence, at: 0, routes: { orders: { requests: 1 } }, signatures }));
  }
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(path + suffix, copy + suffix);
  await store.close();
  return copy;
}

describe('a store that a killed process left', () => {
  const reopened = async (path: string) => {
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    const store = await SqliteStore.open({ path, run: { id: 'r2', startedAt: 1 }, now: () => 0, warn });
    afterThisTest(() => store.close());
    return { warnings, requests: (await store.summary()).requests };
  };

  it('has all that was written', async () => {
    expect(await reopened(await left())).toEqual({ requests: 20, warnings: [] });
  });

  it.each<Touch>([
    ['emptied', (path) => truncateSync(`${path}-wal`, 0)],
    ['cut', (path) => truncateSync(`${path}-wal`, 30_000)],
    ['removed', (path) => rmSync(`${path}-wal`)],
  ])('says so when its -wal file was %s', async (_, touch) => {
    const path = await left();
    touch(path);
    const { requests, warnings } = await reopened(path);
    expect(requests).toBeLessThan(20);
    expect(warnings).toEqual([expect.stringContaining('-wal file was cut short or removed')]);
    expect(await reported(path)).toBe(requests);
  });

  it("takes nothing from another store's log", async () => {
    const [path, other] = [await left(), await left()];
    copyFileSync(`${other}-wal`, `${path}-wal`);
    const { warnings } = await reopened(path);
    expect(warnings).toEqual([expect.stringContaining('replaced by another')]);
    await reported(path);
    expect(readdirSync(dirname(path)).filter((name) => /corrupt.*-wal$/.test(name))).toHaveLength(1);
  });

  it('sets a log aside whose store is gone', async () => {
    const path = await left();
    rmSync(path);
    expect(await reopened(path)).toEqual({
      requests: 0,
      warnings: [expect.stringContaining('there was only its -wal')],
    });
  });

  it.each<Touch>([
    ['emptied', (path) => truncateSync(`${path}-shm`, 0)],
    ['cut', (path) => truncateSync(`${path}-shm`, 100)],
    ['removed', (path) => rmSync(`${path}-shm`)],
    ['filled with garbage', (path) => writeFileSync(`${path}-shm`, Buffer.alloc(40_000, 'x'))],
  ])('loses nothing when its -shm file was %s', async (_, touch) => {
    const path = await left();
    touch(path);
    expect(await reopened(path)).toEqual({ requests: 20, warnings: [] });
  });
});

describe('the proxy under load', () => {
  async function load(understudy: Understudy, count: number): Promise<void> {
    const client = await connectRaw(understudy.port);
    for (let number = 0; number < count; number++) {
      await client.send('GET /items HTTP/1.1\r\nHost: example.test\r\n\r\n');
      expect((await client.response()).status).toBe(200);
    }
    client.destroy();
  }

  it('lives on, and says so, while the -shm file is cut short again and again', async () => {
    const [primary, shadow] = await Promise.all([
      startOrigin((_request, reply) => reply.send({ body: 'a' })),
      startOrigin((_request, reply) => reply.send({ body: 'b' })),
    ]);
    const understudy = await startUnderstudy({
      primary: primary.url,
      shadow: shadow.url,
      store: { path: './understudy.db', flushInterval: '100ms' },
    });
    for (let round = 1; round <= 5; round++) {
      await load(understudy, 20);
      await settled(understudy.adminPort, round * 20);
      truncateSync(`${understudy.store}-shm`, 0);
    }
    await understudy.logged(({ msg }) => msg?.includes('-shm file was cut short') ?? false);
    const page = await metrics(understudy.adminPort);
    expect(page.sum('understudy_store_damages_total')).toBeGreaterThan(0);
    // While the store is opened again, the summary is a problem that says so.
    const lastDamage = async () => {
      const response = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/summary`);
      const { process } = (await response.json()) as { process?: { recorder: { lastDamage: string } } };
      return process?.recorder.lastDamage;
    };
    await expect.poll(lastDamage).toContain('-shm file was cut short');
    expect(await understudy.stop()).toBe(0);
    expect(await reported(understudy.store)).toBe(100);
  });

  it('checks a store once after a crash, in the background, and remembers it', async () => {
    const origin = await startOrigin((_request, reply) => reply.send({ body: 'a' }));
    const config = { primary: origin.url, shadow: origin.url };
    const first = await startUnderstudy(config);
    await load(first, 1);
    first.kill('SIGKILL');
    await first.exited;
    const { directory } = first;
    const checked = ({ msg }: { msg?: string }) => msg?.includes('the store was checked') ?? false;
    const second = await startUnderstudy(config, { directory });
    await second.logged(checked);
    expect(await second.stop()).toBe(0);
    const third = await startUnderstudy(config, { directory });
    expect(await third.stop()).toBe(0);
    expect(third.logs().filter(({ msg }) => msg?.includes('checked'))).toEqual([]);
  });
});
