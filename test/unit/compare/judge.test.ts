import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/compare/comparison.ts';
import { judge } from '../../../src/compare/judge.ts';
import { NoiseProfile } from '../../../src/compare/noise.ts';

const differing = (...paths: string[]): Comparison => ({
  differences: paths.map((path) => ({ path, kind: 'value' })),
  accepted: [],
  omitted: 0,
  applied: [],
});

describe('the ending of a compared exchange', () => {
  test('without a control every difference is a mismatch', () => {
    expect(judge(differing('$.at'), undefined, new NoiseProfile())).toBe('mismatch');
    expect(judge(differing(), undefined, new NoiseProfile())).toBe('match');
  });

  test('what the control shows too is noise, and one place more is a mismatch', () => {
    expect(judge(differing('$.at'), differing('$.at', '$.id'), new NoiseProfile())).toBe('noise');
    expect(judge(differing('$.at', '$.name'), differing('$.at'), new NoiseProfile())).toBe('mismatch');
  });

  test('a place where the control usually differs is noise even when it agrees by chance', () => {
    const profile = new NoiseProfile();
    for (let count = 0; count < 4; count++) judge(differing('$.at'), differing('$.at'), profile);
    expect(judge(differing('$.at'), differing(), profile)).toBe('noise');
  });

  test('a place where the shadow differs far more often than the control stays a mismatch', () => {
    const profile = new NoiseProfile();
    for (let count = 0; count < 100; count++) {
      const ending = judge(differing('$.total'), count % 10 === 0 ? differing('$.total') : differing(), profile);
      expect(ending).toBe(count % 10 === 0 ? 'noise' : 'mismatch');
    }
  });

  test('what only rules accept is accepted', () => {
    const comparison = {
      ...differing(),
      accepted: [{ path: '$.a', kind: 'value' as const, rule: 'ignore', index: 0 }],
    };
    expect(judge(comparison, undefined, new NoiseProfile())).toBe('accepted');
  });
});
