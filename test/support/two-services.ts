import { SqliteStore } from '../../src/record/sqlite/store.ts';
import { afterThisTest } from './cleanup.ts';
import { example, type FlushParts, flush, rehearsal, signature } from './flushes.ts';

export const NOON = Date.UTC(2026, 10, 3, 12);

/** Each of the same version. */
export const ORDERS = rehearsal({ service: 'orders', version: '2.4.0', begunAt: NOON });
export const USERS = rehearsal({ service: 'users', version: '2.4.0', begunAt: NOON });
/** The version of before, of each. */
export const ORDERS_BEFORE = rehearsal({ service: 'orders', version: '2.3.0', begunAt: NOON - 3_600_000 });
export const USERS_BEFORE = rehearsal({ service: 'users', version: '2.3.0', begunAt: NOON - 3_600_000 });

const PLACE = { path: '$.total', kind: 'value' } as const;

/**
 * A store of two services that both have a route `read`: orders is right, users is wrong, in a way that it was before
 * and in one that is new. A third, plain, has no shadow.
 */
export async function twoServices(): Promise<SqliteStore> {
  const run = { id: 'run-1', startedAt: NOON };
  const store = await SqliteStore.open({ path: ':memory:', run, now: () => NOON, warn: () => {} });
  afterThisTest(() => store.close());
  const services = [
    { service: 'orders', mirrored: true },
    { service: 'users', mirrored: true },
    { service: 'plain', mirrored: false },
  ];
  const rule = { rule: '{path: $.never, ignore: true}', origin: 'a.yaml:1' };
  const configured = { services, rules: services.slice(0, 2).map(({ service }) => ({ ...rule, service })) };
  const of = (id: string, path: string, count: number) =>
    signature({ id, route: 'read', count, places: [{ ...PLACE, path }], examples: [example(`x-${id}-${count}`, 0.5)] });
  const counted = (parts: Counted) => ({ routes: { read: parts } });
  const parts: Omit<FlushParts, 'sequence' | 'at'>[] = [
    {
      rehearsal: ORDERS_BEFORE,
      ...counted({ requests: 4, endings: { mismatch: 4 } }),
      signatures: [of('s1', '$.total', 4)],
    },
    {
      rehearsal: USERS_BEFORE,
      ...counted({ requests: 5, endings: { mismatch: 5 } }),
      signatures: [of('s1', '$.total', 5)],
    },
    { rehearsal: ORDERS, ...counted({ requests: 30, endings: { match: 30 }, legs: { primary: [1], shadow: [1] } }) },
    {
      rehearsal: USERS,
      ...counted({ requests: 20, endings: { mismatch: 20 }, legs: { primary: [2], shadow: [9] } }),
      signatures: [of('s1', '$.total', 14), of('s2', '$.name', 6)],
    },
    {
      rehearsal: rehearsal({ service: 'plain' }),
      routes: { default: { requests: 7, endings: { 'skipped:no_shadow': 7 } } },
    },
  ];
  for (const [at, part] of parts.entries()) {
    await store.write(flush({ sequence: at + 1, at: NOON, configured, ...part }));
  }
  return store;
}

type Counted = NonNullable<FlushParts['routes']>[string];
