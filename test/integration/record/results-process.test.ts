import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ResultsProcess } from '../../../src/app/results-process.ts';
import { claimStore } from '../../../src/record/sqlite/claim.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { asking } from '../../../src/results/questions.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOON = Date.UTC(2026, 10, 3, 12);

async function recorded(path: string, requests: number): Promise<SqliteStore> {
  const store = await SqliteStore.open({ path, run: { id: path, startedAt: NOON }, now: () => NOON, warn: () => {} });
  afterThisTest(() => store.close());
  const orders = { requests, endings: { mismatch: requests }, legs: { primary: [1], shadow: [2] }, deltas: [1] };
  await store.write(flush({ sequence: 1, at: NOON, routes: { orders }, signatures: [signature({ count: requests })] }));
  return store;
}

function started(store: string, changes: Partial<ConstructorParameters<typeof ResultsProcess>[0]> = {}) {
  const warnings: string[] = [];
  const log = { warn: (_: unknown, message: string) => void warnings.push(message) };
  const questions = new ResultsProcess({ store, env: process.env, nice: 0, log: log as never, ...changes });
  afterThisTest(() => questions.close());
  return { questions, ask: questions.ask, warnings };
}

it('answers as the store itself would, what is written meanwhile too, and says what was asked wrongly', async () => {
  const path = join(temporaryDirectory(), 'results.db');
  const store = await recorded(path, 3);
  const claim = claimStore(path);
  afterThisTest(() => claim.release());
  const { ask } = started(path);
  const here = asking(store);
  expect(await ask('timeline', { points: 10 })).toEqual(await here('timeline', { points: 10 }));
  const causes = { sort: 'severity', order: 'desc', offset: 0, limit: 10, now: NOON } as const;
  expect(await ask('causes', causes)).toEqual(await here('causes', causes));
  expect(await ask('verdict', { overrides: {}, now: NOON })).toMatchObject({ verdict: 'invalid' });
  await store.write(flush({ sequence: 2, at: NOON, routes: { orders: { requests: 4 } } }));
  expect(await ask('totals', {})).toMatchObject({ results: { requests: 7 } });
  await expect(ask('totals', { service: 'nobody' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('"nobody"'),
  });
});

it('reads the store that took the place of another, and says where there is none', async () => {
  const path = join(temporaryDirectory(), 'results.db');
  const { ask } = started(path);
  await expect(ask('totals', {})).rejects.toMatchObject({ code: 'store_unusable' });
  const first = await recorded(path, 3);
  expect(await ask('totals', {})).toMatchObject({ results: { requests: 3 } });
  await first.close();
  renameSync(path, `${path}.aside`);
  await recorded(path, 5);
  expect(await ask('totals', {})).toMatchObject({ results: { requests: 5 } });
});

it('is started once where questions are expected, and ends when none comes', async () => {
  const entry = new URL('../../support/signs-in.mjs', import.meta.url);
  const signed = join(temporaryDirectory(), 'ids');
  const { questions } = started(signed, { entry, idle: 1_000 });
  questions.expect();
  questions.expect();
  const ids = await vi.waitUntil(() => existsSync(signed) && readFileSync(signed, 'utf8').match(/^\d+$/gm));
  expect(ids).toHaveLength(1);
  await vi.waitUntil(() => !isAlive(Number(ids[0])), { timeout: 20_000 });
  questions.expect();
  await vi.waitUntil(() => readFileSync(signed, 'utf8').match(/^\d+$/gm)!.length === 2, { timeout: 20_000 });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('gives up a question that takes too long, and all behind it', async () => {
  const entry = new URL('../../support/deaf.mjs', import.meta.url);
  const { ask, warnings } = started('x.db', { entry, patience: 200 });
  const late = { code: 'store_unusable', message: expect.stringContaining('longer than 0.2 s') };
  const [first, second] = [ask('totals', {}), ask('timeline', { points: 1 })];
  await expect(first).rejects.toMatchObject(late);
  await expect(second).rejects.toMatchObject(late);
  expect(warnings).toEqual(['a question about the results took too long']);
});

it('refuses what does not fit into its queue, and everything once it is closed', async () => {
  const entry = new URL('../../support/deaf.mjs', import.meta.url);
  const { ask, questions } = started('x.db', { entry });
  const waiting = Array.from({ length: 64 }, () => ask('totals', {}));
  await expect(ask('totals', {})).rejects.toThrow('too many questions wait');
  await questions.close();
  for (const each of await Promise.allSettled(waiting)) expect(each.status).toBe('rejected');
  await expect(ask('totals', {})).rejects.toThrow('is stopping');
});
