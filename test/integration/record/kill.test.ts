import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
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
