import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { recording } from '../../support/recording.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const MINUTE = 60_000;

/** A recorder whose store rests, after one mismatch. */
async function resting() {
  const path = join(temporaryDirectory(), 'results.db');
  const { clock, recorder, store, mismatch, ...others } = await recording(path);
  await mismatch();
  const pass = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await recorder.flush();
  };
  await pass(19_000);
  expect(store.isResting).toBe(false);
  await pass(1_000);
  expect(store.isResting).toBe(true);
  return { path, clock, recorder, store, mismatch, pass, ...others };
}

it('a store to which nothing was written for a while rests, and has all that comes after', async () => {
  const { path, recorder, store, mismatch, pass } = await resting();
  for (let minutes = 0; minutes < 10; minutes++) await pass(MINUTE);
  expect(store.isResting).toBe(true);
  expect(recorder.state).toMatchObject({ kind: 'ok', pendingRequests: 0, droppedExamples: 0 });
  await mismatch();
  expect(store.isResting).toBe(false);
  await pass(20_000);
  expect(store.isResting).toBe(true);
  await recorder.writeLast();
  await recorder.close();
  const reader = await SqliteReader.openFile(path);
  expect(await reader.summary()).toMatchObject({ requests: 2, gaps: [] });
  await reader.close();
});

it('a store that was asked meanwhile stays open for a while', async () => {
  const { store, pass } = await resting();
  await store.summary();
  await pass(1_000);
  await pass(19_000);
  expect(store.isResting).toBe(false);
  await pass(1_000);
  expect(store.isResting).toBe(true);
});

it('a rehearsal, a route that is another, or a clock that was set wakes the store', async () => {
  const { clock, recorder, store, pass } = await resting();
  recorder.rename({ service: 'default', from: 'a', to: 'b' });
  await pass(1_000);
  expect(store.isResting).toBe(false);
  await pass(20_000);
  expect(store.isResting).toBe(true);
  clock.setAhead(60 * MINUTE);
  await pass(1_000);
  expect(store.isResting).toBe(false);
});

it('results become too old while the store rests, too', async () => {
  const { store, pass } = await resting();
  for (let hours = 0; hours < 30; hours++) await pass(60 * MINUTE);
  expect(await store.summary()).toMatchObject({ requests: 0 });
});
