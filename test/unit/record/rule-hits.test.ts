import { expect, it } from 'vitest';
import { RuleHits } from '../../../src/record/rule-hits.ts';

it('the hits of a rule are those of all routes of a service and of all threads, and a rule without any is there', () => {
  const hits = new RuleHits();
  const use = (route: string, rule: string, count: number) => ({ route, rule, origin: 'a.yaml:1', hits: count });
  hits.configure([{ service: 'shop', rule: 'b', origin: 'a.yaml:2' }]);
  hits.add('shop', [use('orders', 'a', 2), use('default', 'a', 1)]);
  hits.add('users', [use('orders', 'a', 8)]);
  hits.add('shop', [use('orders', 'a', 4)]);
  expect(hits.counts).toEqual([
    { service: 'shop', rule: 'b', hits: 0 },
    { service: 'shop', rule: 'a', hits: 7 },
    { service: 'users', rule: 'a', hits: 8 },
  ]);
});
