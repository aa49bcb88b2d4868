import { describe, expect, test } from 'vitest';
import { cell } from '../../../src/metrics/layout.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { Tally } from '../../../src/metrics/tally.ts';
import { rowAt } from '../../support/rows.ts';

function tallied(count = 1) {
  const ledgers = Array.from({ length: count }, () => new Ledger(Ledger.allocate()));
  return { ledgers, tally: new Tally(ledgers) };
}

describe('tally', () => {
  test('a route that has counted nothing has no increment and has a total of nothing', () => {
    const { tally } = tallied();
    expect(tally.collect([rowAt(0), rowAt(1)]).size).toBe(0);
    expect(tally.total(rowAt(0)).requestTotal).toBe(0);
  });

  test('sums the ledgers of all threads', () => {
    const { ledgers, tally } = tallied(3);
    for (const ledger of ledgers) ledger.end(rowAt(0), 'match', 2);
    expect(tally.total(rowAt(0)).endingTotal).toBe(6);
    expect(tally.collect([rowAt(0)]).get(rowAt(0))?.endingTotal).toBe(6);
  });

  test('collect gives each increment once, and only of the routes it is asked for', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.end(rowAt(0), 'match', 2);
    ledgers[0]!.end(rowAt(1), 'match', 5);
    expect([...tally.collect([rowAt(0)]).keys()]).toEqual([0]);
    expect(tally.collect([rowAt(0)]).size).toBe(0);
    ledgers[0]!.end(rowAt(0), 'match');
    expect(tally.collect([rowAt(0), rowAt(1)]).get(rowAt(0))?.endingTotal).toBe(1);
    expect(tally.total(rowAt(0)).endingTotal).toBe(3);
  });

  test('counts that a look at the totals has met first still reach collect', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.end(rowAt(0), 'match');
    expect(tally.total(rowAt(0)).endingTotal).toBe(1);
    ledgers[0]!.end(rowAt(0), 'match');
    expect(tally.total(rowAt(0)).endingTotal).toBe(2);
    expect(tally.collect([rowAt(0)]).get(rowAt(0))?.endingTotal).toBe(2);
  });

  test('what collect has given away is not changed by later counts', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.end(rowAt(0), 'match');
    const counts = tally.collect([rowAt(0)]).get(rowAt(0))!;
    ledgers[0]!.end(rowAt(0), 'match');
    tally.collect([rowAt(0)]);
    expect(counts.endingTotal).toBe(1);
  });

  test('a counter that wraps at 2^32 goes on from there', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.route(rowAt(0))[cell.ending('match')] = 2 ** 32 - 1;
    expect(tally.total(rowAt(0)).endingTotal).toBe(2 ** 32 - 1);
    ledgers[0]!.route(rowAt(0))[cell.ending('match')]! += 3;
    expect(tally.total(rowAt(0)).endingTotal).toBe(2 ** 32 + 2);
    expect(tally.collect([rowAt(0)]).get(rowAt(0))?.endingTotal).toBe(2 ** 32 + 2);
  });
});
