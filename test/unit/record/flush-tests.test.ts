import { expect, it } from 'vitest';
import { comparedIn, testsOf } from '../../../src/record/flush-tests.ts';

it('takes no failure that only one version could have for evidence about pairs, whoever served', () => {
  const endings = [
    { ending: 'match', count: 2 },
    { ending: 'shadow_timeout', count: 1 },
    { ending: 'candidate_failed', count: 50 },
    { ending: 'skipped:primary_copy_failed', count: 50 },
  ] as const;
  const signs = [{ check: 'failure', worse: 1, better: 0 }] as const;
  const flush = { increments: [{ endings, signs, sketches: [] }], evidence: [], signatures: [] };
  expect(comparedIn(flush)).toBe(3);
  const counts = [...testsOf(flush, false)].filter(({ check }) => check === 'failure').map((test) => test.counts);
  expect(counts).toEqual([
    { worse: 1, better: 0 },
    { worse: 0, better: 0 },
  ]);
});
