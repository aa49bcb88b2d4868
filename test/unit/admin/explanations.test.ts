import { expect, test } from 'vitest';
import { caller } from './caller.ts';
import { dependencies, exchange } from './results.ts';

test('an exchange is explained under the rules of its route: steps, rules, what is left, and what would accept it', async () => {
  const rule = { path: '$.extra', does: { kind: 'ignore' }, origin: 'a.yaml:3' } as const;
  const compare = { ignoreHeaders: [], rules: [rule], maxDecoded: 2 ** 20, budget: 200 };
  const call = caller({ comparedUnder: () => ({ route: { name: 'orders', compare }, marker: 'marker' }) });
  const { status, value } = await call('GET', `/api/v1/exchanges/${exchange.id}/explanation`);
  expect(status).toBe(200);
  expect(value).toMatchObject({
    route: 'orders',
    rules: [{ rule: '{path: $.extra, ignore: true}', origin: 'a.yaml:3', state: 'used' }],
    outcome: 'mismatch',
    differences: [{ path: '$.items[*].price', kind: 'value' }],
    accepted: [{ path: '$.extra', kind: 'added', rule: '{path: $.extra, ignore: true}' }],
    furtherSteps: 0,
  });
  expect(value.steps[0]).toBe('status: both 200');
  expect(value.proposal).toContain('path: "$.items[*].price"');
});

test('where a leg gave no response there is nothing to explain', async () => {
  const failed = { ...exchange, shadow: { failure: 'timeout', detail: 'no first byte within 5s' } as const };
  const { store } = dependencies();
  store.exchange = async () => failed;
  const call = caller({ store });
  const { status, value } = await call('GET', '/api/v1/exchanges/any/explanation');
  expect([status, value.code, value.detail]).toEqual([
    404,
    'not_found',
    'Nothing was compared: a leg gave no response.',
  ]);
});

test('an exchange that is not recorded is not found', async () => {
  const { status } = await caller()('GET', '/api/v1/exchanges/none/explanation');
  expect(status).toBe(404);
});
