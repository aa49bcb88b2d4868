import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/rollout/comparison.ts';
import { logAboveZero } from '../../../src/rollout/sequential.ts';
import { Random } from '../../../src/verdict/simulation/random.ts';

const BUCKETS = 10_000;
const MARGIN = 0.01;

/** Counts of each bucket: `give(bucket)` returns requests, failed, slow and tail ones. */
function counted(weight: number, give: (bucket: number) => readonly [number, number, number, number]) {
  const cells = new Float64Array(BUCKETS * 4);
  for (const bucket of [...range(0, weight), ...range(BUCKETS - weight, BUCKETS)]) cells.set(give(bucket), bucket * 4);
  return { cells, timed: cells, weight, margin: MARGIN };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const isCandidate = (bucket: number) => bucket < BUCKETS / 2;
const binomial = (random: Random, total: number, share: number) =>
  range(0, total).reduce((sum) => sum + Number(random.uniform() < share), 0);

describe('users of two equal versions', () => {
  it('give no evidence of harm, and soon the evidence that there is none', () => {
    const random = new Random(1);
    const found = compare(counted(500, () => [10, binomial(random, 10, 0.002), binomial(random, 10, 0.45), 0]))!;
    expect(found.candidate).toMatchObject({ buckets: 500, requests: 5000 });
    expect(found.failsMore).toBeLessThan(Math.log(20));
    expect(found.failsNoMore).toBeGreaterThan(Math.log(20));
    expect(found.slower).toBeLessThan(Math.log(20));
    expect(found.ratio).toBeLessThan(Math.log(20));
  });

  it('prove nothing with few requests', () => {
    const found = compare(counted(10, () => [2, 0, 1, 0]))!;
    for (const evidence of [found.failsMore, found.slower, found.tail, found.ratio])
      expect(evidence).toBeLessThan(Math.log(20));
    expect(found.failsNoMore).toBeLessThan(Math.log(20));
    expect(compare(counted(0, () => [0, 0, 0, 0]))).toBeUndefined();
    expect(compare({ ...counted(0, () => [0, 0, 0, 0]), weight: BUCKETS })).toBeUndefined();
  });
});

describe('what it takes to prove that it fails no more', () => {
  const proof = (give: Parameters<typeof counted>[1], weight = 500) => compare(counted(weight, give))!.proof;

  it('is some times as many requests where there are few and none failed', () => {
    const { times, of } = proof(() => [2, 0, 0, 0], 100);
    expect(of).toBe('requests');
    const after = compare(counted(100, () => [2 * Math.ceil(times), 0, 0, 0]))!;
    expect([times > 2, times < 10, after.failsNoMore > Math.log(20)]).toEqual([true, true, true]);
  });

  it('is nothing more where it is proven', () => {
    expect(proof(() => [20, 0, 0, 0]).times).toBe(1);
  });

  it('is more users where a few of them have all the failures', () => {
    expect(proof((bucket) => [100, bucket % 20 === 0 ? 20 : 0, 0, 0], 100)).toMatchObject({ of: 'users' });
  });

  it('is not to be had where the candidate fails more often', () => {
    expect(proof((bucket) => [20, isCandidate(bucket) ? 1 : 0, 0, 0]).times).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('users of a version that is worse', () => {
  it('show that it fails more often', () => {
    const random = new Random(2);
    const found = compare(
      counted(500, (bucket) => [10, binomial(random, 10, isCandidate(bucket) ? 0.015 : 0.002), 0, 0]),
    )!;
    expect(found.failsMore).toBeGreaterThan(Math.log(6000));
    expect(found.failsNoMore).toBeLessThan(0);
  });

  it('show that it is slower, in the median or in the tail', () => {
    const random = new Random(3);
    const found = compare(
      counted(1000, (bucket) => [
        20,
        0,
        binomial(random, 20, isCandidate(bucket) ? 0.56 : 0.5),
        binomial(random, 20, isCandidate(bucket) ? 0.017 : 0.01),
      ]),
    )!;
    expect(found.slower).toBeGreaterThan(Math.log(6000));
    expect(found.tail).toBeGreaterThan(Math.log(6000));
  });

  it('show it even where all their requests fail', () => {
    const found = compare(counted(100, (bucket) => [1, isCandidate(bucket) ? 1 : 0, 0, 0]))!;
    expect(found.failsMore).toBeGreaterThan(Math.log(1e6));
  });
});

it('one user whose requests all fail is one observation, however many they are', () => {
  const found = compare(counted(200, (bucket) => (bucket === 3 ? [400, 400, 400, 400] : [10, 0, 5, 0])))!;
  expect(found.failsMore).toBeLessThan(Math.log(20));
  expect(found.slower).toBeLessThan(Math.log(20));
});

it('requests that do not reach the candidate make the ratio of the sample wrong', () => {
  const random = new Random(4);
  const found = compare(
    counted(500, (bucket) => [5 + binomial(random, 20, isCandidate(bucket) ? 0.3 : 0.5), 0, 0, 0]),
  )!;
  expect(found.ratio).toBeGreaterThan(Math.log(1000));
  const few = compare(counted(500, (bucket) => [isCandidate(bucket) ? 5 : 10, 0, 0, 0]))!;
  expect(few.ratio).toBeGreaterThan(Math.log(1000));
});

describe('evidence', () => {
  it('that a mean is above zero grows with it, and reaches any bound with enough data', () => {
    expect(logAboveZero(0, 0.01, 0.1)).toBeLessThan(0);
    expect(logAboveZero(-0.1, 0.01, 0.1)).toBeLessThan(-4);
    expect(logAboveZero(0.05, 0.01, 0.1)).toBeGreaterThan(Math.log(1000));
  });

  it('that a mean is above zero rarely exceeds 1/α, though it is looked at after each observation', () => {
    const random = new Random(5);
    const alarms = range(0, 1000).filter(() => {
      let sum = 0;
      for (let n = 1; n <= 500; n++) {
        sum += random.uniform() + random.uniform() + random.uniform() - 1.5;
        if (n >= 20 && logAboveZero(sum / n, 0.5 / Math.sqrt(n), 0.1) > Math.log(20)) return true;
      }
      return false;
    });
    expect(alarms.length).toBeLessThanOrEqual(70);
  });
});
