import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangesOf, type SpanRange } from '../../../src/record/sqlite/spans.ts';

const MINUTE = 60_000;
const DAY = 1440;

/** How often a minute is counted, by its own row, its hour's or its day's. */
function timesCounted(minute: number, ranges: readonly SpanRange[]): number {
  return ranges.filter(({ span, from, to }) => {
    const start = Math.floor(minute / span) * span;
    return start >= from && start < to;
  }).length;
}

describe('the ranges of a window', () => {
  it('hold each minute that the window touches once, and no other', () => {
    const time = fc.integer({ min: 0, max: 4 * DAY * MINUTE });
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        const ranges = rangesOf({ from, to });
        for (let minute = 0; minute < 5 * DAY; minute += 7) {
          const touched = (minute + 1) * MINUTE > from && minute * MINUTE <= to;
          if (timesCounted(minute, ranges) !== (touched ? 1 : 0)) expect.unreachable(`minute ${minute}`);
        }
      }),
    );
  });

  it('take a long window by day, and only its ends by hour and minute', () => {
    const at = (day: number, minute: number) => (day * DAY + minute) * MINUTE;
    expect(rangesOf({ from: at(1, 90), to: at(8, 61) })).toEqual([
      { span: 1, from: DAY + 90, to: DAY + 120 },
      { span: 60, from: DAY + 120, to: 2 * DAY },
      { span: 1440, from: 2 * DAY, to: 8 * DAY },
      { span: 60, from: 8 * DAY, to: 8 * DAY + 60 },
      { span: 1, from: 8 * DAY + 60, to: 8 * DAY + 62 },
    ]);
  });

  it('of a window without ends are days alone', () => {
    expect(rangesOf()).toEqual([{ span: 1440, from: 0, to: expect.any(Number) }]);
    expect(rangesOf()[0]!.to).toBeGreaterThan(Date.UTC(9999, 0) / MINUTE);
  });

  it('of a window that ends before it begins are none', () => {
    expect(rangesOf({ from: 100 * MINUTE, to: 50 * MINUTE })).toEqual([]);
  });
});
