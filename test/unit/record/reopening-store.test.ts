import { describe, expect, it } from 'vitest';
import { ReopeningStore } from '../../../src/record/reopening-store.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import type { Store } from '../../../src/record/store.ts';
import { StoreError, type StoreFault } from '../../../src/record/store-error.ts';
import { flush } from '../../support/flushes.ts';

const fault = (kind: StoreFault) => new StoreError(kind, `store results.db: ${kind}`);
const ONCE = flush({ sequence: 1, at: 0, routes: { orders: { requests: 1 } } });

/** An opener that fails in the given ways first, and the stores that it has opened. */
function opener(...failures: Error[]) {
  const opened: (Store & { isClosed: boolean; failNext?: Error })[] = [];
  const open = async (): Promise<Store> => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    const run = { id: 'run-1', startedAt: 0 };
    const real = await SqliteStore.open({ path: ':memory:', run, now: () => 0, warn: () => {} });
    const store = Object.assign(real, { isClosed: false }) as (typeof opened)[number];
    const [write, close] = [real.write.bind(real), real.close.bind(real)];
    store.write = async (each) => {
      const { failNext } = store;
      delete store.failNext;
      if (failNext !== undefined) throw failNext;
      return write(each);
    };
    store.close = async () => {
      store.isClosed = true;
      return close();
    };
    opened.push(store);
    return store;
  };
  return { open, opened };
}

describe('a store that may be away', () => {
  it.each(['missing', 'misplaced', 'forbidden', 'foreign', 'newer', 'older'] as const)(
    'does not begin where a person has to do something: %s',
    async (kind) => {
      await expect(ReopeningStore.start(opener(fault(kind)).open)).rejects.toMatchObject({ fault: kind });
    },
  );

  it('does not take a bug for a fault that may pass', async () => {
    await expect(ReopeningStore.start(opener(new TypeError('bug')).open)).rejects.toThrow('bug');
  });

  it.each(['locked', 'full', 'failing', 'corrupt', 'gone', 'lost'] as const)(
    'begins without the store where that may pass: %s',
    async (kind) => {
      const { open, opened } = opener(fault(kind), fault('locked'));
      const store = await ReopeningStore.start(open);
      await expect(store.summary()).rejects.toMatchObject({ fault: kind });
      await expect(store.write(ONCE)).rejects.toMatchObject({ fault: 'locked' });
      await expect(store.summary()).rejects.toMatchObject({ fault: 'locked' });
      expect(opened).toHaveLength(0);
      await store.write(ONCE);
      expect(await store.summary()).toMatchObject({ requests: 1 });
      await store.close();
    },
  );

  it.each(['corrupt', 'gone', 'failing'] as const)('is opened anew after it was %s', async (kind) => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    opened[0]!.failNext = fault(kind);
    await expect(store.write(ONCE)).rejects.toMatchObject({ fault: kind });
    expect(opened[0]!.isClosed).toBe(true);
    await store.write(ONCE);
    expect(opened).toHaveLength(2);
    expect(await store.summary()).toMatchObject({ requests: 1 });
    await store.close();
  });

  it('is opened anew at once when its handle was lost, and asked again', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    opened[0]!.failNext = fault('lost');
    await store.write(ONCE);
    expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(await store.summary()).toMatchObject({ requests: 1 });
    await store.close();
  });

  it('is opened once for all calls that lost the handle together, and each is asked again', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    const [handle] = opened;
    const lost = Promise.withResolvers<never>();
    handle!.write = () => lost.promise;
    handle!.summary = () => lost.promise;
    const calls = [store.write(ONCE), store.summary(), store.summary()];
    lost.reject(fault('lost'));
    await Promise.all(calls);
    expect(opened).toHaveLength(2);
    await store.close();
  });

  it('says why when it cannot be opened anew', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(async () => {
      if (opened.length > 0) throw fault('locked');
      return open();
    });
    opened[0]!.failNext = fault('lost');
    await expect(store.write(ONCE)).rejects.toMatchObject({ fault: 'locked' });
    await expect(store.summary()).rejects.toMatchObject({ fault: 'locked' });
    await store.close();
  });

  it.each(['locked', 'full'] as const)('is not opened anew after it was %s', async (kind) => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    opened[0]!.failNext = fault(kind);
    await expect(store.write(ONCE)).rejects.toMatchObject({ fault: kind });
    await store.write(ONCE);
    expect(opened).toHaveLength(1);
    await store.close();
  });

  it('stays closed', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    await store.close();
    await store.close();
    await expect(store.write(ONCE)).rejects.toMatchObject({ fault: 'closed' });
    expect(opened).toHaveLength(1);
  });
});

describe('a store that rests', () => {
  it('is closed, and opened again once for all that need it', async () => {
    const { open, opened } = opener();
    const rests: string[] = [];
    const store = await ReopeningStore.start(open, () => void rests.push('rest'));
    await store.rest();
    expect(store.isResting).toBe(true);
    expect(opened.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect(rests).toHaveLength(1);
    await Promise.all([store.write(ONCE), store.summary(), store.summary()]);
    expect(store.isResting).toBe(false);
    expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    await store.close();
  });

  it('is opened again only when it is closed', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    const closed = Promise.withResolvers<void>();
    opened[0]!.close = () => closed.promise;
    const resting = store.rest();
    await expect.poll(() => store.isResting).toBe(true);
    const written = store.write(ONCE);
    await new Promise(setImmediate);
    expect(opened).toHaveLength(1);
    closed.resolve();
    await Promise.all([resting, written]);
    expect(opened).toHaveLength(2);
    await store.close();
  });

  it('does not rest while it is in use, while it is away, or once it is closed', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    const held = Promise.withResolvers<never>();
    opened[0]!.summary = () => held.promise;
    const asked = store.summary();
    await store.rest();
    expect(store.isResting).toBe(false);
    held.reject(fault('failing'));
    await expect(asked).rejects.toMatchObject({ fault: 'failing' });
    await store.rest();
    expect(store.isResting).toBe(false);
    await store.close();
    await store.rest();
    expect(store.isResting).toBe(false);
  });

  it('is away if it cannot be opened again, and is opened by the next write', async () => {
    const { open, opened } = opener();
    const failures: Error[] = [];
    const store = await ReopeningStore.start(async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return open();
    });
    await store.rest();
    failures.push(fault('locked'));
    await expect(store.summary()).rejects.toMatchObject({ fault: 'locked' });
    await store.write(ONCE);
    expect(opened).toHaveLength(2);
    await store.close();
  });

  it('stays closed once it is closed', async () => {
    const { open, opened } = opener();
    const store = await ReopeningStore.start(open);
    await store.rest();
    await store.close();
    await expect(store.summary()).rejects.toMatchObject({ fault: 'closed' });
    expect(opened).toHaveLength(1);
  });
});
