import { expect, it } from 'vitest';
import type { Store } from '../../src/record/store.ts';
import { afterThisTest } from './cleanup.ts';
import { example, flush, rehearsal, signature } from './flushes.ts';
import type { StoreKind } from './store-contract.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const RULE = { rule: '{path: $.b, ignore: true}', origin: 'a.yaml:1' };
const OWN = { rule: '{path: $.c, ignore: true}', origin: 'a.yaml:9' };

/** What every store must do with services. Call it inside a `describe`. */
export function serviceContract({ place, open }: StoreKind): void {
  /** Two services whose routes and signatures are called alike, what is for none, and one that was taken away. */
  const four = async (): Promise<Store> => {
    const store = await open(place(), { id: 'run-1', startedAt: NOON });
    afterThisTest(() => store.close());
    const configured = {
      services: [
        { service: 'users', mirrored: true },
        { service: 'orders', mirrored: true },
        { service: 'plain', mirrored: false },
      ],
      rules: [
        { ...RULE, service: 'users' },
        { ...RULE, service: 'orders' },
        { ...OWN, service: 'users' },
      ],
    };
    const counts = { orders: 3, users: 5, none: 1, old: 2 };
    for (const [at, [service, count]] of Object.entries(counts).entries()) {
      await store.write(
        flush({
          sequence: at + 1,
          at: NOON,
          rehearsal: rehearsal({ service, begunAt: NOON }),
          configured,
          routes: {
            read: { requests: count, endings: { mismatch: count }, legs: { shadow: Array(count).fill(count) } },
          },
          signatures: [signature({ route: 'read', count, examples: [example(`x-${service}`, 0.5)] })],
          rules: [{ ...RULE, route: 'read', hits: count }],
        }),
      );
    }
    return store;
  };

  it('keeps routes of one name apart by their service', async () => {
    const store = await four();
    const { requests, routes } = await store.summary();
    expect(requests).toBe(11);
    expect(routes.map(({ service, route, ...row }) => [service, route, row.requests, row.outcomes[0]!.count])).toEqual([
      ['users', 'read', 5, 5],
      ['orders', 'read', 3, 3],
      ['old', 'read', 2, 2],
      ['none', 'read', 1, 1],
    ]);
    expect(routes.map(({ latency }) => latency[0]!.lastByte.count)).toEqual([5, 3, 2, 1]);
    expect(await store.summary({}, { service: 'orders' })).toMatchObject({
      requests: 3,
      routes: [{ service: 'orders' }],
    });
  });

  it('keeps signatures of one id apart by their service, each with its own examples', async () => {
    const store = await four();
    const found = await store.signatures({});
    expect(found.map(({ service, id, count }) => [service, id, count])).toEqual([
      ['users', 's1', 5],
      ['orders', 's1', 3],
      ['old', 's1', 2],
      ['none', 's1', 1],
    ]);
    for (const { service, count } of found) {
      const examples = [{ id: `x-${service}`, service }];
      expect(await store.signature('s1', { service })).toMatchObject({ service, count, examples });
      expect(await store.exchange(`x-${service}`)).toMatchObject({ service });
    }
    expect(await store.signature('s1')).toMatchObject({ service: 'users', count: 5, examples: [{ service: 'users' }] });
  });

  it('counts a rule in each of the services that have it, and knows which do', async () => {
    const store = await four();
    const both = [
      { service: 'orders', hits: 3 },
      { service: 'users', hits: 5 },
    ];
    expect(await store.rules()).toEqual([
      { ...OWN, hits: 0, services: [{ service: 'users', hits: 0 }] },
      { ...RULE, hits: 8, services: both },
    ]);
    expect(await store.rules({ service: 'orders' })).toEqual([{ ...RULE, hits: 3, services: both.slice(0, 1) }]);
    const { id } = (await store.rehearsals()).find(({ service }) => service === 'orders')!;
    expect(await store.rules({ rehearsal: id })).toEqual([{ ...RULE, hits: 3, services: both.slice(0, 1) }]);
    expect(await store.rules({ service: 'plain' })).toEqual([]);
  });

  it('knows the services that are configured, in their order, and others of which there are results', async () => {
    const store = await four();
    expect(await store.services()).toEqual([
      { service: 'users', state: 'mirrored' },
      { service: 'orders', state: 'mirrored' },
      { service: 'plain', state: 'not_mirrored' },
      { service: 'none', state: 'not_mirrored' },
      { service: 'old', state: 'gone' },
    ]);
  });
}
