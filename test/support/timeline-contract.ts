import { expect, it } from 'vitest';
import type { Store } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { type Counted, flush, rehearsal, signature } from './flushes.ts';
import type { StoreKind } from './store-contract.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.UTC(2026, 10, 3);
const NOON = MIDNIGHT + 12 * HOUR;

/** What every store must say of results over time. Call it inside a `describe`. */
export function timelineContract({ place, open }: StoreKind): void {
  const opened = async (): Promise<Store> => {
    const store = await open(place(), { id: 'run-1', startedAt: MIDNIGHT - 9 * DAY });
    afterThisTest(() => store.close());
    return store;
  };
  let sequence = 0;
  const write = (store: Store, at: number, routes: Readonly<Record<string, Counted>>) =>
    store.write(flush({ sequence: ++sequence, at, routes, signatures: [signature({ count: 1, lastSeen: at })] }));
  const requests = async (store: Store, query: Partial<Parameters<Store['timeline']>[0]> = {}) =>
    (await store.timeline({ points: 120, ...query })).steps.map((step) => step.requests);

  it('gives the requests, outcomes, latencies and deltas of each step, and steps without traffic too', async () => {
    const store = await opened();
    const orders: Counted = {
      requests: 3,
      endings: { match: 2, mismatch: 1 },
      legs: { primary: [10, 10, 10], shadow: [30, 30, 30] },
      deltas: [20, 20, -5],
    };
    await write(store, NOON + 30_000, { orders, users: { requests: 1, endings: { match: 1 } } });
    await write(store, NOON + 2 * MINUTE, { users: { requests: 4, endings: { 'skipped:disabled': 4 } } });
    const { step, steps, gaps } = await store.timeline({ points: 120 });
    expect({ step, gaps }).toEqual({ step: MINUTE, gaps: [] });
    expect(steps).toEqual([
      {
        at: NOON,
        requests: 4,
        outcomes: [
          { ending: 'match', count: 3 },
          { ending: 'mismatch', count: 1 },
        ],
        legs: [
          { leg: 'primary', count: 3, p50: expect.closeTo(10, 0), p99: expect.closeTo(10, 0) },
          { leg: 'shadow', count: 3, p50: expect.closeTo(30, 0), p99: expect.closeTo(30, 0) },
        ],
        delta: { count: 3, p50: expect.closeTo(20, 0), p99: expect.closeTo(20, 0) },
      },
      { at: NOON + MINUTE, requests: 0, outcomes: [], legs: [] },
      { at: NOON + 2 * MINUTE, requests: 4, outcomes: [{ ending: 'skipped:disabled', count: 4 }], legs: [] },
    ]);
  });

  it('is of one route and its aliases, of one rehearsal, or of all present ones', async () => {
    const store = await opened();
    await write(store, NOON, { orders: { requests: 3 }, old: { requests: 1 }, users: { requests: 5 } });
    await store.write(flush({ sequence: ++sequence, at: NOON, renamings: [{ from: 'old', to: 'orders' }] }));
    const next = rehearsal({ version: '2', begunAt: NOON + MINUTE });
    const routes = { orders: { requests: 7 } };
    await store.write(flush({ sequence: ++sequence, at: NOON + MINUTE, rehearsal: next, routes }));
    const first = (await store.rehearsals()).find(({ state }) => state === 'earlier')!.id;
    expect(await requests(store, { route: 'orders', scope: { rehearsal: first } })).toEqual([4]);
    expect(await requests(store, { scope: { rehearsal: first } })).toEqual([9]);
    expect(await requests(store)).toEqual([7]);
    expect(await requests(store, { route: 'nowhere' })).toEqual([0]);
  });

  it('has steps that are as fine as so many points allow, each at a multiple of its length', async () => {
    const store = await opened();
    expect(await store.timeline({ points: 10 })).toMatchObject({ steps: [] });
    for (const at of [MIDNIGHT, NOON, MIDNIGHT + 3 * DAY]) await write(store, at, { orders: { requests: 1 } });
    const asked = async (from: number, to: number, points: number) => {
      const { step, steps } = await store.timeline({ points, window: { from, to } });
      expect(steps.every(({ at }) => at % step === 0)).toBe(true);
      expect(steps.reduce((sum, each) => sum + each.requests, 0)).toBe(
        from === MIDNIGHT ? (to > NOON + DAY ? 3 : 2) : 1,
      );
      return { step, length: steps.length };
    };
    expect(await asked(NOON, NOON + HOUR - 1, 60)).toEqual({ step: MINUTE, length: 60 });
    expect(await asked(NOON, NOON + HOUR - 1, 7)).toEqual({ step: 10 * MINUTE, length: 6 });
    expect(await asked(MIDNIGHT, MIDNIGHT + DAY - 1, 120)).toEqual({ step: 15 * MINUTE, length: 96 });
    expect(await asked(MIDNIGHT, MIDNIGHT + 4 * DAY - 1, 1000)).toEqual({ step: HOUR, length: 96 });
    expect(await asked(MIDNIGHT, MIDNIGHT + 4 * DAY - 1, 4)).toEqual({ step: DAY, length: 4 });
    expect(await asked(MIDNIGHT, MIDNIGHT + 4 * DAY - 1, 2)).toEqual({ step: 2 * DAY, length: 2 });
  });

  it('begins where the results begin, and ends where the window does', async () => {
    const store = await opened();
    await write(store, NOON, { orders: { requests: 1 } });
    const { steps } = await store.timeline({ points: 120, window: { from: NOON - DAY, to: NOON + 2 * MINUTE } });
    expect(steps.map(({ at }) => at)).toEqual([NOON, NOON + MINUTE, NOON + 2 * MINUTE]);
    expect(await store.timeline({ points: 120, window: { to: NOON - DAY } })).toMatchObject({ steps: [] });
  });

  it('and all that is counted loses the hours that are too old, and no other', async () => {
    const store = await opened();
    const counted: Counted = { requests: 1, endings: { mismatch: 1 }, legs: { shadow: [5] } };
    for (const at of [NOON - DAY, NOON, NOON + 2 * HOUR]) await write(store, at, { orders: counted });
    await store.prune(NOON + 2 * HOUR, { age: HOUR, size: 2 ** 40 });
    const { steps } = await store.timeline({ points: 1000 });
    const spike = ({ requests: count, outcomes, legs }: (typeof steps)[number]) =>
      count === 1 && outcomes[0]?.count === 1 && legs[0]?.count === 1;
    expect(steps.filter((each) => each.requests > 0).map((each) => [each.at, spike(each)])).toEqual([
      [NOON + 2 * HOUR, true],
    ]);
    const { requests: left, outcomes, routes } = await store.summary();
    expect({ left, outcomes, latency: routes[0]!.latency[0]!.lastByte.count }).toEqual({
      left: 1,
      outcomes: [{ ending: 'mismatch', count: 1 }],
      latency: 1,
    });
    expect(await store.signatures({})).toMatchObject([{ count: 1 }]);
    expect(await store.rehearsals()).toMatchObject([{ requests: 1 }]);
  });
}
