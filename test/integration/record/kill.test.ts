import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { claimStore } from '../../../src/record/sqlite/claim.ts';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { readVerdict } from '../../../src/results/verdict.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush } from '../../support/flushes.ts';
import { CONFIGURED } from '../../support/judged.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const WRITER = new URL('./endless-writer.ts', import.meta.url).pathname;

it('a process that is killed while it writes loses no flush that was acknowledged, and leaves a gap', async () => {
  const path = join(temporaryDirectory(), 'results.db');
  let expected = 0;
  for (const run of ['run-1', 'run-2', 'run-3']) {
    const writer = spawn(process.execPath, [WRITER, path, run], { stdio: ['ignore', 'pipe', 'inherit'] });
    afterThisTest(() => writer.kill('SIGKILL'));
    let acknowledged = 0;
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = Number(line);
      if (acknowledged === 50) writer.kill('SIGKILL');
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
    expect(writer.signalCode).toBe('SIGKILL');

    const store = await SqliteStore.open({ path, run: { id: run, startedAt: 0 }, now: () => 0, warn: expect.fail });
    const { requests } = await store.summary();
    // One more may have been written whose acknowledgement never got out.
    expect(requests - expected).toBeGreaterThanOrEqual(acknowledged);
    expect(requests - expected).toBeLessThanOrEqual(acknowledged + 1);
    expect(await store.signatures({})).toMatchObject([{ count: requests }]);
    expected = requests;
    await store.close();
  }
  const store = await SqliteStore.open({
    path,
    run: { id: 'last', startedAt: Date.now() },
    now: () => 0,
    warn: expect.fail,
  });
  afterThisTest(() => store.close());
  expect((await store.summary()).gaps).toHaveLength(3);
});

describe('a store that nobody records to', () => {
  const NOON = Date.UTC(2026, 10, 3, 12);

  async function written(end: 'finished' | 'killed'): Promise<string> {
    const path = join(temporaryDirectory(), 'results.db');
    const run = { id: 'run', startedAt: NOON };
    const store = await SqliteStore.open({ path, run, now: () => NOON, warn: expect.fail });
    await store.write(
      flush({ sequence: 1, at: NOON + 5_000, routes: { orders: { requests: 1 } }, configured: CONFIGURED }),
    );
    if (end === 'finished') await store.finish(NOON + 6_000);
    await store.close();
    return path;
  }

  async function gapsOf(path: string) {
    const reader = await SqliteReader.openFile(path);
    afterThisTest(() => reader.close());
    return (await reader.summary()).gaps;
  }

  it('has a gap from its last flush on where its run did not end, though no other began', async () => {
    const before = Date.now();
    const [gap, ...others] = await gapsOf(await written('killed'));
    expect(others).toEqual([]);
    expect(gap!.from).toBe(NOON + 5_000);
    expect(gap!.to).toBeGreaterThanOrEqual(Math.max(before, gap!.from));
  });

  it('has none where its run ended', async () => {
    expect(await gapsOf(await written('finished'))).toEqual([]);
  });

  it('has none while a process records to it', async () => {
    const path = await written('killed');
    const claim = claimStore(path);
    expect(await gapsOf(path)).toEqual([]);
    claim.release();
    expect(await gapsOf(path)).toHaveLength(1);
  });

  it('is no pass', async () => {
    const reader = await SqliteReader.openFile(await written('killed'));
    afterThisTest(() => reader.close());
    const { services } = await readVerdict(reader, { now: NOON });
    expect(services[0]!.faults.map(({ name }) => name)).toContain('gap');
  });
});
