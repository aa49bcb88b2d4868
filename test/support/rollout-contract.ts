import { expect, it } from 'vitest';
import type { RolloutChange } from '../../src/model/rollout.ts';
import type { Store } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { flush } from './flushes.ts';
import type { StoreKind } from './store-contract.ts';

const NOON = Date.UTC(2026, 10, 3, 12);

const change = (revision: number, service = 'default'): RolloutChange => ({
  service,
  revision,
  at: NOON + revision,
  action: 'promote',
  by: 'ann',
  reason: 'all is well',
  candidate: 'http://next',
  state: { phase: 'canary', weight: 100 * revision, pace: 'advancing' },
});

/** What every store must do with the history of rollouts. Call it inside a `describe`. */
export function rolloutContract({ place, open }: StoreKind): void {
  const opened = async (at = place()): Promise<Store> => {
    const store = await open(at, { id: 'run-1', startedAt: NOON });
    afterThisTest(() => store.close());
    return store;
  };

  it('knows the latest changes of each rollout, or of one', async () => {
    const store = await opened();
    expect(await store.rollouts(10)).toEqual([]);
    for (const each of [change(1), change(2), change(3), change(1, 'users')]) await store.recordRollout(each);
    expect(await store.rollouts(1)).toEqual([change(3), change(1, 'users')]);
    expect(await store.rollouts(2, 'default')).toEqual([change(3), change(2)]);
    expect(await store.rollouts(2, 'unknown')).toEqual([]);
  });

  it('writes a change once that is written again because nobody knew whether it was', async () => {
    const store = await opened();
    for (const each of [change(1), change(1), change(2)]) await store.recordRollout(each);
    expect(await store.rollouts(10)).toEqual([change(2), change(1)]);
  });

  it('keeps a rollback when results are deleted', async () => {
    const store = await opened();
    const rollback: RolloutChange = {
      ...change(1),
      action: 'rollback',
      state: { phase: 'rolled_back', weight: 500, reason: '9 of 9 requests failed' },
    };
    await store.recordRollout(rollback);
    await store.write(flush({ sequence: 1, at: NOON, routes: { orders: { requests: 1 } } }));
    await store.clear();
    await store.prune(NOON * 2, { age: 1, size: 1 });
    expect(await store.rollouts(1)).toEqual([rollback]);
  });
}
