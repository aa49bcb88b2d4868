import { expect, it } from 'vitest';
import type { Rule } from '../../../src/config/compare-types.ts';
import { RuleTally } from '../../../src/findings/rule-tally.ts';

const RULES: readonly Rule[] = [
  { path: '$.a', does: { kind: 'ignore' }, origin: 'a.yaml:1' },
  { header: 'x-a', does: { kind: 'case' }, until: 5, origin: 'a.yaml:2' },
];
const A = { route: 'orders', rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1' };
const B = { route: 'orders', rule: '{header: x-a, anyCase: true}', origin: 'a.yaml:2' };

it('names the rules that were of use since the last time, and how often', () => {
  const tally = new RuleTally('orders', RULES);
  expect(tally.take()).toEqual([]);
  tally.add([1]);
  tally.add([0, 1]);
  tally.add([]);
  expect(tally.take()).toEqual([
    { ...A, hits: 1 },
    { ...B, hits: 2 },
  ]);
  tally.add([1]);
  expect(tally.take()).toEqual([{ ...B, hits: 1 }]);
  expect(tally.take()).toEqual([]);
});
