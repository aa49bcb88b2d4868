import { expect, test } from 'vitest';
import { medianInterval } from '../../../src/lib/median-interval.ts';

test('a sample that is too small says nothing of the median', () => {
  expect(medianInterval(0)).toBeUndefined();
  expect(medianInterval(10)).toBeUndefined();
  expect(medianInterval(11)).toBeDefined();
});

/** Chance that at least one side of the interval misses: too few, or too many, of `size` fair coins show heads. */
function missing(size: number, low: number): number {
  let chance = 0;
  let exactly = 0.5 ** size;
  for (let heads = 0; heads < Math.ceil(low * size); heads++) {
    chance += exactly;
    exactly *= (size - heads) / (heads + 1);
  }
  return 2 * chance;
}

test.each([20, 100, 1_000])('of %i values it misses the median about once in a thousand times', (size) => {
  const { low, high } = medianInterval(size)!;
  expect(low + high).toBeCloseTo(1);
  expect(missing(size, low)).toBeLessThan(0.002);
  expect(missing(size, low)).toBeGreaterThan(0.0002);
});
