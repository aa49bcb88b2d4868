import { describe, expect, it } from 'vitest';
import type { VerdictSettings } from '../../src/model/verdict-settings.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../src/model/verdict-settings.ts';
import type { Run, Store } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { type FlushParts, flush, signature } from './flushes.ts';
import type { StoreKind } from './store-contract.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const RUN: Run = { id: 'run-1', startedAt: NOON };
const TOTAL = { path: '$.total', kind: 'value' } as const;
const WITH_CONTROL = { primary: [1], shadow: [1], control: [1] };

type Part = Omit<FlushParts, 'sequence' | 'at'>;

/** What every store must do for the verdict. Call it inside a `describe`. */
export function evidenceContract({ place, open }: StoreKind): void {
  async function opened(at = place()): Promise<Store> {
    const store = await open(at, RUN);
    afterThisTest(() => store.close());
    return store;
  }

  let sequence = 0;
  /** A flush a second. */
  async function write(store: Store, parts: readonly Part[]): Promise<void> {
    for (const part of parts) await store.write(flush({ sequence: ++sequence, at: NOON + sequence * 1_000, ...part }));
  }

  const compared = (counted: object = {}) => ({ orders: { endings: { match: 100 }, legs: WITH_CONTROL, ...counted } });
  const differing = (worse: number, better = 0): Part => ({
    routes: compared(),
    evidence: [{ route: 'orders', ...TOTAL, shadowOnly: worse, controlOnly: better, both: 0 }],
  });
  const times = <T>(count: number, part: T): T[] => Array.from({ length: count }, () => part);

  it('knows of no evidence at first', async () => {
    expect(await (await opened()).routeEvidence()).toEqual([]);
  });

  it('counts what was compared, in blocks of time, whatever came of it', async () => {
    const store = await opened();
    const endings = { match: 50, noise: 9, accepted: 1, mismatch: 5, shadow_timeout: 5, 'skipped:tape_full': 900 };
    await write(store, times(3, { routes: { orders: { endings } } }));
    const [route] = await store.routeEvidence();
    expect(route).toMatchObject({ route: 'orders', clock: { exchanges: 210, block: 3, within: 70 }, mismatches: 15 });
  });

  it('takes a sign of each block, at each place by itself', async () => {
    const store = await opened();
    await write(store, [...times(4, differing(3, 1)), differing(0, 2), { routes: compared() }]);
    const [route] = await store.routeEvidence();
    expect(route!.tests).toMatchObject([
      {
        check: 'difference',
        place: TOTAL,
        rank: 1,
        signs: { total: { worse: 12, better: 6 }, last: 'better', afterWorse: { worse: 3, better: 1 } },
      },
    ]);
  });

  it('keeps the signs of pairs', async () => {
    const store = await opened();
    const signs = {
      slower: { worse: 30, better: 70 },
      tail: { worse: 2, better: 1 },
      failure: { worse: 1, better: 0 },
    };
    await write(store, times(3, { routes: compared({ signs }) }));
    const [route] = await store.routeEvidence();
    const totals = Object.fromEntries(
      route!.tests.map(({ check, rank, signs: { total } }) => [check, { rank, total }]),
    );
    expect(totals).toEqual({
      failure: { rank: 1, total: { worse: 3, better: 0 } },
      slower: { rank: 1, total: { worse: 90, better: 210 } },
      tail: { rank: 2, total: { worse: 6, better: 3 } },
    });
  });

  describe('without a control', () => {
    it('each place of a mismatch is tested, and the primary fails in place of the control', async () => {
      const store = await opened();
      const routes = { orders: { endings: { match: 95, mismatch: 5, primary_failed: 2 } } };
      const signatures = [signature({ places: [TOTAL, { path: 'status', kind: 'status' }], count: 5 })];
      await write(store, times(2, { routes, signatures }));
      const [route] = await store.routeEvidence();
      expect(route!.tests.map(({ check, place: at, signs }) => [check, at?.path, signs.total])).toEqual([
        ['failure', undefined, { worse: 0, better: 4 }],
        ['mismatch', '$.total', { worse: 10, better: 0 }],
        ['mismatch', 'status', { worse: 10, better: 0 }],
      ]);
    });

    it('a control that was there and is gone leaves no mismatch to stand alone', async () => {
      const store = await opened();
      const signatures = [signature({ count: 5 })];
      await write(store, [differing(1), { routes: { orders: { endings: { mismatch: 5 } } }, signatures }]);
      const [route] = await store.routeEvidence();
      expect(route!.tests.map(({ check }) => check)).toEqual(['difference']);
    });
  });

  it('begins the times of a route anew where they are held against another margin, and keeps the rest', async () => {
    const store = await opened();
    const signs = { slower: { worse: 1, better: 5 }, tail: { worse: 1, better: 0 }, failure: { worse: 1, better: 0 } };
    const verdict = (routes: VerdictSettings['routes']) => ({
      configured: { rules: [], routes: [], verdict: { ...DEFAULT_VERDICT_SETTINGS, routes } },
    });
    const both = { routes: { ...compared({ signs }), search: { endings: { match: 100 }, signs } } };
    const checks = async () =>
      (await store.routeEvidence()).map(({ route, tests }) => [route, tests.map(({ check }) => check).sort()]);
    await write(store, [{ ...both, ...verdict({}) }]);
    await write(store, [verdict({ orders: { margin: DEFAULT_VERDICT_SETTINGS.margin } })]);
    expect(await checks()).toEqual([
      ['orders', ['failure', 'slower', 'tail']],
      ['search', ['failure', 'slower', 'tail']],
    ]);
    await write(store, [verdict({ orders: { margin: 0.5 }, search: { floor: 9 } })]);
    expect(await checks()).toEqual([
      ['orders', ['failure', 'tail']],
      ['search', ['failure']],
    ]);
  });

  it('the same flush written twice counts once', async () => {
    const store = await opened();
    const twice = flush({ sequence: ++sequence, at: NOON, ...differing(3) });
    await store.write(twice);
    await store.write(twice);
    const [route] = await store.routeEvidence();
    expect(route).toMatchObject({ clock: { exchanges: 100 }, tests: [{ signs: { total: { worse: 3 } } }] });
  });

  it('goes on where it was when it is opened again', async () => {
    const at = place();
    if (at === ':memory:') return;
    const before = await open(at, RUN);
    await write(before, times(3, differing(2)));
    await before.close();
    const store = await opened(at);
    await write(store, times(3, differing(2)));
    const [route] = await store.routeEvidence();
    expect(route).toMatchObject({ clock: { exchanges: 600, block: 6 }, tests: [{ signs: { total: { worse: 12 } } }] });
  });

  it('routes that turn out to be one have the evidence of both', async () => {
    const store = await opened();
    const one = { '/a': { endings: { match: 100 }, legs: WITH_CONTROL, signs: { slower: { worse: 40, better: 60 } } } };
    const other = {
      '/:id': { endings: { match: 100 }, legs: WITH_CONTROL, signs: { slower: { worse: 10, better: 90 } } },
    };
    await write(store, [...times(2, { routes: one }), ...times(3, { routes: other })]);
    await write(store, [{ renamings: [{ from: '/a', to: '/:id' }] }]);
    const routes = await store.routeEvidence();
    expect(routes).toMatchObject([
      {
        route: '/:id',
        clock: { exchanges: 500, block: 5 },
        tests: [{ signs: { total: { worse: 110, better: 390 } } }],
      },
    ]);
  });

  describe('when a rule comes', () => {
    const mismatch = (places = [TOTAL]): Part => ({
      ...differing(2),
      routes: { orders: { endings: { match: 98, mismatch: 2 }, legs: WITH_CONTROL } },
      signatures: [signature({ id: places.map(({ path }) => path).join(), places, count: 2, lastSeen: NOON })],
    });
    const accepted: Part = {
      routes: { orders: { endings: { match: 98, accepted: 2 }, legs: WITH_CONTROL } },
      signatures: [signature({ id: 'accepted', ending: 'accepted', count: 2 })],
    };
    const other: Part = {
      ...differing(0),
      evidence: [{ route: 'orders', path: 'header.etag', kind: 'header', shadowOnly: 4, controlOnly: 0, both: 0 }],
    };
    const rules = (...texts: string[]): Part => ({
      configured: { rules: texts.map((rule) => ({ rule, origin: 'a.yaml:1' })), routes: [] },
    });
    /** A second in which a rule, the only one that is configured, accepts something. */
    const used = (rule: string, until?: number): Part => ({
      ...accepted,
      rules: [{ route: 'orders', rule, origin: 'a.yaml:1', hits: 2, ...(until !== undefined && { until }) }],
    });

    it('the places that it accepts leave the evidence, the others stay', async () => {
      const store = await opened();
      await write(store, [...times(5, mismatch()), ...times(5, other), accepted]);
      const [route] = await store.routeEvidence();
      expect(route).toMatchObject({ mismatches: 10, accepted: 10, clock: { exchanges: 1_100 } });
      expect(route!.tests.map(({ place: at, signs }) => [at?.path, signs.total.worse])).toEqual([['header.etag', 20]]);
    });

    it('what it accepts only in part counts from then on', async () => {
      const store = await opened();
      const again = { ...mismatch(), signatures: [signature({ id: '$.total', count: 2, lastSeen: NOON + 3_600_000 })] };
      await write(store, [...times(5, mismatch()), accepted, again, accepted, again]);
      const [route] = await store.routeEvidence();
      expect(route).toMatchObject({ mismatches: 14, accepted: 0 });
      expect(route!.tests).toMatchObject([{ place: TOTAL, signs: { total: { worse: 4 } } }]);
    });

    it('and when one goes, the places that it had accepted begin anew, and the others stay', async () => {
      const store = await opened();
      await write(store, [used('$.total'), mismatch(), ...times(2, other)]);
      await write(store, [rules(), mismatch()]);
      const [route] = await store.routeEvidence();
      expect(route!.tests.map(({ place: at, signs }) => [at?.path, signs.total.worse, signs.since.exchanges])).toEqual([
        ['header.etag', 8, 0],
        ['$.total', 2, 400],
      ]);
      expect(route!.clock).toMatchObject({ exchanges: 500, anew: { exchanges: 400, mismatches: 2 } });
    });

    it('one that goes without ever having been of use on a route changes nothing there', async () => {
      const store = await opened();
      await write(store, [rules('$.total', '$.tax'), { ...used('$.total'), ...rules('$.total', '$.tax') }, mismatch()]);
      await write(store, [rules('$.total'), mismatch()]);
      const [route] = await store.routeEvidence();
      expect(route!.tests).toMatchObject([{ place: TOTAL, signs: { total: { worse: 4 } } }]);
      expect(route!.clock.anew).toBeUndefined();
    });

    it('one that comes changes nothing of the places where others accept something', async () => {
      const store = await opened();
      await write(store, [used('$.total'), mismatch(), rules('$.total', '$.tax'), mismatch()]);
      const [route] = await store.routeEvidence();
      expect(route!.tests).toMatchObject([{ place: TOTAL, signs: { total: { worse: 4 } } }]);
      expect(route!.clock.anew).toBeUndefined();
    });

    it('one whose time is over is as one that goes, also while nobody records', async () => {
      const at = place();
      const until = NOON + (sequence + 4) * 1_000;
      const store = await open(at, RUN);
      afterThisTest(() => store.close());
      await write(store, [used('$.total', until), mismatch()]);
      const before = (await store.routeEvidence())[0]!.clock;
      expect(before.anew).toBeUndefined();
      sequence += 10;
      await write(store, times(2, { routes: compared() }));
      const [route] = await store.routeEvidence();
      expect(route!.clock.anew).toMatchObject({ exchanges: before.exchanges + 100, mismatches: 2 });
    });

    it('the same rules told again change nothing', async () => {
      const store = await opened();
      await write(store, [rules('a', 'b'), accepted, mismatch(), { ...rules('b', 'a'), ...mismatch() }]);
      const [route] = await store.routeEvidence();
      expect(route!.tests).toMatchObject([{ place: TOTAL, signs: { total: { worse: 4 } } }]);
    });
  });

  it('tests beyond the most that are told apart are one', async () => {
    const store = await opened();
    const evidence = (from: number) =>
      Array.from({ length: 500 }, (_, at) => ({
        route: 'orders',
        path: `$.items.key${from + at}`,
        kind: 'added' as const,
        shadowOnly: 1,
        controlOnly: 0,
        both: 0,
      }));
    await write(
      store,
      Array.from({ length: 11 }, (_, part) => ({ routes: compared(), evidence: evidence(part * 500) })),
    );
    const [route] = await store.routeEvidence();
    expect(route!.tests).toHaveLength(5_001);
    expect(route!.tests.at(-1)).toMatchObject({
      place: { path: '…', kind: 'budget' },
      signs: { total: { worse: 500 } },
    });
  });

  it('is deleted with the other results', async () => {
    const store = await opened();
    await write(store, [differing(3)]);
    await store.clear();
    expect(await store.routeEvidence()).toEqual([]);
  });
}
