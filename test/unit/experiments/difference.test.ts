import { describe, expect, it } from 'vitest';
import { bestInformation, errorsWithin } from '../../../src/experiments/confidence-sequence.ts';
import { differenceOf, type Measured } from '../../../src/experiments/difference.ts';
import { Random } from '../../support/random.ts';

const MILLION = 1_000_000;
const ALPHA = 0.05;

function converted(users: number, sum: number): Measured {
  return { users, sum, squares: sum, sizes: sum };
}

interface Course {
  readonly rates: readonly [baseline: number, arm: number];
  readonly detect: number;
  readonly users: number;
}

interface Seen {
  /** Whether any look excluded the true difference. */
  readonly missed: boolean;
  /** Whether it was proven when the planned number of users was there. */
  readonly found: boolean;
}

/** One experiment with equal shares that is looked at ever again, from its 100th user on. */
function follow(random: Random, { rates, detect, users }: Course): Seen {
  const sums = [0, 0];
  const counts = [0, 0];
  let [missed, found, planned, look] = [false, false, false, 100];
  for (let user = 1; user <= users; user++) {
    const arm = random.below(2);
    counts[arm]!++;
    if (random.below(MILLION) < rates[arm]! * MILLION) sums[arm]!++;
    if (user < look) continue;
    look = Math.ceil(look * 1.1);
    const { low, high, needed } = differenceOf(converted(counts[1]!, sums[1]!), converted(counts[0]!, sums[0]!), {
      kind: 'conversion',
      detect,
      alpha: ALPHA,
    });
    const difference = rates[1] - rates[0];
    missed ||= low > difference || high < difference;
    if (!planned) found ||= low > 0;
    planned ||= user >= needed;
  }
  return { missed, found };
}

function shares(course: Course, times = 300) {
  const random = new Random(7);
  const all = Array.from({ length: times }, () => follow(random, course));
  const share = (of: keyof Seen) => all.filter((each) => each[of]).length / times;
  return { missed: share('missed'), found: share('found') };
}

describe('the confidence sequence', () => {
  it('has the published width', () => {
    // By hand: t = 4, ρ² = 0.79361546, √(2 · 4.17446 / (16 · 0.79362) · ln(√4.17446 / 0.05)) = √2.4395; in errors 2 times that.
    expect(bestInformation(0.05) / 10).toBeCloseTo(0.79361546, 8);
    expect(errorsWithin(4 * 0.79361546, 0.05)).toBeCloseTo(2 * Math.sqrt(2.439499), 5);
  });

  it('is narrowest where it should be', () => {
    const best = bestInformation(0.05);
    // The approximation of the best one is a little off.
    for (const other of [best / 3, best * 3])
      expect(errorsWithin(other, 0.05)).toBeGreaterThan(errorsWithin(best, 0.05));
  });
});

describe('the difference of two arms', () => {
  it('is missed at any of many looks as rarely as promised, where there is none', () => {
    const { missed } = shares({ rates: [0.1, 0.1], detect: 0.3, users: 20_000 });
    expect(missed).toBeLessThanOrEqual(ALPHA);
  });

  it('is found in about four of five cases with the planned number of users, and hardly ever missed', () => {
    const { missed, found } = shares({ rates: [0.2, 0.24], detect: 0.2, users: 8_000 });
    expect(found).toBeGreaterThan(0.7);
    expect(missed).toBeLessThanOrEqual(ALPHA);
  });

  it('is not missed more often because users of old go on to buy', () => {
    const random = new Random(11);
    const [times, users, rate] = [300, 4_000, 0.2];
    let missed = 0;
    for (let time = 0; time < times; time++) {
      const buyers = [0, 0];
      let isMissed = false;
      // All users have come; now one after the other buys.
      for (let bought = 1; bought <= users * rate * 2; bought++) {
        buyers[random.below(2)]!++;
        if (bought < 5 || bought % 7 > 0) continue;
        const { low, high } = differenceOf(converted(users, buyers[1]!), converted(users, buyers[0]!), {
          kind: 'conversion',
          detect: 0.1,
          alpha: ALPHA,
        });
        isMissed ||= low > 0 || high < 0;
      }
      if (isMissed) missed++;
    }
    expect(missed / times).toBeLessThanOrEqual(ALPHA);
  });

  it('is not missed more often where one arm is small, and few users spend very unequal amounts', () => {
    const random = new Random(13);
    const [times, users] = [300, 4_000];
    let missed = 0;
    for (let time = 0; time < times; time++) {
      const arms = [0, 1].map(() => ({ users: 0, sum: 0, squares: 0, sizes: 0 }));
      let [isMissed, look] = [false, 50];
      for (let user = 1; user <= users; user++) {
        const arm = arms[random.oneIn(10) ? 1 : 0]!;
        arm.users++;
        if (random.oneIn(10)) {
          const spent = 1 / ((random.below(MILLION) + 1) / MILLION) ** 0.4;
          arm.sum += spent;
          arm.squares += spent ** 2;
          arm.sizes += spent;
        }
        if (user < look) continue;
        look = Math.ceil(look * 1.1);
        const { low, high } = differenceOf(arms[1]!, arms[0]!, { kind: 'mean', detect: 0.5, alpha: ALPHA });
        isMissed ||= low > 0 || high < 0;
      }
      if (isMissed) missed++;
    }
    expect(missed / times).toBeLessThanOrEqual(ALPHA);
  });

  it('is not proven by one user, however much he spends', () => {
    const whale = { users: 1_000, sum: 1e9, squares: 1e18, sizes: 1e9 };
    const { low } = differenceOf(whale, converted(1_000, 500), { kind: 'mean', detect: 0.1, alpha: ALPHA });
    expect(low).toBeLessThan(0);
  });

  it.each([
    ['no users', converted(0, 0), converted(0, 0)],
    ['one user in each arm', converted(1, 1), converted(1, 0)],
    ['no conversion', converted(500, 0), converted(500, 0)],
  ])('is unknown with %s', (_, arm, baseline) => {
    const { low, high, needed } = differenceOf(arm, baseline, { kind: 'conversion', detect: 0.1, alpha: ALPHA });
    expect([low, high, needed]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('of values around zero has a size to plan with', () => {
    const votes = { users: 1_000, sum: 0, squares: 1_000, sizes: 1_000 };
    const { needed } = differenceOf(votes, votes, { kind: 'mean', detect: 0.1, alpha: ALPHA });
    expect(needed).toBeGreaterThan(1_000);
    expect(needed).toBeLessThan(10_000);
  });
});
