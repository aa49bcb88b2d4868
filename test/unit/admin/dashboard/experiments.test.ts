import { describe, expect, test } from 'vitest';
import { figureOf, scaleOf, signedOf } from '../../../../src/admin/dashboard/pages/experiments/figures.ts';
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

test('rates are percentages that differ by points; means have four digits', () => {
  expect([figureOf('conversion', 0.19118), signedOf('conversion', -0.03)]).toEqual(['19.12%', '−3.00']);
  expect([figureOf('mean', 1234.567), signedOf('mean', 0.03896), signedOf('mean', 0)]).toEqual([
    '1,235',
    '+0.03896',
    '0',
  ]);
});
