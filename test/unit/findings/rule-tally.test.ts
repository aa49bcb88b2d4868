import { expect, it } from 'vitest';
import type { Rule } from '../../../src/config/compare-types.ts';
import { RuleTally } from '../../../src/findings/rule-tally.ts';

const HOUR = 60 * 60 * 1000;
const RULES: readonly Rule[] = [
  { path: '$.a', does: { kind: 'ignore' }, origin: 'a.yaml:1' },
  { header: 'x-a', does: { kind: 'case' }, until: 5, origin: 'a.yaml:2' },
];
const A = { route: 'orders', rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1' };
const B = { route: 'orders', rule: '{header: x-a, anyCase: true}', origin: 'a.yaml:2', until: 5 };

it('names all rules first, then those that were of use, and all of them again each hour', () => {
  const tally = new RuleTally('orders', RULES);
  expect(tally.take(HOUR)).toEqual([
    { ...A, hits: 0 },
    { ...B, hits: 0 },
  ]);
  expect(tally.take(HOUR + 1)).toEqual([]);
  tally.add([1]);
  tally.add([0, 1]);
  tally.add([]);
  expect(tally.take(HOUR + 2)).toEqual([
    { ...A, hits: 1 },
    { ...B, hits: 2 },
  ]);
  tally.add([1]);
  expect(tally.take(2 * HOUR - 1)).toEqual([{ ...B, hits: 1 }]);
  expect(tally.take(2 * HOUR)).toEqual([
    { ...A, hits: 0 },
    { ...B, hits: 0 },
  ]);
});
