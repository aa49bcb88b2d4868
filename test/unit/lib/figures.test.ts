import { describe, expect, test } from 'vitest';
import { count, duration, plural, share, signed, signedDuration, size } from '../../../src/lib/figures.ts';

describe('figures', () => {
  test('a share never rounds to nothing or to all', () => {
    expect([share(0, 9), share(1, 1e6), share(1, 3), share(999_999, 1e6), share(9, 9), share(0, 0)]).toEqual([
      '0%',
      '<0.1%',
      '33.3%',
      '>99.9%',
      '100%',
      '0%',
    ]);
  });

  test('durations have three significant digits and a unit', () => {
    expect([0.034, 9.994, 9.996, 99.96, 1234, 12_345].map(duration)).toEqual([
      '0.03 ms',
      '9.99 ms',
      '10.0 ms',
      '100 ms',
      '1234 ms',
      '12.3 s',
    ]);
    expect([1.5, -1.5, 0, -0.004, 0.0049].map(signedDuration)).toEqual([
      ...['+1.50 ms', '-1.50 ms'],
      ...['0.00 ms', '0.00 ms', '0.00 ms'],
    ]);
  });

  test('a change has the sign of ASCII, and none where it is rounded to nothing', () => {
    const points = (value: number) => `${value.toFixed(2)} points`;
    expect([1.5, -1.5, 0, -0.004, 0.004].map((value) => signed(value, points))).toEqual([
      ...['+1.50 points', '-1.50 points'],
      ...['0.00 points', '0.00 points', '0.00 points'],
    ]);
  });

  test('one thing is not plural', () => {
    expect([plural(0, 'route'), plural(1, 'route'), plural(1_000, 'mismatch', 'mismatches')]).toEqual([
      '0 routes',
      '1 route',
      '1,000 mismatches',
    ]);
  });

  test('a count has its thousands separated, and not its decimals', () => {
    expect([0, 999, 1_000, 100_000, 1_234_567, -1_234, 1_234.5678].map(count)).toEqual([
      ...['0', '999', '1,000', '100,000', '1,234,567'],
      ...['-1,234', '1,234.5678'],
    ]);
  });

  test('a size has three significant digits and the unit in which it is short', () => {
    expect([0, 1023, 1024, 1536, 10.2 * 2 ** 20, 999 * 2 ** 20, 2 ** 31].map(size)).toEqual([
      '0 B',
      '1023 B',
      '1.00 KiB',
      '1.50 KiB',
      '10.2 MiB',
      '999 MiB',
      '2.00 GiB',
    ]);
  });
});
