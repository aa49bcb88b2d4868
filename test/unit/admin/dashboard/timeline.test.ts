import { describe, expect, test } from 'vitest';
import { bothSplits, fromZero, logSplits, spread } from '../../../../src/admin/dashboard/components/scales.ts';
import { legLines, outcomeLines, spokenLines } from '../../../../src/admin/dashboard/components/timeline-series.ts';
import type { TimelineAnswer } from '../../../../src/admin/dashboard/data/answers.ts';
import { skipLines } from '../../../../src/admin/dashboard/pages/health/skip-lines.ts';
import type { Ending } from '../../../../src/model/outcome.ts';

const MINUTE = 60_000;

function timeline(...steps: readonly Partial<Record<Ending, number>>[]): TimelineAnswer {
  return {
    step: MINUTE,
    gaps: [],
    steps: steps.map((outcomes, index) => ({
      at: index * MINUTE,
      requests: 1,
      outcomes: Object.entries(outcomes).map(([ending, count]) => ({ ending: ending as Ending, count })),
      legs: [],
    })),
  };
}

describe('outcomes over time', () => {
  test('are requests a second, with mismatches at the bottom of the stack', () => {
    const lines = outcomeLines(timeline({ match: 600, mismatch: 60 }, { match: 60, shadow_reset: 6 }), 10 * MINUTE);
    expect(lines.map(({ name, points }) => [name, points])).toEqual([
      ['match', [10, 1]],
      ['failed', [0, 0.1]],
      ['mismatch', [1, 0]],
    ]);
  });

  test('of the minute that is not over are a rate of the part that is, once there is enough of it', () => {
    const recorded = timeline({ match: 600 }, { match: 100 });
    expect(outcomeLines(recorded, MINUTE + 10_000)[0]!.points).toEqual([10, 10]);
    expect(outcomeLines(recorded, MINUTE + 1_000)[0]!.points).toEqual([10, null]);
    const begunJustNow = { ...recorded, begunAt: 2 * MINUTE - 3_000 };
    expect(outcomeLines(begunJustNow, 2 * MINUTE - 1)[0]!.points[1]).toBeNull();
    expect(outcomeLines(begunJustNow, 2 * MINUTE)[0]!.points[1]).toBe(20);
  });

  test('of the minute in which the rehearsal began are a rate of the part after that', () => {
    const recorded = timeline({ match: 200 }, { match: 600 });
    const since = (begunAt: number) => outcomeLines({ ...recorded, begunAt }, 10 * MINUTE)[0]!.points;
    expect(since(40_000)).toEqual([10, 10]);
    expect(since(58_000), 'at most one of five seconds').toEqual([40, 10]);
    expect(since(MINUTE), 'recorded as the next began').toEqual([40, 10]);
    expect(since(-MINUTE)).toEqual([200 / 60, 10]);
  });
});

test('a leg that never answered in a step has a gap there, and one without any answer has no line', () => {
  const { steps, ...rest } = timeline({ match: 1 }, { match: 1 });
  const legs = [{ leg: 'primary', count: 3, p50: 2, p99: 9 }] as const;
  const lines = legLines({ ...rest, steps: [{ ...steps[0]!, legs }, steps[1]!] });
  expect(lines.map(({ name, points }) => [name, points])).toEqual([
    ['primary p50', [2, null]],
    ['primary p99', [9, null]],
  ]);
  expect(spokenLines(lines, (value) => `${value} ms`)).toBe('primary p50 2 ms, primary p99 9 ms');
});

test('the most frequent reasons of skips have lines of their own, the others one together', () => {
  const lines = skipLines(
    timeline({
      match: 9,
      'skipped:method': 50,
      'skipped:tape_full': 40,
      'skipped:unsampled': 30,
      'skipped:disabled': 20,
      'skipped:loop': 2,
      'skipped:upgrade': 1,
    }),
  );
  expect(lines.map(({ name, points }) => [name, points[0]])).toEqual([
    ['method', 50],
    ['tape_full', 40],
    ['unsampled', 30],
    ['disabled', 20],
    ['others', 3],
  ]);
  expect(skipLines(timeline({ match: 1 }))).toEqual([]);
});

describe('scales', () => {
  test('a linear one contains zero and all values', () => {
    expect(fromZero(2, 10)).toEqual([0, 10.8]);
    expect(fromZero(-10, 5)).toEqual([-10.8, 5.4]);
    expect(fromZero(null, null)).toEqual([0, 1]);
  });

  test('a logarithmic one contains all values, and spans a decade at least', () => {
    for (const [low, high] of [
      [3, 3],
      [1, 900],
      [0, 50],
    ] as const) {
      const [from, to] = spread(low, high);
      expect(from).toBeGreaterThan(0);
      expect(from).toBeLessThanOrEqual(Math.max(low, 1));
      expect(to).toBeGreaterThan(high);
      expect(to / from).toBeGreaterThanOrEqual(10 - 1e-9);
    }
  });

  test('marks are round, and inside of the range', () => {
    expect(logSplits(0.9, 12)).toEqual([1, 2, 5, 10]);
    expect(logSplits(0.5, 5_000)).toEqual([1, 10, 100, 1000]);
    expect(bothSplits(-15, 250)).toEqual([-10, -1, 0, 1, 10, 100]);
    expect(bothSplits(-0.5, 0.5)).toEqual([0]);
  });
});
