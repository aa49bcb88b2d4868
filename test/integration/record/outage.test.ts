import { closeSync, openSync, readdirSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { example, OF_FIRST, recorded, signature } from '../../support/flushes.ts';
import { recording, RECORDING_START as START } from '../../support/recording.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const newPath = () => join(temporaryDirectory(), 'results.db');

it('a store that another process holds at the start is taken up when it is free, and nothing is missing', async () => {
  const path = newPath();
  const before = await SqliteStore.open({ path, run: { id: 'run-0', startedAt: 0 }, now: () => 0, warn: expect.fail });
  await before.finish(START - 1);
  await before.close();
  const holder = new DatabaseSync(path);
  afterThisTest(() => holder.close());
  holder.exec('BEGIN EXCLUSIVE');
  const { recorder, store, mismatch } = await recording(path);
  await mismatch();
  await mismatch();
  expect(recorder.state).toMatchObject({ kind: 'degraded', error: expect.stringContaining('locked') });
  await expect(store.summary()).rejects.toMatchObject({ fault: 'locked' });
  holder.exec('ROLLBACK');
  await mismatch();
  expect(recorder.state).toMatchObject({ kind: 'ok' });
  expect(await store.summary()).toMatchObject({ requests: 3, outcomes: [{ ending: 'mismatch', count: 3 }], gaps: [] });
  expect(await store.signatures({})).toMatchObject([{ count: 3 }]);
});

it('a store whose file is taken away is begun anew with all that happened since', async () => {
  const path = newPath();
  const { recorder, store, mismatch } = await recording(path);
  await mismatch();
  renameSync(path, `${path}.away`);
  await mismatch();
  expect(recorder.state).toMatchObject({ kind: 'degraded', error: expect.stringContaining('removed') });
  await mismatch();
  expect(recorder.state).toMatchObject({ kind: 'ok' });
  expect(await store.summary()).toMatchObject({ requests: 2 });
});

it('a store that shows its damage in use is set aside, with a warning, and begun anew with all that happens since', async () => {
  const path = newPath();
  const { recorder, store, warnings, mismatch } = await recording(path);
  await mismatch();
  const content = 'x'.repeat(60_000);
  const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
  const ids = Array.from({ length: 100 }, (_, index) => `x${index}`);
  for (const id of ids) {
    const examples = [example(id, 0.5, { receivedAt: START, request: { ...recorded().request, body } })];
    recorder.accept({
      ...OF_FIRST,
      signatures: [signature({ id, examples })],
      evidence: [],
      rules: [],
      redactions: [],
    });
    await recorder.flush();
  }
  // What is in the log, or in the cache, is not read from the damaged file.
  await store.prune(START, { age: 86_400_000, size: 2 ** 30 });
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size - 8192, 'damaged '), 0, undefined, 8192);
  closeSync(file);
  const readAll = async () => {
    for (const id of ids) await store.exchange(id);
  };
  await expect(readAll()).rejects.toMatchObject({ fault: 'corrupt' });
  await expect(store.summary()).rejects.toMatchObject({ fault: 'corrupt' });
  await mismatch();
  expect(recorder.state).toMatchObject({ kind: 'ok' });
  expect(await store.summary()).toMatchObject({ requests: 1 });
  expect(warnings).toHaveLength(1);
  expect(readdirSync(join(path, '..')).filter((name) => name.includes('.corrupt-'))).not.toEqual([]);
});

it('a flood of large examples loses examples, which are counted, and no counts, in a store that is small', async () => {
  const path = newPath();
  const { recorder, store } = await recording(path, 2 ** 20);
  const content = '\u0001'.repeat(30_000);
  const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
  let number = 0;
  for (let flush = 0; flush < 20; flush++) {
    const signatures = Array.from({ length: 50 }, () => {
      const examples = [example(`x${number}`, 0.5, { receivedAt: START, request: { ...recorded().request, body } })];
      return signature({ id: `s${number++ % 100}`, lastSeen: START, examples });
    });
    recorder.accept({ ...OF_FIRST, signatures, evidence: [], rules: [], redactions: [] });
    await recorder.flush();
    expect(recorder.state.kind).toBe('ok');
  }
  expect(statSync(path).size).toBeLessThanOrEqual(1.5 * 2 ** 20);
  const rows = await store.signatures({ limit: 1000 });
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  expect(recorder.state.droppedExamples).toBeGreaterThan(900);
});
