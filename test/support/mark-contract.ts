import { expect, it } from 'vitest';
import { signatureId } from '../../src/compare/signature.ts';
import type { Mark } from '../../src/model/triage.ts';
import type { Store } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { flush, rehearsal, signature } from './flushes.ts';
import type { StoreKind } from './store-contract.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const HOUR = 3_600_000;
const PLACES = [{ path: '$.total', kind: 'value' as const }];
const EXPECTED: Mark = {
  state: 'expected',
  reason: 'the new tax rate',
  owner: 'ann',
  until: NOON + 24 * HOUR,
  markedAt: NOON,
};
const FIXED = { state: 'fixed', markedAt: NOON } as const;

/** What every store must do with what people say of signatures. Call it inside a `describe`. */
export function markContract({ place, open }: StoreKind): void {
  const opened = async (at = place()): Promise<Store> => {
    const store = await open(at, { id: 'run-1', startedAt: NOON });
    afterThisTest(() => store.close());
    return store;
  };
  const marks = async (store: Store) =>
    Object.fromEntries((await store.signatures({})).map(({ id, mark }) => [id, mark]));
  const seen = (sequence: number, lastSeen: number, ids: readonly string[] = ['s1', 's2']) =>
    flush({
      sequence,
      at: lastSeen,
      routes: { orders: { requests: 1 } },
      signatures: ids.map((id) => signature({ id, firstSeen: lastSeen, lastSeen })),
    });

  it('keeps what is said of several signatures at once, until they are said to be open', async () => {
    const store = await opened();
    await store.write(seen(1, NOON, ['s1', 's2', 's3']));
    expect(await store.mark({ ids: ['s1', 's2'], mark: EXPECTED })).toEqual({ marked: ['s1', 's2'], left: [] });
    expect(await marks(store)).toEqual({ s1: EXPECTED, s2: EXPECTED, s3: undefined });
    expect(await store.signature('s2')).toMatchObject({ mark: EXPECTED });
    const bare: Mark = { state: 'expected', reason: 'by design', markedAt: NOON + 1 };
    await store.mark({ ids: ['s2'], mark: bare });
    expect(await marks(store)).toEqual({ s1: EXPECTED, s2: bare, s3: undefined });
    await store.mark({ ids: ['s1', 's3'], mark: 'open' });
    expect(await marks(store)).toEqual({ s1: undefined, s2: bare, s3: undefined });
    expect((await store.signature('s1'))!).not.toHaveProperty('mark');
  });

  it('marks none where it does not know one of the ids, and names that', async () => {
    const store = await opened();
    await store.write(seen(1, NOON));
    expect(await store.mark({ ids: ['s1', 'none', 'other'], mark: FIXED })).toEqual({
      unknown: ['none', 'other'],
    });
    expect(await store.mark({ ids: ['s1'], service: 'another', mark: FIXED })).toEqual({ unknown: ['s1'] });
    expect(await marks(store)).toEqual({ s1: undefined, s2: undefined });
  });

  it('marks only those that differ nowhere but at the places that are named, and names the others', async () => {
    const store = await opened();
    const [state, total] = [
      { path: '$.state', kind: 'value' },
      { path: '$.total', kind: 'value' },
    ] as const;
    const of = {
      state: [state],
      both: [state, total],
      sameKind: [{ path: '$.state', kind: 'type' } as const],
      none: [],
    };
    const signatures = Object.entries(of).map(([id, places]) =>
      signature({ id, places, firstSeen: NOON, lastSeen: NOON }),
    );
    await store.write(flush({ sequence: 1, at: NOON, routes: { orders: { requests: 4 } }, signatures }));
    const which = { ids: Object.keys(of), mark: EXPECTED };
    expect(await store.mark({ ...which, within: [state] })).toEqual({
      marked: ['state', 'none'],
      left: ['both', 'sameKind'],
    });
    expect(await marks(store)).toEqual({ state: EXPECTED, none: EXPECTED, both: undefined, sameKind: undefined });
    expect(await store.mark({ ...which, within: [state, total] })).toMatchObject({ left: ['sameKind'] });
    expect(await store.mark({ ...which, ids: ['both', 'gone'], within: [] })).toEqual({ unknown: ['gone'] });
  });

  it('opens what is fixed once an exchange of after the marking shows it again, and keeps when that was', async () => {
    const store = await opened();
    await store.write(seen(1, NOON - HOUR));
    await store.mark({ ids: ['s1', 's2'], mark: FIXED });
    // It happened before, and came late.
    await store.write(seen(2, NOON));
    expect(await marks(store)).toEqual({ s1: FIXED, s2: FIXED });
    await store.write(seen(3, NOON + 1, ['s1']));
    await store.write(seen(4, NOON + 2, ['s1']));
    expect(await marks(store)).toEqual({ s1: { ...FIXED, seenAgain: NOON + 1 }, s2: FIXED });
    const again = { state: 'fixed', reason: 'in 2.4.1', markedAt: NOON + HOUR } as const;
    await store.mark({ ids: ['s1'], mark: again });
    expect((await marks(store))['s1']).toEqual(again);
  });

  it('does not open what is expected when it is seen', async () => {
    const store = await opened();
    await store.write(seen(1, NOON));
    await store.mark({ ids: ['s1'], mark: EXPECTED });
    await store.write(seen(2, NOON + HOUR));
    expect((await marks(store))['s1']).toEqual(EXPECTED);
  });

  it('holds a mark for all rehearsals of the service, and for no other service', async () => {
    const store = await opened();
    const old = rehearsal({ version: '1', begunAt: NOON });
    const next = rehearsal({ version: '2', begunAt: NOON + HOUR });
    const other = rehearsal({ service: 'users', version: '1', begunAt: NOON });
    const of = (sequence: number, each: typeof old, lastSeen = NOON) =>
      flush({ sequence, at: lastSeen, rehearsal: each, signatures: [signature({ lastSeen })] });
    await store.write(of(1, old));
    await store.write(of(2, other));
    await store.mark({ ids: ['s1'], service: 'default', mark: EXPECTED });
    await store.write(of(3, next));
    const markIn = async (scope: object) => (await store.signature('s1', scope))?.mark;
    expect(await markIn({ rehearsal: old.id })).toEqual(EXPECTED);
    expect(await markIn({ service: 'default' })).toEqual(EXPECTED);
    expect(await markIn({ service: 'users' })).toBeUndefined();
    await store.mark({ ids: ['s1'], mark: FIXED });
    expect(await markIn({ service: 'users' })).toEqual(FIXED);
    await store.write(of(4, old, NOON + 5));
    expect(await markIn({ service: 'default' })).toEqual({ ...FIXED, seenAgain: NOON + 5 });
    expect(await markIn({ service: 'users' })).toEqual(FIXED);
  });

  it('keeps marks when results are deleted, by age or all of them, and can take them back', async () => {
    const store = await opened();
    await store.write(seen(1, NOON));
    await store.mark({ ids: ['s1'], mark: EXPECTED });
    await store.mark({ ids: ['s2'], mark: FIXED });
    await store.prune(NOON + 48 * HOUR, { age: HOUR, size: 2 ** 30 });
    await store.clear();
    expect(await store.signatures({})).toEqual([]);
    expect(await store.mark({ ids: ['s1', 's2', 's3'], mark: 'open' })).toEqual({ unknown: ['s3'] });
    await store.write(seen(2, NOON + 48 * HOUR));
    expect(await marks(store)).toEqual({ s1: EXPECTED, s2: { ...FIXED, seenAgain: NOON + 48 * HOUR } });
    await store.mark({ ids: ['s1'], mark: 'open' });
    expect((await marks(store))['s1']).toBeUndefined();
  });

  it('takes marks along when a route turns out to be another, and of two for one signature the later', async () => {
    const store = await opened();
    const part = (route: string, lastSeen = NOON) => {
      const id = signatureId(route, 'mismatch', 200, 200, PLACES);
      return signature({ id, route, places: PLACES, lastSeen });
    };
    const many = signature({ id: 'many', route: 'one', places: [...PLACES, { path: '…', kind: 'budget' }] });
    await store.write(flush({ sequence: 1, at: NOON, signatures: [part('one'), many, part('all'), part('two')] }));
    const later: Mark = { state: 'expected', reason: 'later', markedAt: NOON + 2 };
    await store.mark({ ids: [part('one').id, 'many'], mark: later });
    await store.mark({ ids: [part('all').id], mark: EXPECTED });
    await store.mark({ ids: [part('two').id], mark: EXPECTED });
    const renamings = ['one', 'two'].map((from) => ({ from, to: 'all' }));
    await store.write(flush({ sequence: 2, at: NOON, renamings }));
    expect(await marks(store)).toEqual({ [part('all').id]: later, many: later });
    // What still comes under the former name is seen under the present one.
    await store.mark({ ids: [part('all').id], mark: { state: 'fixed', markedAt: NOON + 3 } });
    await store.write(flush({ sequence: 3, at: NOON, signatures: [part('one', NOON + 4)] }));
    expect(await marks(store)).toMatchObject({ [part('all').id]: { state: 'fixed', seenAgain: NOON + 4 } });
  });
}
