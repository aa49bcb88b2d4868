import { expect, it } from 'vitest';
import type { SignatureFinding } from '../../../src/model/finding.ts';
import type { Rehearsal } from '../../../src/model/rehearsal.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { type CauseQuery, readCause, readCausePage } from '../../../src/results/cause-page.ts';
import type { CauseReader } from '../../../src/results/cause-rows.ts';
import { readResults } from '../../../src/results/results.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { example, flush, rehearsal, signature } from '../../support/flushes.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const SECOND = 1_000;

const price = signature({
  id: 'price',
  route: 'orders',
  count: 30,
  places: [{ path: '$.price', kind: 'value' }],
  firstSeen: NOON,
  lastSeen: NOON + 3 * SECOND,
  examples: [example('of-price', 0.5)],
});
const name = signature({
  id: 'name',
  route: 'users',
  count: 5,
  places: [{ path: '$.name', kind: 'removed' }],
  firstSeen: NOON + SECOND,
  lastSeen: NOON + 9 * SECOND,
  repeats: { persistent: 3, transient: 0 },
});
const timeout = signature({
  id: 'timeout',
  route: 'users',
  ending: 'shadow_timeout',
  shadowStatus: 0,
  places: [],
  count: 5,
  firstSeen: NOON + 2 * SECOND,
  lastSeen: NOON + 2 * SECOND,
});

async function stored(
  signatures: readonly SignatureFinding[] = [price, name, timeout],
  before: readonly SignatureFinding[] = [],
): Promise<SqliteStore> {
  const run = { id: 'run-1', startedAt: NOON - SECOND };
  const store = await SqliteStore.open({ path: ':memory:', run, now: () => NOON, warn: () => {} });
  afterThisTest(() => store.close());
  const counted = { requests: 100, endings: { match: 60, mismatch: 35, shadow_timeout: 5 } };
  const write = (sequence: number, of: Rehearsal, found: readonly SignatureFinding[]) =>
    store.write(flush({ sequence, at: NOON, routes: { orders: counted }, signatures: found, rehearsal: of }));
  if (before.length > 0) await write(1, rehearsal({ version: '1', begunAt: 1 }), before);
  await write(2, rehearsal({ version: '2', begunAt: 2 }), signatures);
  return store;
}

const ALL = { sort: 'severity', order: 'desc', offset: 0, limit: 100, now: NOON } as const;

async function paths(store: SqliteStore, query: Partial<CauseQuery> = {}): Promise<string[]> {
  const { causes } = await readCausePage(store, { ...ALL, ...query });
  return causes.map(({ places, ending }) => places[0]?.path ?? ending);
}

it('lists a failing shadow first, then what matters most to a client', async () => {
  const store = await stored();
  const { causes, total, states, complete } = await readCausePage(store, ALL);
  expect({ total, states, complete }).toEqual({ total: 3, states: { open: 3, expected: 0, fixed: 0 }, complete: true });
  expect(causes.map(({ severity, share }) => [severity, share])).toEqual([
    ['failure', 0.05],
    ['schema', 0.05],
    ['value', 0.3],
  ]);
});

it('sorts by what is asked for, either way, and gives a part at a time', async () => {
  const store = await stored();
  expect(await paths(store, { sort: 'count' })).toEqual(['$.price', expect.anything(), expect.anything()]);
  expect(await paths(store, { sort: 'lastSeen' })).toEqual(['$.name', '$.price', 'shadow_timeout']);
  expect(await paths(store, { sort: 'firstSeen', order: 'asc' })).toEqual(['$.price', '$.name', 'shadow_timeout']);
  expect(await paths(store, { sort: 'lastSeen', offset: 1, limit: 1 })).toEqual(['$.price']);
  expect(await readCausePage(store, { ...ALL, offset: 9 })).toMatchObject({ causes: [], total: 3 });
});

it('filters by text, kind, ending, route and what repeats showed', async () => {
  const store = await stored();
  expect(await paths(store, { text: 'PRI' })).toEqual(['$.price']);
  expect(await paths(store, { text: 'users' })).toEqual(['shadow_timeout', '$.name']);
  expect(await paths(store, { text: '$.nowhere' })).toEqual([]);
  expect(await paths(store, { kinds: ['removed', 'added'] })).toEqual(['$.name']);
  expect(await paths(store, { endings: ['shadow_timeout'] })).toEqual(['shadow_timeout']);
  expect(await paths(store, { route: 'orders' })).toEqual(['$.price']);
  expect(await paths(store, { repeated: 'persistent' })).toEqual(['$.name']);
});

it('finds a cause by its status, its outcome, what its row says, and by what fixed it', async () => {
  const missing = signature({
    ...price,
    id: 'missing',
    shadowStatus: 404,
    places: [{ path: 'status', kind: 'status' }],
  });
  const store = await stored([price, name, timeout, missing]);
  await store.mark({ ids: ['name'], mark: { state: 'fixed', reason: 'in 2.4.1', markedAt: NOON + 10 * SECOND } });
  expect(await paths(store, { text: '404' })).toEqual(['status']);
  expect(await paths(store, { text: '200 → 404' })).toEqual(['status']);
  expect(await paths(store, { text: 'Timeout' })).toEqual(['shadow_timeout']);
  expect(await paths(store, { text: 'another value' })).toEqual(['$.price']);
  expect(await paths(store, { text: '2.4.1' })).toEqual(['$.name']);
});

it('counts each state, whichever is shown, and finds an expected cause by its reason', async () => {
  const store = await stored();
  await store.mark({ ids: ['price'], mark: { state: 'expected', reason: 'the new tax', markedAt: NOON } });
  await store.mark({ ids: ['name'], mark: { state: 'fixed', reason: 'in 2.4.1', markedAt: NOON + 10 * SECOND } });
  const { causes, total, states } = await readCausePage(store, { ...ALL, states: ['expected'] });
  expect({ total, states }).toEqual({ total: 1, states: { open: 1, expected: 1, fixed: 1 } });
  expect(causes).toMatchObject([{ state: 'expected', reason: 'the new tax', places: [{ path: '$.price' }] }]);
  expect(await paths(store, { text: 'TAX' })).toEqual(['$.price']);
  expect((await readCausePage(store, { ...ALL, states: ['fixed'] })).causes).toMatchObject([{ reason: 'in 2.4.1' }]);
  expect(await paths(store, { states: ['open', 'fixed'] })).toEqual(['shadow_timeout', '$.name']);
});

it('groups what stays open as before, whatever is marked', async () => {
  const [state, total] = [
    { path: '$.state', kind: 'value' },
    { path: '$.total', kind: 'value' },
  ] as const;
  const of = { firstSeen: NOON, lastSeen: NOON };
  const signatures = [
    signature({ ...of, id: 'state', places: [state], count: 5 }),
    signature({ ...of, id: 'both', places: [state, total], count: 3 }),
  ];
  const store = await stored(signatures);
  await store.mark({ ids: ['state'], mark: { state: 'expected', reason: 'the new states', markedAt: NOON } });
  const { causes } = await readCausePage(store, { ...ALL, states: ['open'] });
  expect(causes.map(({ places, count }) => [places.map(({ path }) => path), count])).toEqual([
    [['$.state'], 3],
    [['$.total'], 3],
  ]);
  const { mismatches, expected, totals } = await readResults(store, { now: NOON });
  expect(mismatches.causes).toMatchObject([{ places: [state] }, { places: [total] }]);
  expect(expected.causes).toMatchObject([{ places: [state], count: 5, reason: 'the new states' }]);
  expect(totals).toMatchObject({ causes: 2, signatures: 1, expected: 5 });
});

it('leaves out other routes where one is asked for, and groups nothing anew', async () => {
  const extra = { path: '$[*].extra', kind: 'added' } as const;
  const vary = { path: 'header.vary', kind: 'header' } as const;
  const of = (id: string, route: string, places: SignatureFinding['places'], count: number) =>
    signature({ id, route, places, count, firstSeen: NOON, lastSeen: NOON });
  const store = await stored([of('both', 'orders', [extra, vary], 3), of('vary', 'users', [vary], 4)]);
  const counts = async (query: Partial<CauseQuery>) => {
    const { causes } = await readCausePage(store, { ...ALL, ...query });
    return causes.map(({ places, count, routes }) => [
      places.map(({ path }) => path),
      count,
      routes.map(({ route }) => route),
    ]);
  };
  expect(await counts({})).toEqual([
    [['header.vary'], 7, ['users', 'orders']],
    [['$[*].extra'], 3, ['orders']],
  ]);
  expect(await counts({ route: 'orders' })).toEqual([
    [['header.vary'], 3, ['orders']],
    [['$[*].extra'], 3, ['orders']],
  ]);
  expect(await counts({ route: 'users' })).toEqual([[['header.vary'], 4, ['users']]]);
  expect(await counts({ route: 'none' })).toEqual([]);
  const { mismatches, totals } = await readResults(store, { route: 'orders', now: NOON });
  expect(mismatches.causes.map(({ places }) => places.map(({ path }) => path))).toEqual([
    ['header.vary'],
    ['$[*].extra'],
  ]);
  expect(totals).toMatchObject({ signatures: 1, causes: 2 });
  const { causes } = await readCausePage(store, { ...ALL, route: 'orders' });
  for (const { id, places } of causes)
    expect((await readCause(store, { ...ALL, id }))!.places[0]!.path).toBe(places[0]!.path);
});

it('knows what the rehearsal before showed on the same route', async () => {
  expect((await readCausePage(await stored(), ALL)).causes.every((cause) => !('novelty' in cause))).toBe(true);
  const elsewhere = { ...name, route: 'orders' };
  const store = await stored([price, name, timeout], [price, elsewhere, timeout]);
  expect(await paths(store, { novelty: 'new' })).toEqual(['$.name']);
  expect(await paths(store, { novelty: 'known' })).toEqual(['shadow_timeout', '$.price']);
});

it('reads a snapshot once for all that is asked of it, and what changes each time', async () => {
  const store = await stored();
  let reads = 0;
  const reader = (isSnapshot: boolean): CauseReader => ({
    isSnapshot,
    signatures: (query) => {
      reads++;
      return store.signatures(query);
    },
    signature: (id, scope) => store.signature(id, scope),
    timeline: (query) => store.timeline(query),
    services: () => store.services(),
    rehearsals: () => store.rehearsals(),
  });
  const snapshot = reader(true);
  const all = await readCausePage(snapshot, ALL);
  const once = reads;
  expect(await readCausePage(snapshot, { ...ALL, now: NOON + 1, text: 'price' })).toMatchObject({ total: 1 });
  expect(reads).toBe(once);
  expect(await readCausePage(snapshot, { ...ALL, route: 'users' })).toMatchObject({ total: 2 });
  expect(reads).toBeGreaterThan(once);
  const changing = reader(false);
  expect(await readCausePage(changing, ALL)).toEqual(all);
  const before = reads;
  expect(await readCausePage(changing, ALL)).toEqual(all);
  expect(reads).toBeGreaterThan(before);
});

it('finds one cause by its id, which stays as more is recorded, and by the id of a signature', async () => {
  const store = await stored();
  const { causes } = await readCausePage(store, ALL);
  const { id } = causes.at(-1)!;
  const both = [{ path: '$.price', kind: 'value' } as const, { path: '$.extra', kind: 'added' } as const];
  const more = signature({ id: 'more', route: 'carts', count: 90, places: both, examples: [example('of-more', 0.5)] });
  await store.write(
    flush({ sequence: 3, at: NOON, signatures: [more], rehearsal: rehearsal({ version: '2', begunAt: 2 }) }),
  );
  for (const asked of [id, 'price']) {
    const found = (await readCause(store, { id: asked, now: NOON }))!;
    expect(found.places.map(({ path }) => path)).toEqual(['$.price']);
    expect(found.signatures.map((row) => row.id).sort()).toEqual(['more', 'price']);
    expect(found.examples.map((each) => each.id).sort()).toEqual(['of-more', 'of-price']);
  }
  expect(await readCause(store, { id: 'nobody-123456', now: NOON })).toBeUndefined();
});
