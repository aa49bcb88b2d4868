import { describe, expect, test } from 'vitest';
import { scaleOf } from '../../../../src/admin/dashboard/pages/experiments/scale.ts';
import type { ArmComparison } from '../../../../src/results/experiment-results.ts';

const compared = (difference: number, between?: readonly [number, number]): ArmComparison => ({
  ...{ arm: 'green', baseline: 'control', difference, answer: 'unproven', words: '' },
  ...(between && { low: between[0], high: between[1] }),
});

describe('the bars of a goal', () => {
  test('have one scale, on which the farthest end of all still fits', () => {
    expect(scaleOf([compared(0.1, [-0.3, 0.5]), compared(-0.2, [-0.9, 0.5])])).toBe(0.9);
  });

  test('have a scale also where nothing is known or differs', () => {
    expect(scaleOf([])).toBe(1);
    expect(scaleOf([compared(0)])).toBe(1);
    expect(scaleOf([compared(-2)])).toBe(2);
  });
});
