import { expect, it } from 'vitest';
import type { ExperimentDefinition } from '../../src/model/recorded-experiment.ts';
import type { Configured, Store, UsersFlush } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { flush } from './flushes.ts';
import { BUTTON, exposure, outcome } from './recorded-experiment.ts';
import type { StoreKind } from './store-contract.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const NOTHING = { switched: 0, full: 0, early: 0, unexposed: 0 };

/** What every store must do with experiments. Call it inside a `describe`. */
export function experimentContract({ place, open }: StoreKind): void {
  const opened = async (at = place(), run = 'run-1'): Promise<Store> => {
    const store = await open(at, { id: run, startedAt: NOON });
    afterThisTest(() => store.close());
    return store;
  };

  const written = (
    store: Store,
    sequence: number,
    users: Partial<UsersFlush>,
    experiments: readonly ExperimentDefinition[] = [BUTTON],
    exposures: Configured['exposures'] = 'kept',
  ) =>
    store.write(
      flush({
        sequence,
        at: NOON + sequence,
        configured: { rules: [], experiments, exposures },
        users: { exposures: [], outcomes: [], ...users },
      }),
    );

  it('knows an experiment as soon as it is configured', async () => {
    const store = await opened();
    expect(await store.experiments()).toEqual([]);
    await written(store, 1, {});
    expect(await store.experiments()).toEqual([
      { ...BUTTON, isRunning: true, begunAt: NOON + 1, lastAt: NOON + 1, users: [0, 0], sums: [], leftOut: NOTHING },
    ]);
  });

  it('counts each user once, with what he did added up', async () => {
    const store = await opened();
    const exposures = [exposure('control', 1, NOON), exposure('green', 2, NOON), exposure('green', 3, NOON)];
    expect(await written(store, 1, { exposures })).toEqual(exposures);
    const late = [exposure('green', 4, NOON + 2_000)];
    expect(await written(store, 2, { exposures: [...exposures, ...late] })).toEqual(late);
    await written(store, 3, {
      outcomes: [
        outcome('purchase', 2, 1, NOON + 5),
        outcome('purchase', 2, 1, NOON + 6),
        outcome('revenue', 2, 30, NOON + 6),
        outcome('revenue', 2, 12, NOON + 7),
        outcome('revenue', 3, -2, NOON + 3_000),
      ],
    });
    const [found] = await store.experiments();
    expect(found).toMatchObject({ users: [1, 3], lastAt: NOON + 3_000, leftOut: NOTHING });
    expect(found!.sums).toEqual([
      { goal: 'purchase', arm: 'green', users: 1, sum: 1, squares: 1, sizes: 1 },
      { goal: 'revenue', arm: 'green', users: 2, sum: 40, squares: 42 ** 2 + 4, sizes: 44 },
    ]);
  });

  it('leaves out what a user did before, and what users did who never saw an arm', async () => {
    const store = await opened();
    await written(store, 1, {
      exposures: [exposure('control', 1, NOON + 100)],
      outcomes: [
        outcome('purchase', 1, 1, NOON + 99),
        outcome('purchase', 7, 1, NOON + 200),
        outcome('no such goal', 1, 1, NOON + 200),
      ],
    });
    const [found] = await store.experiments();
    expect(found).toMatchObject({ sums: [], leftOut: { ...NOTHING, early: 1, unexposed: 1 } });
  });

  it('counts a user of two arms with the first, and says how many there were', async () => {
    const store = await opened();
    await written(store, 1, { exposures: [exposure('control', 1, NOON)] });
    const again = [exposure('green', 1, NOON + 1), exposure('green', 1, NOON + 2)];
    expect(await written(store, 2, { exposures: again, outcomes: [outcome('revenue', 1, 5, NOON + 3)] })).toEqual([]);
    const [found] = await store.experiments();
    expect(found).toMatchObject({ users: [1, 0], leftOut: { ...NOTHING, switched: 1 } });
    expect(found!.sums).toMatchObject([{ arm: 'control', sum: 5 }]);
  });

  it('writes a flush once that is written again because nobody knew whether it was', async () => {
    const store = await opened();
    const users = { exposures: [exposure('control', 1, NOON)], outcomes: [outcome('revenue', 1, 5, NOON + 1)] };
    await written(store, 1, users);
    expect(await written(store, 1, users)).toEqual([]);
    expect(await store.experiments()).toMatchObject([{ users: [1, 0], sums: [{ sum: 5 }] }]);
  });

  it('goes on after a restart, and keeps another edition apart', async () => {
    const at = place();
    const first = await opened(at);
    await written(first, 1, { exposures: [exposure('control', 1, NOON)] });
    if (at !== ':memory:') await first.close();
    const store = at === ':memory:' ? first : await opened(at, 'run-2');
    await written(store, 2, { exposures: [exposure('control', 1, NOON + 1), exposure('control', 2, NOON + 1)] });
    const next = { ...BUTTON, edition: 'second' };
    expect(await written(store, 3, { exposures: [exposure('green', 1, NOON + 2)] }, [next])).toHaveLength(1);
    expect(await store.experiments()).toMatchObject([
      { edition: 'second', isRunning: true, users: [0, 1] },
      { edition: 'first', isRunning: false, users: [2, 0] },
    ]);
  });

  it('takes nothing of an experiment that was taken out of the configuration', async () => {
    const store = await opened();
    await written(store, 1, { exposures: [exposure('control', 1, NOON)] });
    expect(await written(store, 2, { exposures: [exposure('green', 2, NOON)] }, [])).toEqual([]);
    expect(await store.experiments()).toMatchObject([{ isRunning: false, users: [1, 0] }]);
  });

  it('knows who is not reported yet until that is done, also after a restart', async () => {
    const at = place();
    const first = await opened(at);
    const exposures = [exposure('green', 2, NOON + 1), exposure('control', 1, NOON)];
    await written(first, 1, { exposures }, [BUTTON], 'reported');
    await written(first, 2, { exposures: [exposure('green', 2, NOON + 9)] }, [BUTTON], 'reported');
    if (at !== ':memory:') await first.close();
    const store = at === ':memory:' ? first : await opened(at, 'run-2');
    expect(await store.unreportedExposures(5)).toEqual([exposures[1], exposures[0]]);
    expect(await store.unreportedExposures(1)).toEqual([exposures[1]]);
    await store.forgetUnreported([exposures[1]!, exposure('control', 2, NOON), exposure('green', 7, NOON)]);
    expect(await store.unreportedExposures(5)).toEqual([exposures[0]]);
    await store.forgetUnreported([exposures[0]!]);
    expect(await store.unreportedExposures(5)).toEqual([]);
    expect(await store.experiments()).toMatchObject([{ users: [1, 1] }]);
  });

  it('keeps nobody for a webhook that is not configured, and forgets who waited for it', async () => {
    const store = await opened();
    await written(store, 1, { exposures: [exposure('green', 1, NOON)] }, [BUTTON], 'reported');
    await written(store, 2, { exposures: [exposure('green', 2, NOON)] });
    await written(store, 3, { exposures: [exposure('green', 3, NOON)] }, [BUTTON], 'reported');
    expect(await store.unreportedExposures(5)).toEqual([exposure('green', 3, NOON)]);
  });

  it('keeps an experiment as long as it runs, however old, and its results with those of others deleted', async () => {
    const store = await opened();
    await written(store, 1, {
      exposures: [exposure('control', 1, NOON)],
      outcomes: [outcome('revenue', 1, 5, NOON)],
    });
    await store.prune(NOON + 10_000_000, { age: 1, size: 2 ** 30 });
    await store.clear();
    expect(await store.experiments()).toMatchObject([{ users: [1, 0], sums: [{ sum: 5 }] }]);
    await written(store, 2, {}, []);
    await store.prune(NOON + 10_000_000, { age: 1, size: 2 ** 30 });
    expect(await store.experiments()).toEqual([]);
  });
}
