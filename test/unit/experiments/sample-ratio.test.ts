import { describe, expect, it } from 'vitest';
import { unevenness } from '../../../src/experiments/sample-ratio.ts';

const INVALID = Math.log(1_000);

describe('the check of the sample ratio', () => {
  it('is a fair bet: over everything that can happen E is 1 in the mean', () => {
    const [users, share] = [12, 0.3];
    let [mean, ways] = [0, 1];
    for (let first = 0; first <= users; first++) {
      const probability = ways * share ** first * (1 - share) ** (users - first);
      mean += probability * Math.exp(unevenness([first, users - first], [share, 1 - share]));
      ways = (ways * (users - first)) / (first + 1);
    }
    expect(mean).toBeCloseTo(1, 8);
  });

  it.each([
    ['nobody', [0, 0], [0.5, 0.5]],
    ['what chance does', [5_060, 4_940], [0.5, 0.5]],
    ['shares of a part of the users', [1_010, 990], [0.1, 0.1]],
    ['unequal shares', [9_040, 960], [0.9, 0.1]],
  ])('accepts %s', (_, users, shares) => {
    expect(unevenness(users, shares)).toBeLessThan(INVALID);
  });

  it.each([
    ['half of an arm that is missing', [5_000, 2_500], [0.5, 0.5]],
    ['two points too few of many', [52_000, 48_000], [0.5, 0.5]],
    ['one of three arms', [3_000, 3_000, 2_000], [0.3, 0.3, 0.3]],
    ['users in an arm without a share', [500, 1], [1, 0]],
  ])('rejects %s', (_, users, shares) => {
    expect(unevenness(users, shares)).toBeGreaterThan(INVALID);
  });
});
