import { expect, it } from 'vitest';
import { reasonsAgainst } from '../../../src/app/rollout/rollouts.ts';
import type { RouteVerdict } from '../../../src/results/verdict.ts';

const route = (verdict: RouteVerdict['verdict'], reason: string): RouteVerdict => ({
  ...{ route: 'orders', verdict, exchanges: 10, mismatches: 0, accepted: 0 },
  ...{ reasons: [reason], checks: [], needs: [] },
});

it('what was found on a route that passes is no reason against the candidate', () => {
  const reasons = ['copies were lost', 'a: about 90 more exchanges', 'b: no mismatch in 2,850 exchanges'];
  const routes = [route('inconclusive', reasons[1]!), route('pass', reasons[2]!)];
  expect(reasonsAgainst({ reasons, routes, expected: [] })).toEqual(reasons.slice(0, 2));
});
