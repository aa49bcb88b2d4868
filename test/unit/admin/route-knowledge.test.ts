import { expect, test } from 'vitest';
import { caller } from './caller.ts';
import { dependencies, exchange } from './results.ts';

const RULES = [
  { path: '$.a', does: { kind: 'ignore' }, origin: 'a.yaml:1' },
  { path: '$.b', does: { kind: 'ignore' }, origin: 'a.yaml:9' },
] as const;

test('the rules of a route are those of its configuration, with its hits', async () => {
  const { store } = dependencies();
  const row = (path: string, origin: string, hits: number) => ({
    rule: `{path: ${path}, ignore: true}`,
    origin,
    hits,
    services: [{ service: 'default', hits }],
  });
  const asked: unknown[] = [];
  store.rules = async (_, route) => {
    asked.push(route);
    return [row('$.a', 'a.yaml:1', 3), row('$.b', 'a.yaml:9', 0), row('$.a', 'a.yaml:44', 8)];
  };
  const compare = { ignoreHeaders: [], rules: [...RULES], maxDecoded: 2 ** 20, budget: 200 };
  const call = caller({ store, comparedUnder: ({ route }) => ({ route: { name: route, compare }, marker: '' }) });
  const { value } = await call('GET', '/api/v1/rules?route=orders');
  expect(value.rules.map(({ origin, hits, state }: Record<string, unknown>) => [origin, hits, state])).toEqual([
    ['a.yaml:1', 3, 'in_use'],
    ['a.yaml:9', 0, 'never_hit'],
  ]);
  expect((await call('GET', '/api/v1/rules')).value.rules).toHaveLength(3);
  expect(asked).toEqual(['orders', undefined]);
});

test('noise tells how production looks at each place, as the newest example knew it', async () => {
  const { store } = dependencies();
  const place = { path: '$.id', kind: 'value' } as const;
  const row = {
    service: 'default',
    id: 'n1',
    route: 'orders',
    ending: 'noise',
    primaryStatus: 200,
    shadowStatus: 200,
  } as const;
  const signature = { ...row, places: [place], count: 7, firstSeen: 1, lastSeen: 2 };
  const learned = (control: number) => [
    { ...place, control, shadowAlone: 0, classes: [{ name: 'uuid', count: control }], parts: [] },
  ];
  const examples = [
    { ...exchange, receivedAt: 2, learned: learned(9) },
    { ...exchange, receivedAt: 1, learned: learned(3) },
  ];
  store.signatures = async () => [signature];
  store.signature = async () => ({ ...signature, examples });
  const { status, value } = await caller({ store })('GET', '/api/v1/noise?route=orders');
  expect(status).toBe(200);
  expect(value.noise).toMatchObject([
    { route: 'orders', count: 7, places: [{ ...place, count: 7 }], learned: learned(9) },
  ]);
});
