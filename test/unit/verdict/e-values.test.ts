import { describe, expect, it } from 'vitest';
import { chainedSigns, excessBelow, rateAbove } from '../../../src/verdict/e-values.ts';
import { rateInterval } from '../../../src/verdict/interval.ts';

const NONE = { worse: 0, better: 0 };

describe('signs in a chain', () => {
  it('without a sign there is no evidence', () => {
    expect(chainedSigns({ afterWorse: NONE, afterBetter: NONE }, 0.35)).toBeCloseTo(0, 10);
  });

  it('thirty signs of one kind are enough, twenty are not', () => {
    const logE = (worse: number) => chainedSigns({ afterWorse: { worse, better: 0 }, afterBetter: NONE }, 0.35);
    expect(logE(30)).toBeGreaterThan(Math.log(1000));
    expect(logE(20)).toBeLessThan(Math.log(1000));
    expect(logE(41) - logE(40)).toBeCloseTo(Math.log(2 / 1.35), 1);
  });

  it('runs that are longer than they may be are no evidence, where those of the control are as long', () => {
    const runs = { afterWorse: { worse: 99, better: 1 }, afterBetter: { worse: 1, better: 99 } };
    expect(chainedSigns(runs, 0.98)).toBeLessThan(0);
  });

  it('a long run shows nothing where signs may depend on each other without bound', () => {
    expect(chainedSigns({ afterWorse: { worse: 500, better: 0 }, afterBetter: NONE }, 1)).toBeLessThan(0);
  });

  it('as many changes one way as the other are no evidence, however unequal the runs may be by chance', () => {
    const even = { afterWorse: { worse: 60, better: 40 }, afterBetter: { worse: 40, better: 60 } };
    expect(chainedSigns(even, 0.35)).toBeLessThan(0);
  });

  it.each([0, 0.2, 0.35])(
    'under the null it is expected to be at most 1 after eight signs (autocorrelation %f)',
    (phi) => {
      for (const worse of [0.5, 0.4, 0.2]) {
        expect(expectation(8, worse, phi)).toBeLessThanOrEqual(1 + 1e-9);
      }
    },
  );

  /** Over all chains of so many signs that are `worse` at that rate in the long run, and so autocorrelated. */
  function expectation(length: number, rate: number, phi: number): number {
    const [q, p] = [(1 - rate) * (1 - phi), rate * (1 - phi)];
    let sum = 0;
    for (let chain = 0; chain < 2 ** length; chain++) {
      let probability = (chain & 1) === 1 ? rate : 1 - rate;
      const counts = { afterWorse: { worse: 0, better: 0 }, afterBetter: { worse: 0, better: 0 } };
      for (let at = 1; at < length; at++) {
        const [before, now] = [(chain >> (at - 1)) & 1, (chain >> at) & 1];
        probability *= before === 1 ? (now === 1 ? 1 - q : q) : now === 1 ? p : 1 - p;
        counts[before === 1 ? 'afterWorse' : 'afterBetter'][now === 1 ? 'worse' : 'better']++;
      }
      sum += probability * Math.exp(chainedSigns(counts, phi));
    }
    return sum;
  }
});

describe('rates', () => {
  it('with no mismatch about 4,500 exchanges certify that at most 0.1 % mismatch', () => {
    const logE = (exchanges: number) => excessBelow(0.001, { worse: 0, better: 0, exchanges });
    expect(logE(4_400)).toBeLessThan(Math.log(20));
    expect(logE(4_600)).toBeGreaterThan(Math.log(20));
  });

  it('nothing certifies a rate that is the limit', () => {
    for (const exchanges of [10_000, 100_000, 1_000_000]) {
      expect(excessBelow(0.001, { worse: exchanges / 1000, better: 0, exchanges })).toBeLessThan(0);
    }
  });

  it('what the other side fails as often is no excess', () => {
    expect(excessBelow(0.01, { worse: 100, better: 100, exchanges: 100_000 })).toBeGreaterThan(Math.log(20));
    expect(excessBelow(0.001, { worse: 200, better: 0, exchanges: 100_000 })).toBeLessThan(Math.log(20));
  });

  it('a rate above the limit is proven, one below never', () => {
    expect(rateAbove(0.001, 30, 5_000)).toBeGreaterThan(Math.log(1000));
    expect(rateAbove(0.001, 4, 5_000)).toBeLessThan(Math.log(20));
    expect(rateAbove(0.001, 0, 100)).toBeLessThanOrEqual(0);
  });

  it('the interval of a rate holds what was seen, and narrows', () => {
    const [low, high] = rateInterval(10, 1_000, 0.001);
    expect(low).toBeLessThan(0.01);
    expect(high).toBeGreaterThan(0.01);
    const [closerLow, closerHigh] = rateInterval(1_000, 100_000, 0.001);
    expect(closerHigh - closerLow).toBeLessThan((high - low) / 5);
    expect(rateInterval(0, 1_000, 0.001)[0]).toBe(0);
    expect(rateInterval(1_000, 1_000, 0.001)[1]).toBe(1);
    expect(rateInterval(0, 0, 0.001)).toEqual([0, 1]);
  });
});
