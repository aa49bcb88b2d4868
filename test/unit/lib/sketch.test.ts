import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  SKETCH_BUCKETS,
  signedQuantile,
  sketchBucket,
  sketchCount,
  sketchLowerBound,
  sketchQuantile,
  sketchValue,
} from '../../../src/lib/sketch.ts';

const LARGEST = (2 ** 30 - 1) / 1000;

/** Milliseconds from below a microsecond to beyond what a sketch can hold, small and large alike. */
const duration = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1_000, noNaN: true }),
  fc.double({ min: 0, max: 2_000_000, noNaN: true }),
);

function sketchOf(values: readonly number[]): Float64Array {
  const counts = new Float64Array(SKETCH_BUCKETS);
  for (const value of values) counts[sketchBucket(value)]! += 1;
  return counts;
}

/** The value at the rank that a quantile means, from the values themselves. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(Math.max(Math.ceil(q * sorted.length), 1), sorted.length) - 1]!;
}

/** What a sketch can tell of a value: it is rounded to a microsecond, cut at the largest, and at most 1.6 % off. */
function expectNear(found: number, exact: number): void {
  const held = Math.sign(exact) * Math.min(Math.abs(exact), LARGEST);
  expect(Math.abs(found - held)).toBeLessThanOrEqual(Math.abs(held) * 0.016 + 0.000_5 + 1e-9);
}

describe('a sketch', () => {
  it('gives quantiles that are at most 1.6 % off the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(duration, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          expectNear(sketchQuantile(sketchOf(values), q)!, exactQuantile(values, q));
        },
      ),
    );
  });

  it('gives signed quantiles that are at most 1.6 % off the exact ones', () => {
    const signed = fc.tuple(duration, fc.boolean()).map(([value, negative]) => (negative ? -value : value));
    fc.assert(
      fc.property(
        fc.array(signed, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const below = sketchOf(values.filter((value) => value < 0).map((value) => -value));
          const above = sketchOf(values.filter((value) => value >= 0));
          expectNear(signedQuantile(below, above, q)!, exactQuantile(values, q));
        },
      ),
    );
  });

  it('of two sets is the sum of their sketches', () => {
    fc.assert(
      fc.property(fc.array(duration), fc.array(duration), (left, right) => {
        const sum = sketchOf(left).map((count, bucket) => count + sketchOf(right)[bucket]!);
        expect(sum).toEqual(sketchOf([...left, ...right]));
      }),
      { numRuns: 30 },
    );
  });

  it('puts every duration into the bucket that holds it', () => {
    fc.assert(
      fc.property(duration, (value) => {
        const bucket = sketchBucket(value);
        const held = Math.min(Math.round(value * 1000) / 1000, LARGEST);
        expect(sketchLowerBound(bucket)).toBeLessThanOrEqual(held);
        if (bucket < SKETCH_BUCKETS - 1) expect(sketchLowerBound(bucket + 1)).toBeGreaterThan(held);
      }),
    );
  });

  it('has buckets that follow each other without a gap, each with its value inside', () => {
    for (let bucket = 0; bucket < SKETCH_BUCKETS; bucket++) {
      expect(sketchBucket(sketchLowerBound(bucket))).toBe(bucket);
      expect(sketchValue(bucket)).toBeGreaterThanOrEqual(sketchLowerBound(bucket));
      expect(sketchValue(bucket)).toBeLessThan(sketchLowerBound(bucket + 1));
    }
  });

  it.each([
    ['zero', 0, 0],
    ['a negative duration, which counts as none', -5, 0],
    ['31 µs, the last with a bucket of its own', 0.031, 31],
    ['32 µs', 0.032, 32],
    ['the longest', LARGEST, SKETCH_BUCKETS - 1],
    ['longer than the longest', 1e12, SKETCH_BUCKETS - 1],
    ['endless', Number.POSITIVE_INFINITY, SKETCH_BUCKETS - 1],
  ])('knows the bucket of %s', (_, milliseconds, bucket) => {
    expect(sketchBucket(milliseconds)).toBe(bucket);
  });

  it('has no quantile when it is empty', () => {
    const empty = new Uint32Array(SKETCH_BUCKETS);
    expect(sketchCount(empty)).toBe(0);
    expect(sketchQuantile(empty, 0.5)).toBeUndefined();
    expect(signedQuantile(empty, empty, 0.5)).toBeUndefined();
    expect(signedQuantile([], [], 0.5)).toBeUndefined();
  });

  it('gives its least for 0, its greatest for 1, and its only value for all between', () => {
    const two = sketchOf([1, 9]);
    expectNear(sketchQuantile(two, 0)!, 1);
    expectNear(sketchQuantile(two, 0.5)!, 1);
    expectNear(sketchQuantile(two, 0.500_01)!, 9);
    expectNear(sketchQuantile(two, 1)!, 9);
    for (const q of [0, 0.01, 0.5, 0.99, 1]) expectNear(sketchQuantile(sketchOf([7]), q)!, 7);
  });

  it('has signed quantiles on the side where the value lies, even if the other side is empty', () => {
    const empty = sketchOf([]);
    const some = sketchOf([1, 2, 3]);
    expectNear(signedQuantile(some, empty, 0)!, -3);
    expectNear(signedQuantile(some, empty, 1)!, -1);
    expectNear(signedQuantile(empty, some, 0)!, 1);
    expectNear(signedQuantile(some, some, 0.5)!, -1);
    expectNear(signedQuantile(some, some, 0.51)!, 1);
  });
});
