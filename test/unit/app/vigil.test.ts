import { expect, test } from 'vitest';
import { patience, Vigil } from '../../../src/app/vigil.ts';
import { configOf } from '../../support/config.ts';

test('silence is how often in a row no new sign of life was found', () => {
  const vigil = new Vigil();
  expect([0, 0, 0, 1, 2, 2, 2].map((beats) => vigil.look(beats))).toEqual([0, 1, 2, 0, 0, 1, 2]);
});

test('a successor has as long as any thread for its first sign', () => {
  const vigil = new Vigil();
  for (const beats of [7, 7, 7]) vigil.look(beats);
  vigil.begin();
  expect([7, 7, 8].map((beats) => vigil.look(beats))).toEqual([0, 1, 0]);
});

test('a compare thread may be silent for as long as a pair may take', () => {
  const config = configOf('compare: {budget: 1m}');
  expect(patience('compare', config)).toBeGreaterThan(4 * 60);
  expect(patience('edge', config)).toBe(patience('mirror', config));
});
