import { expect, it } from 'vitest';
import { RuleHits } from '../../../src/record/rule-hits.ts';

it('the hits of a rule are those of all routes and threads, and a rule without any is there', () => {
  const hits = new RuleHits();
  const use = (route: string, rule: string, count: number) => ({ route, rule, origin: 'a.yaml:1', hits: count });
  hits.configure([{ rule: 'b', origin: 'a.yaml:2' }]);
  hits.add([use('orders', 'a', 2), use('default', 'a', 1)]);
  hits.add([use('orders', 'a', 4)]);
  expect(hits.counts).toEqual([
    { rule: 'b', hits: 0 },
    { rule: 'a', hits: 7 },
  ]);
});
