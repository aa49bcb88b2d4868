import { expect, it } from 'vitest';
import { signatureId } from '../../src/compare/signature.ts';
import type { RuleUse } from '../../src/model/finding.ts';
import { NAMES_LISTED, type StoreReader } from '../../src/model/store-reader.ts';
import type { Run, Store } from '../../src/record/store.ts';
import { StoreError } from '../../src/record/store-error.ts';
import { afterThisTest } from './cleanup.ts';
import { example, flush, recorded, signature } from './flushes.ts';

const PLACES = [{ path: '$.total', kind: 'value' as const }];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A whole hour, so that what a window cuts is plain. */
const NOON = Date.UTC(2026, 10, 3, 12);

/** How a kind of store is opened. `place` names a new and empty place each time. */
export interface StoreKind {
  readonly place: () => string;
  readonly open: (place: string, run: Run) => Promise<Store>;
}

function hitsOf(hits: number) {
  return { hits, services: [{ service: 'default', hits }] };
}

/** What every store must do. Call it inside a `describe`. */
export function storeContract({ place, open }: StoreKind): void {
  const opened = async (run: Run = { id: 'run-1', startedAt: NOON }, at = place()): Promise<Store> => {
    const store = await open(at, run);
    afterThisTest(() => store.close());
    return store;
  };

  it('knows of nothing at first', async () => {
    const store = await opened();
    expect(await store.summary()).toEqual({ requests: 0, outcomes: [], routes: [], gaps: [] });
    expect(await store.signatures({})).toEqual([]);
    expect(await store.signature('none')).toBeUndefined();
    expect(await store.exchange('none')).toBeUndefined();
    expect(await store.evidence()).toEqual([]);
    expect(await store.rules()).toEqual([]);
    expect(await store.redactions()).toEqual([]);
  });

  it('adds up requests and outcomes by route, over flushes of one minute and of several', async () => {
    const store = await opened();
    const routes = { orders: { requests: 10, endings: { match: 7, mismatch: 3 } as const } };
    await store.write(flush({ sequence: 1, at: NOON, routes }));
    await store.write(flush({ sequence: 2, at: NOON + 1_000, routes }));
    await store.write(
      flush({
        sequence: 3,
        at: NOON + 5 * MINUTE,
        routes: { users: { requests: 4, endings: { 'skipped:tape_full': 4 } } },
      }),
    );
    const summary = await store.summary();
    expect(summary).toMatchObject({ from: NOON, to: NOON + 5 * MINUTE, requests: 24, gaps: [] });
    expect(summary.outcomes).toEqual([
      { ending: 'match', count: 14 },
      { ending: 'mismatch', count: 6 },
      { ending: 'skipped:tape_full', count: 4 },
    ]);
    expect(summary.routes.map(({ route, requests, outcomes }) => ({ route, requests, outcomes }))).toEqual([
      {
        route: 'orders',
        requests: 20,
        outcomes: [
          { ending: 'match', count: 14 },
          { ending: 'mismatch', count: 6 },
        ],
      },
      { route: 'users', requests: 4, outcomes: [{ ending: 'skipped:tape_full', count: 4 }] },
    ]);
  });

  it('counts a flush once, however often one run writes its sequence', async () => {
    const at = place();
    const first = await open(at, { id: 'run-1', startedAt: NOON });
    const once = flush({
      sequence: 1,
      at: NOON,
      routes: { orders: { requests: 5 } },
      signatures: [signature()],
      evidence: [{ route: 'orders', path: '$.a', kind: 'value', shadowOnly: 1, controlOnly: 0, both: 0 }],
    });
    await first.write(once);
    await first.write(once);
    expect(await first.summary()).toMatchObject({ requests: 5 });
    expect(await first.signatures({})).toMatchObject([{ count: 1 }]);
    expect(await first.evidence()).toMatchObject([{ shadowOnly: 1 }]);
    await first.close();
  });

  it('is of the time from the start of the first minute with traffic to the last flush, or the end of the last minute', async () => {
    const store = await opened();
    const routes = { orders: { requests: 1 } };
    await store.write(flush({ sequence: 1, at: NOON + 30_000, routes }));
    expect(await store.summary()).toMatchObject({ from: NOON, to: NOON + 30_000 });
    await store.write(flush({ sequence: 2, at: NOON + 50_000 }));
    expect(await store.summary()).toMatchObject({ from: NOON, to: NOON + 50_000 });
    await store.write(flush({ sequence: 3, at: NOON + 5 * MINUTE }));
    expect(await store.summary()).toMatchObject({ from: NOON, to: NOON + MINUTE });
  });

  it('takes examples apart from their count, and lists a signature once it is counted', async () => {
    const store = await opened();
    const apart = signature({ count: 0, examples: [example('x1', 0.5)] });
    await store.write(flush({ sequence: 1, at: NOON, signatures: [apart] }));
    expect(await store.signatures({})).toEqual([]);
    await store.write(flush({ sequence: 2, at: NOON, signatures: [signature({ count: 20 })] }));
    expect(await store.signatures({})).toMatchObject([{ count: 20 }]);
    expect(await store.signature('s1')).toMatchObject({ count: 20, examples: [{ id: 'x1' }] });
  });

  it('keeps counts beyond 32 bits exact', async () => {
    const store = await opened();
    const requests = 2 ** 40 + 1;
    await store.write(flush({ sequence: 1, at: NOON, routes: { orders: { requests } } }));
    await store.write(flush({ sequence: 2, at: NOON, routes: { orders: { requests } } }));
    expect(await store.summary()).toMatchObject({ requests: 2 ** 41 + 2 });
  });

  it('merges latencies and deltas over minutes into quantiles', async () => {
    const store = await opened();
    for (let minute = 0; minute < 100; minute++) {
      await store.write(
        flush({
          sequence: minute + 1,
          at: NOON + minute * MINUTE,
          routes: {
            orders: {
              ...{ requests: 1, endings: { match: 1 } },
              legs: { primary: [minute + 1], shadow: [2] },
              deltas: [((minute * 37) % 100) - 49],
            },
          },
        }),
      );
    }
    expect(await store.responses(['shadow', 'control'])).toEqual([
      { service: 'default', route: 'orders', leg: 'shadow', count: 100 },
    ]);
    const [route] = (await store.summary()).routes;
    expect(route!.latency.map(({ leg }) => leg)).toEqual(['primary', 'shadow']);
    const { firstByte, lastByte } = route!.latency[0]!;
    expect(lastByte.count).toBe(100);
    expect(lastByte.p50).toBeCloseTo(50, -0.5);
    expect(lastByte.p90).toBeCloseTo(90, -0.5);
    expect(lastByte.p99).toBeCloseTo(99, -0.5);
    expect(firstByte.p50).toBeCloseTo(25, -0.5);
    expect(route!.delta).toMatchObject({ count: 100, p50: expect.closeTo(0, 1), p99: expect.closeTo(49, -0.5) });
    const { ifIndependent, effectiveCount } = route!.delta!;
    expect(ifIndependent).toEqual([expect.closeTo(-21, -0.3), expect.closeTo(21, -0.3)]);
    expect(effectiveCount).toBeGreaterThan(0);
    expect(effectiveCount).toBeLessThan(100);
  });

  it('tells how many pairs were left out of the deltas, and how many copies were in flight at most, over minutes', async () => {
    const store = await opened();
    const written = [[40, 2], [7], []].map((crowds, minute) =>
      flush({ sequence: minute + 1, at: NOON + minute * MINUTE, routes: { orders: { requests: 3, crowds } } }),
    );
    for (const each of written) await store.write(each);
    expect((await store.summary()).routes[0]!.crowded).toEqual({ count: 3, inFlight: 40 });
    const later = { from: NOON + 2 * MINUTE, to: NOON + 3 * MINUTE };
    expect((await store.summary(later)).routes[0]).not.toHaveProperty('crowded');
  });

  it('says where the median of deltas lies once it knows of enough moments, and narrower the more there are', async () => {
    const store = await opened();
    const widths: number[] = [];
    const deltas = Array.from({ length: 20 }, (_, at) => 5 + at / 10);
    for (let second = 0; second < 60; second++) {
      const counted = { requests: 20, endings: { match: 20 }, deltas };
      await store.write(flush({ sequence: second + 1, at: NOON + second * 1_000, routes: { orders: counted } }));
      const [low, high] = (await store.summary()).routes[0]!.delta!.medianBetween ?? [Number.NaN, Number.NaN];
      widths.push(high - low);
    }
    const known = widths.filter((width) => width >= 0);
    expect(widths[0]).toBeNaN();
    expect(known.length).toBeGreaterThan(40);
    expect(known.at(-1)).toBeLessThan(0.5);
    expect(known).toEqual(known.toSorted((a, b) => b - a));
  });

  it('does not say where the median of a few deltas lies', async () => {
    const store = await opened();
    await store.write(
      flush({ sequence: 1, at: NOON, routes: { orders: { requests: 10, deltas: Array(10).fill(5) } } }),
    );
    const [route] = (await store.summary()).routes;
    expect(route!.delta).toMatchObject({ count: 10 });
    expect(route!.delta).not.toHaveProperty('medianBetween');
  });

  it('counts in a window whole minutes as soon as they touch it', async () => {
    const store = await opened();
    const minutes = [-61, -60, -1, 0, 1, 59, 60, 125];
    for (const [index, minute] of minutes.entries()) {
      await store.write(
        flush({
          sequence: index + 1,
          at: NOON + minute * MINUTE + 30_000,
          routes: { orders: { requests: 10 ** index, endings: { match: 10 ** index } } },
        }),
      );
    }
    const requests = async (from?: number, to?: number) => {
      const window = {
        ...(from !== undefined && { from: NOON + from }),
        ...(to !== undefined && { to: NOON + to }),
      };
      const summary = await store.summary(window);
      expect(summary.routes.reduce((sum, { outcomes }) => sum + (outcomes[0]?.count ?? 0), 0)).toBe(summary.requests);
      return summary.requests;
    };
    expect(await requests()).toBe(11_111_111);
    expect(await requests(0)).toBe(11_111_000);
    expect(await requests(59_999)).toBe(11_111_000);
    expect(await requests(MINUTE)).toBe(11_110_000);
    expect(await requests(undefined, -1)).toBe(111);
    expect(await requests(undefined, 0)).toBe(1_111);
    expect(await requests(-HOUR, HOUR)).toBe(1_111_110);
    expect(await requests(-HOUR - 1, HOUR - 1)).toBe(111_111);
    expect(await requests(MINUTE, 2 * HOUR)).toBe(1_110_000);
    expect(await requests(2 * MINUTE, 3 * MINUTE)).toBe(0);
    expect(await store.summary({ from: NOON, to: NOON + MINUTE })).toMatchObject({
      from: NOON,
      to: NOON + 2 * MINUTE,
    });
    expect(await store.summary({ from: NOON + 2 * HOUR + 6 * MINUTE })).not.toHaveProperty('from');
  });

  it('makes one row of what one cause has shown over time', async () => {
    const store = await opened();
    await store.write(
      flush({ sequence: 1, at: NOON, signatures: [signature({ count: 3, firstSeen: 500, lastSeen: 700 })] }),
    );
    await store.write(
      flush({ sequence: 2, at: NOON, signatures: [signature({ count: 4, firstSeen: 400, lastSeen: 600 })] }),
    );
    const { examples, ...found } = signature({ count: 7, firstSeen: 400, lastSeen: 700 });
    const row = { ...found, service: 'default' };
    expect(await store.signatures({})).toEqual([row]);
    expect(await store.signature('s1')).toEqual({ ...row, examples });
  });

  it('adds up what repeated requests of a signature have shown, and says what most of them do', async () => {
    const store = await opened();
    const repeated = (persistent: number, transient: number) =>
      signature({ count: 0, examples: [], repeats: { persistent, transient } });
    await store.write(flush({ sequence: 1, at: NOON, signatures: [signature({ count: 3 })] }));
    expect((await store.signatures({}))[0]).not.toHaveProperty('repeated');
    await store.write(flush({ sequence: 2, at: NOON, signatures: [repeated(1, 0)] }));
    await store.write(flush({ sequence: 3, at: NOON, signatures: [repeated(0, 2)] }));
    const shown = { count: 3, repeated: { label: 'transient', persistent: 1, transient: 2 } };
    expect(await store.signatures({})).toMatchObject([shown]);
    expect(await store.signature('s1')).toMatchObject(shown);
  });

  it('lists mismatches alone unless asked otherwise, most frequent first, and at most as many as asked', async () => {
    const store = await opened();
    await store.write(
      flush({
        sequence: 1,
        at: NOON,
        signatures: [
          signature({ id: 'a', count: 1, route: 'users' }),
          signature({ id: 'b', count: 5 }),
          signature({ id: 'c', count: 9, ending: 'noise' }),
          signature({ id: 'd', count: 3 }),
        ],
      }),
    );
    const ids = async (query: Parameters<StoreReader['signatures']>[0]) =>
      (await store.signatures(query)).map(({ id }) => id);
    expect(await ids({})).toEqual(['b', 'd', 'a']);
    expect(await ids({ limit: 2 })).toEqual(['b', 'd']);
    expect(await ids({ route: 'users' })).toEqual(['a']);
    expect(await ids({ endings: ['noise', 'mismatch'], route: 'orders' })).toEqual(['c', 'b', 'd']);
    expect(await ids({ endings: [] })).toEqual([]);
    expect(await ids({ route: "'; DROP TABLE signature; --" })).toEqual([]);
  });

  it('counts of a signature what was recorded in the window', async () => {
    const store = await opened();
    await store.write(flush({ sequence: 1, at: NOON - 2 * HOUR, signatures: [signature({ count: 5 })] }));
    await store.write(flush({ sequence: 2, at: NOON, signatures: [signature({ count: 2 })] }));
    expect(await store.signatures({ window: { from: NOON - HOUR } })).toMatchObject([{ id: 's1', count: 2 }]);
    expect(await store.signatures({ window: { from: NOON + HOUR } })).toEqual([]);
    expect(await store.signature('s1')).toMatchObject({ count: 7 });
  });

  it('keeps the 10 examples of highest priority, in whatever order they come', async () => {
    const store = await opened();
    const order = [7, 3, 14, 1, 9, 12, 5, 10, 2, 8, 13, 6, 11, 4, 0];
    for (const [index, priority] of order.entries()) {
      const examples = [example(`x${priority}`, priority / 15)];
      await store.write(flush({ sequence: index + 1, at: NOON, signatures: [signature({ examples })] }));
    }
    const kept = (await store.signature('s1'))!.examples.map(({ id }) => id);
    expect(kept.toSorted()).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map((each) => `x${each}`).toSorted());
  });

  it('gives an exchange back as it was, by its id; of several with one id the newest', async () => {
    const store = await opened();
    const awkward = recorded({
      id: 'twice',
      receivedAt: 2_000,
      request: {
        method: 'POST',
        target: '/ÿ?q=\u0001"\\',
        fields: ['X-A', "'; DROP TABLE example; --", 'X-A', '\u00ff'],
        body: { encoding: 'utf8', content: '𝄞\u2028\ud800 </script>', length: 12, truncated: true },
      },
      shadow: { failure: 'reset', detail: 'ECONNRESET' },
      differences: [],
    });
    const older = example('twice', 0.9);
    const examples = [older, { priority: 0.1, exchange: awkward }];
    await store.write(flush({ sequence: 1, at: NOON, signatures: [signature({ examples })] }));
    const service = 'default';
    expect(await store.exchange('twice')).toEqual({ ...awkward, service });
    expect((await store.signature('s1'))!.examples).toEqual([
      { ...awkward, service },
      { ...older.exchange, service },
    ]);
  });

  it('adds up evidence by place', async () => {
    const store = await opened();
    const at = { route: 'orders', path: '$.a', kind: 'value' } as const;
    await store.write(flush({ sequence: 1, at: NOON, evidence: [{ ...at, shadowOnly: 1, controlOnly: 2, both: 3 }] }));
    await store.write(
      flush({
        sequence: 2,
        at: NOON,
        evidence: [
          { ...at, shadowOnly: 10, controlOnly: 20, both: 30 },
          { ...at, kind: 'type', shadowOnly: 1, controlOnly: 0, both: 0 },
          { ...at, route: 'users', shadowOnly: 0, controlOnly: 0, both: 1 },
        ],
      }),
    );
    expect(await store.evidence('orders')).toEqual([
      { ...at, shadowOnly: 11, controlOnly: 22, both: 33 },
      { ...at, kind: 'type', shadowOnly: 1, controlOnly: 0, both: 0 },
    ]);
    expect(await store.evidence()).toHaveLength(3);
  });

  it('adds up the uses of a rule over the routes that have it, and tells equal rules of two places apart', async () => {
    const store = await opened();
    const global = { rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1', until: NOON };
    const own = { rule: '{path: $.a, ignore: true}', origin: 'a.yaml:9' };
    const other = { rule: '{path: $.b, ignore: true}', origin: 'a.yaml:2' };
    const rules = [
      { ...global, route: 'orders', hits: 2 },
      { ...global, route: 'users', hits: 0 },
      { ...own, route: 'items', hits: 0 },
      { ...other, route: 'items', hits: 1 },
    ];
    const configured = { rules: [global, own, other] };
    await store.write(flush({ sequence: 1, at: NOON, rules, configured }));
    await store.write(flush({ sequence: 2, at: NOON + 1_000, rules: rules.slice(0, 2), configured }));
    expect(await store.rules()).toEqual([
      { ...own, ...hitsOf(0) },
      { ...other, ...hitsOf(1) },
      { ...global, ...hitsOf(4) },
    ]);
    const ofItems = await store.rules(undefined, 'items');
    expect(ofItems.map(({ origin, hits }) => [origin, hits])).toEqual([
      [global.origin, 0],
      [own.origin, 0],
      [other.origin, 1],
    ]);
  });

  it('adds up what was hidden by rule, names the most frequent names, and forgets it in the end', async () => {
    const store = await opened();
    const many = Array.from({ length: NAMES_LISTED + 5 }, (_, at) => ({
      rule: 'token' as const,
      name: `${String.fromCharCode(97 + at)}Token`,
      count: 100 - at,
    }));
    const card = { rule: 'card', name: '', count: 7 } as const;
    await store.write(flush({ sequence: 1, at: NOON, redactions: [card, ...many, { ...card, rule: 'token' }] }));
    await store.write(flush({ sequence: 2, at: NOON + 1_000, redactions: [card, many[1]!] }));
    const rows = await store.redactions();
    expect(rows.map(({ rule, count }) => [rule, count])).toEqual([
      ['token', many.reduce((sum, { count }) => sum + count, 0) + 7 + 99],
      ['card', 14],
    ]);
    expect(rows[0]!.names).toHaveLength(NAMES_LISTED);
    expect(rows[0]!.names.slice(0, 2)).toEqual([
      { name: 'bToken', count: 198 },
      { name: 'aToken', count: 100 },
    ]);
    expect(rows[1]!.names).toEqual([]);
    await store.prune(NOON + 4 * HOUR, { age: 2 * HOUR, size: 2 ** 30 });
    expect(await store.redactions()).toEqual([]);
  });

  it('no longer names a rule that was taken out of the configuration, and deletes it in the end', async () => {
    const store = await opened();
    const [gone, kept] = ['{path: $.a, ignore: true}', '{path: $.b, ignore: true}'].map((rule) => ({
      ...{ route: 'orders', rule, origin: 'a.yaml:1', hits: 1 },
    })) as [RuleUse, RuleUse];
    await store.write(flush({ sequence: 1, at: NOON, rules: [gone, kept] }));
    await store.write(flush({ sequence: 2, at: NOON + 3 * HOUR, rules: [kept] }));
    expect(await store.rules()).toEqual([{ rule: kept.rule, origin: kept.origin, ...hitsOf(2) }]);
    await store.prune(NOON + 4 * HOUR, { age: 2 * HOUR, size: 2 ** 30 });
    await store.write(flush({ sequence: 3, at: NOON + 4 * HOUR, rules: [gone] }));
    expect((await store.rules())[0]).toMatchObject({ rule: gone.rule, hits: 1 });
  });

  it('makes one route of two, with all that was recorded of either, once they turn out to be one', async () => {
    const store = await opened();
    const part = (route: string, count: number) =>
      signature({
        id: signatureId(route, 'mismatch', 200, 200, PLACES),
        route,
        places: PLACES,
        count,
        firstSeen: NOON + count,
        lastSeen: NOON + 10 * count,
        examples: Array.from({ length: 6 }, (_, index) =>
          example(`${route}-${index}`, index / 10 + count / 100, { route }),
        ),
      });
    const counted = (requests: number) => ({
      requests,
      endings: { match: requests - 1, mismatch: 1 },
      legs: { shadow: [requests] },
    });
    const evidence = (route: string) => ({
      route,
      path: '$.a',
      kind: 'value' as const,
      shadowOnly: 1,
      controlOnly: 2,
      both: 3,
    });
    const one = { sequence: 1, at: NOON, routes: { one: counted(3), all: counted(5), rest: counted(7) } };
    await store.write(
      flush({
        ...one,
        signatures: [part('one', 2), part('all', 3), part('rest', 4)],
        evidence: ['one', 'all'].map(evidence),
      }),
    );
    const renamings = [
      { from: 'one', to: 'all' },
      { from: 'two', to: 'new' },
      { from: 'new', to: 'newest' },
      { from: 'unknown', to: 'nothing' },
    ];
    const two = { sequence: 2, at: NOON + MINUTE, routes: { one: counted(11), two: counted(13) } };
    const again = flush({ ...two, signatures: [part('one', 1), part('two', 5)], renamings });
    await store.write(again);
    await store.write(again);

    const { routes, requests } = await store.summary();
    expect(requests).toBe(3 + 5 + 7 + 11 + 13);
    expect(routes.map(({ route, requests: sum, latency }) => [route, sum, latency[0]?.lastByte.count])).toEqual([
      ['all', 3 + 5 + 11, 3],
      ['newest', 13, 1],
      ['rest', 7, 1],
    ]);
    expect((await store.responses(['shadow'])).map(({ route, count }) => [route, count]).sort()).toEqual([
      ['all', 3],
      ['newest', 1],
      ['rest', 1],
    ]);
    expect(routes[0]?.outcomes).toEqual([
      { ending: 'match', count: 2 + 4 + 10 },
      { ending: 'mismatch', count: 3 },
    ]);
    const signatures = await store.signatures({});
    expect(signatures.map(({ route, count, firstSeen, lastSeen }) => ({ route, count, firstSeen, lastSeen }))).toEqual([
      { route: 'all', count: 2 + 3 + 1, firstSeen: NOON + 1, lastSeen: NOON + 30 },
      { route: 'newest', count: 5, firstSeen: NOON + 5, lastSeen: NOON + 50 },
      { route: 'rest', count: 4, firstSeen: NOON + 4, lastSeen: NOON + 40 },
    ]);
    expect(signatures[0]?.id).toBe(signatureId('all', 'mismatch', 200, 200, PLACES));
    const { examples } = (await store.signature(signatures[0]!.id))!;
    expect(examples).toHaveLength(10);
    expect(new Set(examples.map(({ route }) => route))).toEqual(new Set(['all']));
    expect(await store.exchange('two-0')).toMatchObject({ route: 'newest' });
    expect(await store.evidence()).toEqual([
      { route: 'all', path: '$.a', kind: 'value', shadowOnly: 2, controlOnly: 4, both: 6 },
    ]);
  });

  it('deletes what is older than the retention, in whole hours', async () => {
    const store = await opened();
    const minutes = [-121, -120, -61, 0];
    for (const [index, minute] of minutes.entries()) {
      const at = NOON + minute * MINUTE;
      await store.write(
        flush({
          sequence: index + 1,
          at,
          routes: { orders: { requests: 10 ** index, endings: { mismatch: 10 ** index }, legs: { shadow: [1] } } },
          signatures: [
            signature({
              id: `s${index}`,
              firstSeen: at,
              lastSeen: at,
              examples: [example(`x${index}`, 0.5, { receivedAt: at })],
            }),
          ],
        }),
      );
    }
    await store.prune(NOON + 30 * MINUTE, { age: 2 * HOUR, size: 2 ** 40 });
    const summary = await store.summary();
    expect(summary).toMatchObject({ from: NOON - 2 * HOUR, requests: 1_110 });
    expect(summary.routes[0]!.latency[0]!.lastByte.count).toBe(3);
    expect((await store.signatures({})).map(({ id }) => id).toSorted()).toEqual(['s1', 's2', 's3']);
    expect(await store.exchange('x0')).toBeUndefined();
    expect(await store.exchange('x1')).toBeDefined();
  });

  it('deletes the oldest until it is below the size', async () => {
    const store = await opened();
    const content = 'x'.repeat(50_000);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    for (let hour = 0; hour < 40; hour++) {
      const at = NOON + hour * HOUR;
      const examples = [example(`x${hour}`, 0.5, { receivedAt: at, request: { ...recorded().request, body } })];
      await store.write(
        flush({
          sequence: hour + 1,
          at,
          routes: { orders: { requests: 1, endings: { mismatch: 1 } } },
          signatures: [signature({ id: `s${hour}`, firstSeen: at, lastSeen: at, examples })],
        }),
      );
    }
    await store.prune(NOON + 40 * HOUR, { age: 1_000 * HOUR, size: 1_000_000 });
    const { requests } = await store.summary();
    expect(requests).toBeGreaterThan(5);
    expect(requests).toBeLessThan(20);
    expect(await store.exchange('x39')).toBeDefined();
    expect(await store.exchange('x0')).toBeUndefined();
    expect(await store.exchange(`x${40 - requests}`)).toBeDefined();
    expect(await store.exchange(`x${39 - requests}`)).toBeUndefined();
  });

  it('keeps counts rather than examples when one hour alone is too much', async () => {
    const store = await opened();
    const content = 'x'.repeat(50_000);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    for (let index = 0; index < 40; index++) {
      const examples = [
        example(`x${index}`, 0.5, { receivedAt: NOON + index, request: { ...recorded().request, body } }),
      ];
      await store.write(
        flush({
          sequence: index + 1,
          at: NOON + index,
          routes: { orders: { requests: 1 } },
          signatures: [signature({ id: `s${index}`, examples })],
        }),
      );
    }
    await store.prune(NOON, { age: HOUR, size: 1_000_000 });
    expect(await store.summary()).toMatchObject({ requests: 40 });
    expect(await store.exchange('x39')).toBeDefined();
    expect(await store.exchange('x0')).toBeUndefined();
  });

  it('clears all results and goes on', async () => {
    const store = await opened();
    const full = flush({
      sequence: 1,
      at: NOON,
      routes: { orders: { requests: 5, endings: { mismatch: 5 }, legs: { primary: [1] }, deltas: [1] } },
      signatures: [signature({ examples: [example('x', 0.5)] })],
      evidence: [{ route: 'orders', path: '$.a', kind: 'value', shadowOnly: 1, controlOnly: 0, both: 0 }],
      rules: [{ route: 'orders', rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1', hits: 1 }],
      redactions: [{ rule: 'card', name: '', count: 1 }],
    });
    const key = await store.redactionKey();
    await store.write(full);
    await store.clear();
    expect(await store.summary()).toEqual({ requests: 0, outcomes: [], routes: [], gaps: [] });
    expect(await store.signature('s1')).toBeUndefined();
    expect(await store.exchange('x')).toBeUndefined();
    expect(await store.evidence()).toEqual([]);
    expect(await store.rules()).toEqual([]);
    expect(await store.redactions()).toEqual([]);
    expect(await store.redactionKey()).toEqual(key);
    await store.write({ ...full, sequence: 2 });
    expect(await store.summary()).toMatchObject({ requests: 5 });
  });

  it('has a redaction key of its own that stays', async () => {
    const store = await opened();
    const other = await opened();
    const key = await store.redactionKey();
    expect(key.length).toBeGreaterThanOrEqual(16);
    expect(await store.redactionKey()).toEqual(key);
    expect(await other.redactionKey()).not.toEqual(key);
  });

  it('rejects everything with a stable code once it is closed, and may be closed twice', async () => {
    const store = await open(place(), { id: 'run-1', startedAt: NOON });
    await store.close();
    await store.close();
    await expect(store.summary()).rejects.toSatisfy((error) => error instanceof StoreError && error.fault === 'closed');
    await expect(store.write(flush({ sequence: 1, at: NOON }))).rejects.toMatchObject({ code: 'store_unusable' });
  });
}

/** What a store that outlives its process must do as well. */
export function lastingStoreContract({ place, open }: StoreKind): void {
  it('has everything again when it is opened again', async () => {
    const at = place();
    const before = await open(at, { id: 'run-1', startedAt: NOON });
    await before.write(
      flush({
        sequence: 1,
        at: NOON,
        routes: { orders: { requests: 5, endings: { match: 5 }, legs: { primary: [3] }, deltas: [-1] } },
        signatures: [signature({ examples: [example('x', 0.5)] })],
      }),
    );
    const summary = await before.summary();
    const key = await before.redactionKey();
    await before.finish(NOON + 1);
    await before.close();
    const after = await open(at, { id: 'run-2', startedAt: NOON + HOUR });
    afterThisTest(() => after.close());
    expect(await after.summary()).toEqual(summary);
    expect(await after.signature('s1')).toMatchObject({ count: 1, examples: [{ id: 'x' }] });
    expect(await after.redactionKey()).toEqual(key);
  });

  it('counts a flush once that is written again after the store was opened anew in the same run', async () => {
    const at = place();
    const run = { id: 'run-1', startedAt: NOON };
    const once = flush({ sequence: 1, at: NOON, routes: { orders: { requests: 5 } } });
    const before = await open(at, run);
    await before.write(once);
    await before.close();
    const after = await open(at, run);
    afterThisTest(() => after.close());
    await after.write(once);
    expect(await after.summary()).toMatchObject({ requests: 5, gaps: [] });
  });

  it('counts the flushes of each run that writes to it, whatever their sequences', async () => {
    const at = place();
    const once = flush({ sequence: 1, at: NOON, routes: { orders: { requests: 5 } } });
    for (const id of ['run-1', 'run-2']) {
      const store = await open(at, { id, startedAt: NOON });
      afterThisTest(() => store.close());
      await store.write(once);
      if (id === 'run-2') expect(await store.summary()).toMatchObject({ requests: 10, gaps: [] });
    }
  });

  it('names the time from the last flush of a run that did not finish to the next start', async () => {
    const at = place();
    const crashed = await open(at, { id: 'run-1', startedAt: NOON });
    await crashed.write(flush({ sequence: 1, at: NOON + 7_000 }));
    await crashed.close();
    const next = await open(at, { id: 'run-2', startedAt: NOON + 20_000 });
    afterThisTest(() => next.close());
    const gap = { from: NOON + 7_000, to: NOON + 20_000 };
    expect((await next.summary()).gaps).toEqual([gap]);
    await next.finish(NOON + 30_000);
    const last = await open(at, { id: 'run-3', startedAt: NOON + HOUR });
    afterThisTest(() => last.close());
    expect((await last.summary()).gaps).toEqual([gap]);
    expect((await last.summary({ from: NOON + 20_001 })).gaps).toEqual([]);
    expect((await last.summary({ to: NOON + 6_999 })).gaps).toEqual([]);
    await last.prune(NOON + 10 * HOUR, { age: HOUR, size: 2 ** 40 });
    expect((await last.summary()).gaps).toEqual([]);
  });

  it('names no gap after a run that finished, nor for one that goes on beside another', async () => {
    const at = place();
    const first = await open(at, { id: 'run-1', startedAt: NOON });
    await first.write(flush({ sequence: 1, at: NOON + 1_000 }));
    const second = await open(at, { id: 'run-2', startedAt: NOON + 2_000 });
    afterThisTest(() => second.close());
    await first.write(flush({ sequence: 2, at: NOON + 3_000 }));
    expect((await second.summary()).gaps).toEqual([]);
    await first.finish(NOON + 4_000);
    await first.close();
    const third = await open(at, { id: 'run-3', startedAt: NOON + HOUR });
    afterThisTest(() => third.close());
    await second.write(flush({ sequence: 1, at: NOON + HOUR + 1 }));
    expect((await third.summary()).gaps).toEqual([]);
  });
}
