import { describe, expect, it } from 'vitest';
import type { RouteSummary } from '../../../src/model/store-reader.ts';
import { certaintyInWords, latencyShift, shiftInWords } from '../../../src/results/latency-shift.ts';

const all = (value: number) => ({ count: 1_000, p50: value, p90: value, p99: value });
const leg = (name: 'primary' | 'shadow' | 'control', value: number) => ({
  leg: name,
  firstByte: all(value),
  lastByte: all(value),
});

function route(from: number, delta: number, medianBetween: readonly [number, number]): RouteSummary {
  return {
    service: 'default',
    route: 'seats',
    requests: 1_000,
    outcomes: [],
    latency: [leg('primary', from), leg('shadow', from + delta)],
    delta: { ...all(delta), effectiveCount: 400, medianBetween },
  };
}

describe('a shift of latency', () => {
  it('is named where the median of the paired deltas is clearly beyond the margin', () => {
    const shift = latencyShift(route(12, 48, [40, 55]));
    const figures = { delta: 48, from: 12, to: 60, pairs: 1_000, between: [40, 55] };
    expect(shift).toEqual({ direction: 'slower', against: 'primary', ...figures });
    expect(shiftInWords(shift!)).toBe('the shadow is slower than the primary: p50 +48.0 ms (12.0 ms → 60.0 ms)');
    expect(certaintyInWords(shift!)).toBe('certain to be between +40.0 ms and +55.0 ms, in 1,000 pairs');
  });

  it('is an impression, and said to be, while only independent pairs would be certain of it', () => {
    const { delta: _, ...rest } = route(12, 48, [40, 55]);
    const first = { ...all(48), effectiveCount: 4, ifIndependent: [40, 55] as const };
    for (const delta of [first, { ...first, medianBetween: [-5, 90] as const }]) {
      const shift = latencyShift({ ...rest, delta });
      expect(shift).not.toHaveProperty('between');
      expect(shift).toMatchObject({ direction: 'slower', delta: 48 });
      expect(certaintyInWords(shift!)).toBe('a first impression, not certain yet, in 1,000 pairs');
    }
  });

  it('can be for the better', () => {
    expect(latencyShift(route(60, -48, [-55, -40]))).toMatchObject({ direction: 'faster', delta: -48 });
  });

  it('is against the control where there is one', () => {
    const { latency, ...rest } = route(12, 48, [40, 55]);
    expect(latencyShift({ ...rest, latency: [...latency, leg('control', 13)] })).toMatchObject({
      against: 'control',
      from: 13,
    });
  });

  it.each([
    ['may as well be nothing', route(12, 48, [-1, 90])],
    ['is certain but below a millisecond', route(2, 0.6, [0.5, 0.7])],
    ['is certain but below a twentieth', route(1_000, 45, [44, 46])],
    ['is below the margin as likely as above', route(1_000, 51, [49, 53])],
  ])('is not named where it %s', (_, summary) => expect(latencyShift(summary)).toBeUndefined());

  it('is not named of a few pairs, or of none', () => {
    const { delta: _, ...none } = route(12, 48, [40, 55]);
    expect(latencyShift(none)).toBeUndefined();
    expect(latencyShift({ ...none, delta: { ...all(48), effectiveCount: 4 } })).toBeUndefined();
  });
});
