import { expect, it } from 'vitest';
import { ENDINGS } from '../../../src/model/outcome.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../../../src/results/outcome-groups.ts';

it('every ending falls into one of the groups', () => {
  const sums = groupOutcomes(ENDINGS.map((ending) => ({ ending, count: 1 })));
  expect(Object.keys(sums)).toEqual(OUTCOME_GROUPS);
  expect(sums).toMatchObject({ match: 1, noise: 1, accepted: 1, mismatch: 1, failed: 6 });
  expect(Object.values(sums).reduce((sum, one) => sum + one, 0)).toBe(ENDINGS.length);
});
