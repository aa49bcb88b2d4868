import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SKETCH_BUCKETS } from '../../../src/lib/sketch.ts';
import { addSketch, encodeSketch, mergeSketches } from '../../../src/record/sqlite/sketch-blob.ts';

const buckets = fc.uniqueArray(
  fc.tuple(
    fc.nat(SKETCH_BUCKETS - 1),
    fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 50 })),
  ),
  { selector: ([bucket]) => bucket, maxLength: 60 },
);

function countsOf(filled: readonly (readonly [number, number])[]): Float64Array {
  const counts = new Float64Array(SKETCH_BUCKETS);
  for (const [bucket, count] of filled) counts[bucket] = count;
  return counts;
}

function decoded(blob: Uint8Array | undefined): Float64Array {
  const counts = new Float64Array(SKETCH_BUCKETS);
  if (blob !== undefined) addSketch(blob, counts);
  return counts;
}

describe('a sketch as bytes', () => {
  it('reads back as it was written, to counts beyond 32 bits', () => {
    fc.assert(
      fc.property(buckets, (filled) => void expect(decoded(encodeSketch(countsOf(filled)))).toEqual(countsOf(filled))),
    );
  });

  it('merges to the sum', () => {
    fc.assert(
      fc.property(buckets, buckets, (left, right) => {
        const [one, other] = [encodeSketch(countsOf(left)), encodeSketch(countsOf(right))];
        fc.pre(one !== undefined && other !== undefined);
        const sum = countsOf(left).map((count, bucket) => count + countsOf(right)[bucket]!);
        expect(decoded(mergeSketches(one!, other!))).toEqual(sum);
      }),
    );
  });

  it('is nothing for an empty sketch, and two bytes for a small count in a low bucket', () => {
    expect(encodeSketch(new Uint32Array(SKETCH_BUCKETS))).toBeUndefined();
    expect(encodeSketch(countsOf([[5, 127]]))).toEqual(Uint8Array.of(5, 127));
    expect(encodeSketch(countsOf([[SKETCH_BUCKETS - 1, 1]]))).toHaveLength(3);
  });

  it('that is damaged reads as some counts inside the sketch, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decoded(bytes)).toHaveLength(SKETCH_BUCKETS);
      }),
    );
  });
});
