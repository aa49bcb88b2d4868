import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { example, flush, recorded, signature } from '../../support/flushes.ts';
import { BUTTON, exposure } from '../../support/recorded-experiment.ts';

const CONFIGURED = { rules: [], experiments: [BUTTON] };

describe('users of experiments in a small store', () => {
  it('are counted as long as there is room, and those without room are told', async () => {
    const limit = 1_500_000;
    const store = await SqliteStore.open({
      path: ':memory:',
      run: { id: 'run', startedAt: 0 },
      limit,
      now: () => 0,
      warn: () => {},
    });
    const most = Math.floor(limit / 600);
    const exposures = Array.from({ length: most + 10 }, (_, number) => exposure('green', number, 1));
    const written = await store.write(
      flush({ sequence: 1, at: 1, configured: CONFIGURED, users: { exposures, outcomes: [] } }),
    );
    expect(written).toHaveLength(most);
    // Who is known stays so, and nobody else comes.
    const again = { exposures: exposures.slice(most - 1, most + 1), outcomes: [] };
    await store.write(flush({ sequence: 2, at: 2, configured: CONFIGURED, users: again }));
    expect(await store.experiments()).toMatchObject([{ users: [0, most], leftOut: { full: 11 } }]);
    await store.close();
  });
});

it('an experiment whose first flush did not fit is configured with the next one', async () => {
  const limit = 400_000;
  const run = { id: 'run', startedAt: 0 };
  const store = await SqliteStore.open({ path: ':memory:', run, limit, now: () => 0, warn: () => {} });
  const request = { ...recorded().request, target: `/${'x'.repeat(limit)}` };
  const large = example('large', 1, { request });
  const first = flush({ sequence: 1, at: 1, configured: CONFIGURED, signatures: [signature({ examples: [large] })] });
  await expect(store.write(first)).rejects.toMatchObject({ fault: 'full' });
  const users = { exposures: [exposure('green', 1, 1)], outcomes: [] };
  await store.write(flush({ sequence: 2, at: 2, configured: CONFIGURED, users }));
  expect(await store.experiments()).toMatchObject([{ users: [0, 1] }]);
  await store.close();
});
