import { describe, expect, it, test } from 'vitest';
import type { DeltaBlocks } from '../../../src/model/route-evidence.ts';
import { addDeltas, designEffect, medianSequence, noDeltas } from '../../../src/verdict/median-sequence.ts';
import { Random } from '../../../src/verdict/simulation/random.ts';

const ALPHA = 0.05;
const STREAMS = 150;
const SECONDS = 200;

/** Deltas about 0, a median of which each depends on the one before. */
function* deltas(random: Random, autocorrelation: number): Generator<number> {
  const rest = Math.sqrt(1 - autocorrelation ** 2);
  for (let before = random.normal(); ; before = autocorrelation * before + rest * random.normal()) yield before;
}

/** In how many of the streams an interval that is looked at each second misses the median at least once. */
function missing(
  { autocorrelation, perSecond }: { readonly autocorrelation: number; readonly perSecond: number },
  intervalOf: (count: number, blocks: DeltaBlocks) => { readonly low: number; readonly high: number } | undefined,
): { readonly missed: number; readonly seen: number } {
  const random = new Random(5);
  let [missed, seen] = [0, 0];
  for (let stream = 0; stream < STREAMS; stream++) {
    const source = deltas(random, autocorrelation);
    const secondOf = () => Array.from({ length: perSecond }, () => source.next().value as number);
    let [blocks, above, count, hasMissed]: [DeltaBlocks | undefined, number, number, boolean] = [
      undefined,
      0,
      0,
      false,
    ];
    const each = Math.max(1, Math.ceil(10 / perSecond));
    for (let second = 0; second < SECONDS; second++) {
      const values = secondOf();
      blocks ??= noDeltas(values.toSorted((a, b) => a - b)[Math.floor((perSecond - 1) / 2)]!);
      const { reference } = blocks;
      const block = 1 + Math.floor(second / each);
      blocks = addDeltas(blocks, block, perSecond, values.filter((value) => value > reference).length);
      above += values.filter((value) => value > 0).length;
      count += perSecond;
      const interval = intervalOf(count, blocks);
      const below = 1 - above / count;
      if (interval !== undefined && (below < interval.low || below > interval.high)) hasMissed = true;
      if (interval !== undefined && second === SECONDS - 1) seen++;
    }
    if (hasMissed) missed++;
  }
  return { missed: missed / STREAMS, seen: seen / STREAMS };
}

const sequence = (count: number, blocks: DeltaBlocks) => {
  const effect = designEffect([blocks]);
  return effect === undefined ? undefined : medianSequence(Math.floor(count / effect), ALPHA);
};

/** Of a sample of that size that is looked at once (Conover, Practical Nonparametric Statistics, 3.2). */
const fixed = (count: number) => {
  const reach = 1.96 / (2 * Math.sqrt(count));
  return { low: 0.5 - reach, high: 0.5 + reach };
};

describe('an interval of the median that is looked at each second', () => {
  it.each([
    [0, 100],
    [0.6, 100],
    [0.9, 100],
    [0.9, 10],
    [0.6, 2],
  ])('misses it no more often than it may: autocorrelation %d, %d exchanges a second', (autocorrelation, perSecond) => {
    const { missed, seen } = missing({ autocorrelation, perSecond }, sequence);
    expect(missed).toBeLessThanOrEqual(ALPHA);
    expect(seen).toBe(1);
  });

  it('misses it far more often where it is of a sample of fixed size', () => {
    expect(missing({ autocorrelation: 0, perSecond: 100 }, fixed).missed).toBeGreaterThan(4 * ALPHA);
    expect(missing({ autocorrelation: 0.9, perSecond: 100 }, fixed).missed).toBeGreaterThan(0.5);
  });
});

test('too few values say nothing of the median, more say more, and the two sides are alike', () => {
  expect(medianSequence(0)).toBeUndefined();
  expect(medianSequence(12)).toBeUndefined();
  const widths = [20, 100, 1_000, 100_000].map((size) => {
    const { low, high } = medianSequence(size)!;
    expect(low + high).toBeCloseTo(1);
    return high - low;
  });
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  expect(widths.at(-1)).toBeLessThan(0.02);
});

describe('the design effect', () => {
  const of = (numbers: readonly (readonly [pairs: number, above: number])[]) =>
    numbers.reduce((known, [pairs, above], at) => addDeltas(known, at + 1, pairs, above), noDeltas(0));
  const times = (count: number, ...of_: (readonly [number, number])[]) =>
    Array.from({ length: count }, () => of_).flat();

  it('is not known before a block is over, and that of whole blocks while there are few', () => {
    expect(designEffect([noDeltas(0)])).toBeUndefined();
    expect(designEffect([of([[10, 5]])])).toBeUndefined();
    for (const blocks of [1, 2])
      expect(designEffect([of(times(blocks, [100, 45], [100, 55]))])).toBeGreaterThanOrEqual(100);
  });

  it('is that of whole blocks where the deltas of each are alike, or all on one side', () => {
    for (const numbers of [
      [
        [100, 100],
        [100, 0],
      ],
      [[100, 100]],
    ] as const) {
      const effect = designEffect([of(times(200, ...numbers))])!;
      expect(effect).toBeGreaterThanOrEqual(100);
      expect(effect).toBeLessThan(110);
    }
  });

  it('is near 1 where they differ as coins would, whichever routes they were of', () => {
    const coins = times(100, [100, 45], [100, 55], [100, 50], [100, 50], [100, 57], [100, 43]);
    const effect = designEffect([of(coins)])!;
    expect(effect).toBeGreaterThanOrEqual(1);
    expect(effect).toBeLessThan(2);
    expect(designEffect([of(coins), of(coins)])).toBeLessThan(effect);
  });

  it('takes several flushes of one block for one', () => {
    const one = addDeltas(addDeltas(noDeltas(0), 1, 5, 5), 1, 5, 0);
    const next = addDeltas(one, 2, 1, 0);
    expect(next.closed).toMatchObject({ blocks: 1, pairs: 10, above: 5, aboveSquared: 25, product: 50 });
  });
});
