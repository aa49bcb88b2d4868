import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sketchCount, sketchQuantile } from '../../../src/lib/sketch.ts';
import { cell, METHODS, ROUTE_CELLS, RouteCounts } from '../../../src/metrics/layout.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { Tally } from '../../../src/metrics/tally.ts';
import { DIFFERENCE_KINDS } from '../../../src/model/difference.ts';
import { LEGS } from '../../../src/model/exchange.ts';
import { ENDINGS } from '../../../src/model/outcome.ts';
import { MAX_ROUTES } from '../../../src/model/route.ts';
import { rowAt } from '../../support/rows.ts';

const countsOf = (ledger: Ledger, route = 0) => new RouteCounts(ledger.route(rowAt(route)));

describe('a ledger', () => {
  it('reads back by name what was counted by name, and nothing else', () => {
    const ledger = new Ledger(Ledger.allocate());
    ledger.request(rowAt(0), 'GET', 200);
    ledger.request(rowAt(0), 'GET', 200);
    ledger.request(rowAt(0), 'POST', 599);
    ledger.end(rowAt(0), 'match');
    ledger.end(rowAt(0), 'skipped:thread_restart', 4);
    ledger.difference(rowAt(0), 'budget');
    const counts = countsOf(ledger);
    expect([...counts.requests()]).toEqual([
      { method: 'GET', code: '200', count: 2 },
      { method: 'POST', code: '599', count: 1 },
    ]);
    expect([...counts.endings()]).toEqual([
      { ending: 'match', count: 1 },
      { ending: 'skipped:thread_restart', count: 4 },
    ]);
    expect([...counts.kinds()]).toEqual([{ kind: 'budget', count: 1 }]);
    expect(counts.requestTotal).toBe(3);
    expect(counts.endingTotal).toBe(5);
  });

  it.each([
    ['an unknown method', 'BREW', 200, { method: 'other', code: '200' }],
    ['a method in lower case, which is another method', 'get', 200, { method: 'other', code: '200' }],
    ['the least code', 'GET', 100, { method: 'GET', code: '100' }],
    ['a code below', 'GET', 99, { method: 'GET', code: 'none' }],
    ['a code above', 'GET', 600, { method: 'GET', code: 'none' }],
    ['no answer', 'GET', 0, { method: 'GET', code: 'none' }],
  ])('has a bounded set of names: %s', (_, method, code, expected) => {
    const ledger = new Ledger(Ledger.allocate());
    ledger.request(rowAt(0), method, code);
    expect([...countsOf(ledger).requests()]).toEqual([{ ...expected, count: 1 }]);
  });

  it('keeps durations of each leg and deltas of each sign apart', () => {
    const ledger = new Ledger(Ledger.allocate());
    ledger.leg(rowAt(0), 'shadow', { connect: 0, firstByte: 5, lastByte: 50 });
    ledger.delta(rowAt(0), -3);
    ledger.delta(rowAt(0), 0);
    ledger.delta(rowAt(0), 7);
    const counts = countsOf(ledger);
    expect(LEGS.map((leg) => sketchCount(counts.lastByte(leg)))).toEqual([0, 1, 0]);
    expect(sketchQuantile(counts.firstByte('shadow'), 1)).toBeCloseTo(5, 0);
    expect(sketchQuantile(counts.lastByte('shadow'), 1)).toBeCloseTo(50, 0);
    expect(sketchCount(counts.deltaBelow)).toBe(1);
    expect(sketchQuantile(counts.deltaBelow, 1)).toBeCloseTo(3, 0);
    expect(sketchCount(counts.deltaAbove)).toBe(2);
  });

  it('gives every name a cell of its own inside its route', () => {
    const cells = [
      ...METHODS.flatMap((method) => [100, 200, 599, 0].map((code) => cell.request(method, code))),
      ...ENDINGS.map(cell.ending),
      ...DIFFERENCE_KINDS.map(cell.kind),
      ...LEGS.flatMap((leg) => [cell.firstByte(leg), cell.lastByte(leg)]),
      cell.deltaBelow,
      cell.deltaAbove,
    ];
    expect(new Set(cells).size).toBe(cells.length);
    for (const at of cells) expect(at).toBeGreaterThanOrEqual(0);
    for (const at of cells) expect(at).toBeLessThan(ROUTE_CELLS);
  });

  it('keeps routes apart, the first from the last', () => {
    const ledger = new Ledger(Ledger.allocate());
    ledger.delta(rowAt(0), 1e9);
    ledger.request(rowAt(MAX_ROUTES - 1), 'GET', 100);
    ledger.end(rowAt(1), 'match');
    expect(countsOf(ledger, 1).requestTotal).toBe(0);
    expect(countsOf(ledger, 0).endingTotal).toBe(0);
    expect(countsOf(ledger, MAX_ROUTES - 1).requestTotal).toBe(1);
  });

  it('goes on where a dead thread has left it', () => {
    const memory = Ledger.allocate();
    new Ledger(memory).end(rowAt(0), 'match');
    const successor = new Ledger(memory);
    successor.end(rowAt(0), 'match');
    expect(countsOf(successor).endingTotal).toBe(2);
  });
});

describe('a tally over ledgers', () => {
  it('loses and invents no count, however threads count, looks fall, and cells wrap', () => {
    const count = fc.record({
      ledger: fc.nat(1),
      route: fc.nat(2),
      amount: fc.oneof(fc.nat(10), fc.integer({ min: 2 ** 31, max: 2 ** 32 - 1 })),
    });
    const step = fc.oneof(count, fc.constantFrom('collect' as const, 'total' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ledgers = [new Ledger(Ledger.allocate()), new Ledger(Ledger.allocate())];
        const tally = new Tally(ledgers);
        const counted = [0, 0, 0];
        const collected = [0, 0, 0];
        const collect = () => {
          for (const [route, increment] of tally.collect([rowAt(0), rowAt(1), rowAt(2)]))
            collected[route]! += increment.endingTotal;
        };
        for (const each of steps) {
          if (each === 'collect') collect();
          else if (each === 'total')
            counted.forEach((sum, route) => void expect(tally.total(rowAt(route)).endingTotal).toBe(sum));
          else {
            ledgers[each.ledger]!.end(rowAt(each.route), 'match', each.amount);
            counted[each.route]! += each.amount;
            // A cell may rise by at most 2^32 between two looks.
            tally.total(rowAt(each.route));
          }
        }
        collect();
        expect(collected).toEqual(counted);
      }),
      { numRuns: 50 },
    );
  });
});
