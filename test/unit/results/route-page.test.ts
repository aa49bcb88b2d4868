import { expect, it } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { readLatencyDetail } from '../../../src/results/latency-detail.ts';
import { type RouteQuery, readRoutePage } from '../../../src/results/route-page.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush, signature } from '../../support/flushes.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 3, 12);

async function stored(): Promise<SqliteStore> {
  const run = { id: 'run-1', startedAt: NOON };
  const store = await SqliteStore.open({ path: ':memory:', run, now: () => NOON, warn: () => {} });
  afterThisTest(() => store.close());
  const orders = {
    requests: 10,
    endings: { match: 6, mismatch: 4 },
    legs: { primary: Array(10).fill(10), control: Array(10).fill(11), shadow: Array(10).fill(30) },
    deltas: [...Array(8).fill(19), -2, -3],
  };
  const users = { requests: 40, endings: { match: 20, noise: 10, 'skipped:tape_full': 10 } };
  await store.write(
    flush({
      sequence: 1,
      at: NOON,
      routes: { orders, users, idle: { requests: 1, endings: { 'skipped:disabled': 1 } } },
      signatures: [signature({ id: 's1', count: 3 }), signature({ id: 's2', count: 1, places: [] })],
      configured: { rules: [] },
    }),
  );
  await store.write(
    flush({ sequence: 2, at: NOON + 2 * MINUTE, routes: { orders: { requests: 1, endings: { match: 1 } } } }),
  );
  return store;
}

const ALL = { sort: 'requests', order: 'desc', offset: 0, limit: 100, now: NOON } as const;

async function names(store: SqliteStore, query: Partial<RouteQuery> = {}): Promise<string[]> {
  return (await readRoutePage(store, { ...ALL, ...query })).routes.map(({ route }) => route);
}

it('gives the mismatch rate with its interval, what of it is open, and counts over time', async () => {
  const store = await stored();
  await store.mark({ ids: ['s1'], mark: { state: 'expected', reason: 'r', markedAt: NOON } });
  const { routes, sparkStep, sparkFrom } = await readRoutePage(store, { ...ALL, route: 'orders' });
  expect({ sparkStep, sparkFrom }).toEqual({ sparkStep: MINUTE, sparkFrom: NOON });
  expect(routes).toMatchObject([
    {
      state: 'mismatching',
      compared: 11,
      mismatches: { count: 4, open: 1, rate: 4 / 11 },
      spark: { compared: [10, 0, 1], mismatches: [4, 0, 0] },
    },
  ]);
  const [low, high] = routes[0]!.mismatches.between;
  expect(low).toBeLessThan(4 / 11);
  expect(high).toBeGreaterThan(4 / 11);
});

it('sorts and filters, and gives a part at a time', async () => {
  const store = await stored();
  expect(await names(store)).toEqual(['users', 'orders', 'idle']);
  expect(await names(store, { sort: 'rate' })).toEqual(['orders', 'users', 'idle']);
  expect(await names(store, { sort: 'route', order: 'asc' })).toEqual(['idle', 'orders', 'users']);
  expect(await names(store, { sort: 'delta', order: 'asc' })).toEqual(['idle', 'users', 'orders']);
  expect(await names(store, { text: 'DER' })).toEqual(['orders']);
  expect(await names(store, { states: ['idle', 'clean'] })).toEqual(['users', 'idle']);
  expect(await names(store, { offset: 1, limit: 1 })).toEqual(['orders']);
  expect(await readRoutePage(store, { ...ALL, offset: 9 })).toMatchObject({ routes: [], total: 3 });
});

it('gives the latencies of a route as distributions, with what two instances of one version differ by', async () => {
  const store = await stored();
  const detail = (await readLatencyDetail(store, { route: 'orders' }))!;
  expect(detail.against).toBe('control');
  expect(detail.legs.map(({ leg, to, count }) => [leg, to, count])).toEqual(
    ['primary', 'shadow', 'control'].flatMap((leg) => [
      [leg, 'firstByte', 10],
      [leg, 'lastByte', 10],
    ]),
  );
  const { delta, shifts, margin } = detail;
  expect(delta!.deciles[0]).toBeCloseTo(-3, 0);
  expect(delta!.deciles[4]).toBeCloseTo(19, 0);
  const bars = delta!.histogram;
  expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(10);
  expect(bars.length).toBeLessThanOrEqual(120);
  expect(bars.every(({ from }, at) => at === 0 || from === bars[at - 1]!.to)).toBe(true);
  expect(bars[0]!.from).toBeLessThanOrEqual(-3);
  expect(bars.at(-1)!.to).toBeGreaterThanOrEqual(19);
  expect(shifts[4]).toEqual({ quantile: 0.5, shift: expect.closeTo(20, 0), floor: expect.closeTo(1, 0) });
  expect(margin).toBe(1);
  expect(await readLatencyDetail(store, { route: 'users' })).toMatchObject({ legs: [], shifts: [] });
  expect(await readLatencyDetail(store, { route: 'nowhere' })).toBeUndefined();
});
