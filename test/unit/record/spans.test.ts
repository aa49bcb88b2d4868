import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Spans, spansOf } from '../../../src/record/sqlite/spans.ts';

const MINUTE = 60_000;

/** How often a minute is counted, by its own row or its hour's. */
function timesCounted(minute: number, spans: Spans): number {
  const hour = Math.floor(minute / 60) * 60;
  return [
    minute >= spans.headFrom && minute < spans.headTo,
    minute >= spans.tailFrom && minute < spans.tailTo,
    hour >= spans.hoursFrom && hour < spans.hoursTo,
  ].filter(Boolean).length;
}

describe('the spans of a window', () => {
  it('hold each minute that the window touches once, and no other', () => {
    const time = fc.integer({ min: 0, max: 400 * MINUTE });
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        const spans = spansOf({ from, to });
        for (let minute = 0; minute < 500; minute++) {
          const touched = (minute + 1) * MINUTE > from && minute * MINUTE <= to;
          expect(timesCounted(minute, spans)).toBe(touched ? 1 : 0);
        }
      }),
    );
  });

  it('of a window without ends are hours alone', () => {
    const { headFrom, headTo, tailFrom, tailTo, hoursFrom, hoursTo } = spansOf();
    expect(headTo - headFrom).toBe(0);
    expect(tailTo - tailFrom).toBe(0);
    expect(hoursFrom).toBe(0);
    expect(hoursTo).toBeGreaterThan(Date.UTC(9999, 0) / MINUTE);
  });

  it('of a window that ends before it begins are empty', () => {
    const spans = spansOf({ from: 100 * MINUTE, to: 50 * MINUTE });
    for (let minute = 0; minute < 200; minute++) expect(timesCounted(minute, spans)).toBe(0);
  });
});
