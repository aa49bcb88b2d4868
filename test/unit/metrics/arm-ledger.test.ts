import { describe, expect, it } from 'vitest';
import { sketchCount, sketchQuantile } from '../../../src/lib/sketch.ts';
import { ArmLedger, since, sumOfArms, together } from '../../../src/metrics/arm-ledger.ts';
import { MAX_ROUTES } from '../../../src/model/route.ts';
import { rowAt } from '../../support/rows.ts';

describe('the ledger of arms', () => {
  it('reads back what was counted, for that arm and that row alone', () => {
    const ledger = new ArmLedger(ArmLedger.allocate());
    const last = rowAt(MAX_ROUTES - 1);
    ledger.end(last, 'candidate', 'answered');
    ledger.end(last, 'candidate', 'error');
    ledger.end(last, 'candidate', 'aborted');
    ledger.end(last, 'candidate', 'unanswered');
    ledger.fallback(last, 'candidate');
    ledger.failure(last, 'candidate');
    ledger.failure(last, 'candidate');
    ledger.latency(last, 'candidate', 20);
    ledger.end(last, 'slice', 'answered');
    const { candidate, slice, rest, chosen } = sumOfArms([ledger], [last]);
    expect(candidate).toMatchObject({ answered: 1, error: 1, aborted: 1, unanswered: 1, fallbacks: 1, failed: 2 });
    expect(sketchQuantile(candidate.latency, 0.5)).toBeCloseTo(20, 0);
    expect(slice).toMatchObject({ answered: 1, error: 0, aborted: 0, fallbacks: 0 });
    for (const arm of [rest, chosen]) expect(arm).toMatchObject({ answered: 0, error: 0, aborted: 0, fallbacks: 0 });
    expect(sumOfArms([ledger], [rowAt(0)]).candidate.answered).toBe(0);
  });

  it('adds up threads and rows', () => {
    const ledgers = [new ArmLedger(ArmLedger.allocate()), new ArmLedger(ArmLedger.allocate())];
    for (const ledger of ledgers)
      for (const row of [rowAt(1), rowAt(2)]) {
        ledger.end(row, 'slice', 'answered');
        ledger.latency(row, 'slice', 5);
      }
    const { slice } = sumOfArms(ledgers, [rowAt(1), rowAt(2)]);
    expect(slice.answered).toBe(4);
    expect(sketchCount(slice.latency)).toBe(4);
  });

  it('tells what came between two readings, and what two sets of rows came to together', () => {
    const ledger = new ArmLedger(ArmLedger.allocate());
    const count = (row: number) => {
      ledger.end(rowAt(row), 'candidate', 'error');
      ledger.failure(rowAt(row), 'candidate');
      ledger.latency(rowAt(row), 'candidate', 5);
    };
    count(1);
    const before = sumOfArms([ledger], [rowAt(1)]);
    count(1);
    count(2);
    const both = together(before, sumOfArms([ledger], [rowAt(2)]));
    expect(both.candidate).toMatchObject({ error: 2, failed: 2 });
    const grown = since(before, sumOfArms([ledger], [rowAt(1), rowAt(2)]));
    expect(grown.candidate).toMatchObject({ error: 2, failed: 2, answered: 0 });
    expect([sketchCount(both.candidate.latency), sketchCount(grown.candidate.latency)]).toEqual([2, 2]);
    expect(sketchCount(grown.slice.latency)).toBe(0);
  });

  it('goes on where a thread that died has stopped', () => {
    const memory = ArmLedger.allocate();
    new ArmLedger(memory).end(rowAt(0), 'rest', 'answered');
    const successor = new ArmLedger(memory);
    successor.end(rowAt(0), 'rest', 'answered');
    expect(sumOfArms([successor], [rowAt(0)]).rest.answered).toBe(2);
  });
});
