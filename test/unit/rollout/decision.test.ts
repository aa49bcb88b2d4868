import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/rollout/comparison.ts';
import { alphaOfPairs, decide, type StepEvidence } from '../../../src/rollout/decision.ts';

const GROUP = { buckets: 100, requests: 2000, failed: 2 };
const USERS: Comparison = {
  candidate: GROUP,
  production: GROUP,
  failsMore: -1,
  failsNoMore: 5,
  proof: { times: 1, of: 'requests' },
  slower: -1,
  tail: -1,
  ratio: -1,
};
const PASS = { verdict: 'pass', reasons: ['orders: 5,000 exchanges'], compared: true } as const;
const GOOD: StepEvidence = {
  earlier: 0,
  elapsed: 900_000,
  hold: 900_000,
  users: USERS,
  pairs: PASS,
  margin: 0.01,
  alpha: 0.001,
};
const answer = (change: Partial<StepEvidence>) => decide({ ...GOOD, ...change });

it('a step is promoted where the copies pass and the users show no harm', () => {
  expect(answer({})).toMatchObject({ answer: 'promote' });
  expect(answer({ users: undefined })).toMatchObject({ answer: 'promote' });
});

describe('a step holds', () => {
  it('until it has lasted long enough, and says how long that is', () => {
    expect(answer({ elapsed: 600_000 })).toMatchObject({ answer: 'hold', remaining: 300_000 });
  });

  it('where there is little traffic, and says how many more requests it takes, and how long', () => {
    const proof = { times: 3, of: 'requests' } as const;
    const users = { ...USERS, failsNoMore: 1, proof, candidate: { ...GROUP, requests: 200 } };
    const { remaining, reasons, ...held } = answer({ users });
    expect(held).toEqual({ answer: 'hold' });
    expect(remaining).toBeCloseTo(900_000 * 2, -6);
    expect(reasons).toEqual([expect.stringMatching(/fails in at most 1% more .* about 400 more requests/)]);
  });

  it('where a few users fail far more often than others, and says how many users it takes', () => {
    const proof = { times: 2.5, of: 'users' } as const;
    const { remaining, reasons } = answer({ users: { ...USERS, failsNoMore: 1, proof } });
    expect(remaining).toBeUndefined();
    expect(reasons).toEqual([expect.stringContaining('it takes about 250 users, and 100 came')]);
  });

  it('where more of the same proves nothing, and says so', () => {
    const proof = { times: Number.POSITIVE_INFINITY, of: 'requests' } as const;
    expect(answer({ users: { ...USERS, failsNoMore: -3, proof } }).reasons).toEqual([
      expect.stringContaining('after 2,000 requests, and more of the same would not prove it'),
    ]);
  });

  it('where no user came, and where nothing was compared: what was not measured is no success', () => {
    const nobody = { ...USERS, failsNoMore: 0, candidate: { ...GROUP, requests: 0 } };
    expect(answer({ users: nobody })).toMatchObject({
      answer: 'hold',
      reasons: [expect.stringContaining('no request')],
    });
    const nothing = { verdict: 'invalid', reasons: ['nothing was compared'], compared: false } as const;
    expect(answer({ pairs: nothing })).toMatchObject({
      answer: 'hold',
      reasons: ['no copies of this step were compared yet'],
    });
    expect(answer({ pairs: undefined })).toMatchObject({ answer: 'hold' });
  });

  it('while harm is likely but not proven', () => {
    for (const harm of [{ failsMore: 5 }, { slower: 5 }, { tail: 5 }])
      expect(answer({ users: { ...USERS, ...harm } })).toMatchObject({ answer: 'hold' });
  });

  it('while the verdict on the copies is open', () => {
    const open = { verdict: 'inconclusive', reasons: ['a: 500 more'], compared: true } as const;
    expect(answer({ pairs: open })).toMatchObject({ answer: 'hold', reasons: ['of the copies: a: 500 more'] });
  });
});

describe('a step is rolled back', () => {
  it('where its users get more errors, or wait longer, than chance explains', () => {
    for (const harm of [{ failsMore: 9 }, { slower: 9 }, { tail: 9 }])
      expect(answer({ users: { ...USERS, ...harm } })).toMatchObject({ answer: 'roll_back' });
  });

  it('where the copies show a regression, whatever the users show', () => {
    const pairs = { verdict: 'regression', reasons: ['orders: $.total differs'], compared: true } as const;
    expect(answer({ pairs, elapsed: 0 })).toEqual({ answer: 'roll_back', reasons: pairs.reasons });
  });

  it('by stronger evidence on a later step, so that all steps together keep to α', () => {
    const users = { ...USERS, failsMore: 9 };
    expect(answer({ users, earlier: 4 })).toMatchObject({ answer: 'hold' });
    expect(answer({ users: { ...USERS, failsMore: 12 }, earlier: 4 })).toMatchObject({ answer: 'roll_back' });
  });
});

describe('a step is invalid', () => {
  it('where the two versions do not get the requests that they should', () => {
    expect(answer({ users: { ...USERS, ratio: 7 } })).toMatchObject({ answer: 'invalid' });
  });

  it('where every measurement failed', () => {
    const failed = { verdict: 'invalid', reasons: ['40% of the copies were lost'], compared: true } as const;
    expect(answer({ pairs: failed })).toEqual({ answer: 'invalid', reasons: failed.reasons });
  });

  it('but harm that is proven comes first', () => {
    expect(answer({ users: { ...USERS, ratio: 7, failsMore: 9 } })).toMatchObject({ answer: 'roll_back' });
  });
});

it('the verdicts on the copies of all steps together keep to α', () => {
  const parts = Array.from({ length: 50 }, (_, step) => alphaOfPairs(0.001, step));
  expect(parts.reduce((sum, part) => sum + part)).toBeLessThanOrEqual(0.001);
  expect(parts[0]).toBe(0.0005);
});
