import { expect, it } from 'vitest';
import { signatureId } from '../../src/compare/signature.ts';
import type { Store } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { example, flush, rehearsal, signature } from './flushes.ts';
import type { StoreKind } from './store-contract.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 3, 12);
const OLD = rehearsal({ version: '2.4.0', begunAt: NOON });
const NEW = rehearsal({ version: '2.5.0', begunAt: NOON + HOUR });
const OTHER = rehearsal({ service: 'users', version: '9', begunAt: NOON });

/** What every store must do with rehearsals. Call it inside a `describe`. */
export function rehearsalContract({ place, open }: StoreKind): void {
  const opened = async (): Promise<Store> => {
    const store = await open(place(), { id: 'run-1', startedAt: NOON });
    afterThisTest(() => store.close());
    return store;
  };

  const RULE = { rule: '{path: $.b, ignore: true}', origin: 'a.yaml:1' };
  const configured = {
    services: ['default', 'users'].map((service) => ({ service, mirrored: true })),
    rules: ['default', 'users'].map((service) => ({ ...RULE, service })),
  };

  const results = (requests: number) => ({
    configured,
    routes: { orders: { requests, endings: { mismatch: requests }, legs: { shadow: [requests] } } },
    signatures: [signature({ count: requests, examples: [example(`x${requests}`, 0.5, { receivedAt: NOON })] })],
    evidence: [{ route: 'orders', path: '$.a', kind: 'value' as const, shadowOnly: requests, controlOnly: 0, both: 0 }],
    rules: [{ ...RULE, route: 'orders', hits: requests }],
    redactions: [{ rule: 'card' as const, name: '', count: requests }],
  });

  const two = async (): Promise<Store> => {
    const store = await opened();
    await store.write(flush({ sequence: 1, at: NOON, rehearsal: OLD, ...results(3) }));
    await store.write(flush({ sequence: 2, at: NOON + HOUR, rehearsal: NEW, ...results(5) }));
    await store.write(flush({ sequence: 3, at: NOON + HOUR, rehearsal: OLD, ...results(1) }));
    await store.write(flush({ sequence: 4, at: NOON + HOUR, rehearsal: OTHER, ...results(100) }));
    return store;
  };

  const seen = async (store: Store, scope: Parameters<Store['rules']>[0]) => ({
    requests: (await store.summary({}, scope)).requests,
    latencies: (await store.summary({}, scope)).routes[0]?.latency[0]?.lastByte.count,
    signatures: (await store.signatures({ ...(scope && { scope }) })).map(({ count }) => count),
    examples: (await store.signature('s1', scope))?.examples.map(({ id }) => id).toSorted(),
    evidence: (await store.evidence(undefined, scope)).map(({ shadowOnly }) => shadowOnly),
    hits: (await store.rules(scope)).map(({ hits }) => hits),
    hidden: (await store.redactions(scope)).map(({ count }) => count),
  });

  it('keeps the results of each rehearsal apart, and shows the present one unless asked for another', async () => {
    const store = await two();
    const present = {
      requests: 5,
      latencies: 1,
      signatures: [5],
      examples: ['x5'],
      evidence: [5],
      hits: [5],
      hidden: [5],
    };
    expect(await seen(store, { service: 'default' })).toEqual(present);
    expect(await seen(store, { rehearsal: NEW.id })).toEqual(present);
    expect(await seen(store, { rehearsal: OLD.id })).toEqual({
      requests: 4,
      latencies: 2,
      signatures: [4],
      examples: ['x1', 'x3'],
      evidence: [4],
      hits: [4],
      hidden: [4],
    });
    expect(await seen(store, { service: 'users', rehearsal: OLD.id })).toMatchObject({ requests: 0, signatures: [] });
  });

  it('takes the present one of each service where no service is named', async () => {
    const store = await two();
    expect((await store.summary()).requests).toBe(105);
    expect((await store.summary({}, { service: 'users' })).requests).toBe(100);
    expect((await store.summary({}, { service: 'nobody' })).requests).toBe(0);
  });

  it('lists the rehearsals by service, the present one first', async () => {
    const store = await two();
    expect(await store.rehearsals()).toEqual([
      { ...NEW, state: 'present', requests: 5, from: NOON + HOUR, to: NOON + HOUR + 60_000 },
      { ...OLD, state: 'earlier', requests: 4, from: NOON, to: NOON + HOUR + 60_000 },
      { ...OTHER, state: 'present', requests: 100, from: NOON + HOUR, to: NOON + HOUR + 60_000 },
    ]);
  });

  it('shows an earlier one that became present again', async () => {
    const store = await two();
    const again = { ...OLD, presentSince: NOON + 2 * HOUR };
    await store.write(flush({ sequence: 5, at: NOON + 2 * HOUR, rehearsal: again, ...results(1) }));
    expect((await store.summary({}, { service: 'default' })).requests).toBe(5);
    expect((await store.rehearsals()).map(({ id, state }) => [id, state]).slice(0, 2)).toEqual([
      [OLD.id, 'present'],
      [NEW.id, 'earlier'],
    ]);
  });

  it('remembers label and beginning of a rehearsal that has no results yet', async () => {
    const store = await opened();
    const begun = rehearsal({ id: 'f00dcafe', label: 'after the cache was fixed', begunAt: NOON });
    await store.write(flush({ sequence: 1, at: NOON, rehearsal: begun }));
    expect(await store.rehearsals()).toEqual([{ ...begun, state: 'present', requests: 0 }]);
  });

  it('finds a signature that the present rehearsal does not have in the latest that has it', async () => {
    const store = await two();
    const only = signature({ id: 'gone', count: 2 });
    await store.write(flush({ sequence: 5, at: NOON + HOUR, rehearsal: OLD, signatures: [only] }));
    expect(await store.signature('gone', { service: 'default' })).toMatchObject({ count: 2 });
    expect(await store.signature('gone', { rehearsal: NEW.id })).toBeUndefined();
  });

  it('clears one rehearsal alone', async () => {
    const store = await two();
    await store.clear(OLD.id);
    expect((await store.rehearsals()).map(({ id }) => id)).toEqual([NEW.id, OTHER.id]);
    expect(await store.exchange('x3')).toBeUndefined();
    expect(await seen(store, { service: 'default' })).toMatchObject({ requests: 5, evidence: [5], hits: [5] });
    await store.clear('nothing of that id');
    expect((await store.summary()).requests).toBe(105);
    await store.clear();
    expect(await store.rehearsals()).toEqual([]);
  });

  it('forgets a rehearsal with the last of its results, but not the present one', async () => {
    const store = await two();
    await store.prune(NOON + 3 * HOUR, { age: HOUR, size: 2 ** 40 });
    expect(await store.summary()).toMatchObject({ requests: 0 });
    expect((await store.rehearsals()).map(({ id }) => id)).toEqual([NEW.id, OTHER.id]);
  });

  it('names the gaps of the time of a rehearsal alone', async () => {
    const at = place();
    const crashed = await open(at, { id: 'run-1', startedAt: NOON });
    await crashed.write(flush({ sequence: 1, at: NOON + 7_000, rehearsal: OLD, ...results(1) }));
    // A store that keeps nothing has no second run.
    const next = await open(at, { id: 'run-2', startedAt: NOON + 20_000 });
    afterThisTest(() => next.close());
    await next.write(flush({ sequence: 1, at: NOON + HOUR, rehearsal: NEW, ...results(1) }));
    expect((await next.summary()).gaps).toEqual([]);
    await crashed.close();
  });

  it('reads what was recorded, and what comes, under the name that a route turned out to have', async () => {
    const store = await opened();
    const places = [{ path: '$.total', kind: 'value' as const }];
    const part = (route: string) =>
      signature({ id: signatureId(route, 'mismatch', 200, 200, places), route, places, count: 1 });
    const of = (sequence: number, each: typeof OLD) =>
      flush({
        ...{ sequence, at: NOON, rehearsal: each },
        routes: { one: { requests: 1 } },
        signatures: [part('one')],
        renamings: [{ from: 'one', to: 'all' }],
      });
    await store.write(of(1, OLD));
    await store.write(of(2, NEW));
    await store.write(of(3, NEW));
    for (const [scope, count] of [
      [{ rehearsal: OLD.id }, 1],
      [{ rehearsal: NEW.id }, 2],
    ] as const) {
      expect((await store.summary({}, scope)).routes).toMatchObject([{ route: 'all', requests: count }]);
      expect(await store.signatures({ scope })).toMatchObject([{ id: part('all').id, route: 'all', count }]);
      expect(await store.signature(part('all').id, scope)).toMatchObject({ count });
    }
  });

  it('gives a name that was an alias back to the route that is configured under it', async () => {
    const store = await opened();
    const routes = { one: { requests: 1 } };
    await store.write(flush({ sequence: 1, at: NOON, routes, renamings: [{ from: 'one', to: 'all' }] }));
    const configured = { rules: [], routes: [{ service: 'default', route: 'one' }] };
    await store.write(flush({ sequence: 2, at: NOON, routes: { one: { requests: 10 } }, configured }));
    expect((await store.summary()).routes.map(({ route, requests }) => [route, requests])).toEqual([
      ['one', 10],
      ['all', 1],
    ]);
  });
}
