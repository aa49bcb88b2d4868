import { describe, expect, test } from 'vitest';
import { cell } from '../../../src/metrics/layout.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { Tally } from '../../../src/metrics/tally.ts';

function tallied(count = 1) {
  const ledgers = Array.from({ length: count }, () => new Ledger(Ledger.allocate()));
  return { ledgers, tally: new Tally(ledgers) };
}

describe('tally', () => {
  test('a route that has counted nothing gains nothing and has a total of nothing', () => {
    const { tally } = tallied();
    expect(tally.collect([0, 1]).size).toBe(0);
    expect(tally.total(0).requestTotal).toBe(0);
  });

  test('sums the ledgers of all threads', () => {
    const { ledgers, tally } = tallied(3);
    for (const ledger of ledgers) ledger.end(0, 'match', 2);
    expect(tally.total(0).endingTotal).toBe(6);
    expect(tally.collect([0]).get(0)?.endingTotal).toBe(6);
  });

  test('collect gives each gain once, and only of the routes it is asked for', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.end(0, 'match', 2);
    ledgers[0]!.end(1, 'match', 5);
    expect([...tally.collect([0]).keys()]).toEqual([0]);
    expect(tally.collect([0]).size).toBe(0);
    ledgers[0]!.end(0, 'match');
    expect(tally.collect([0, 1]).get(0)?.endingTotal).toBe(1);
    expect(tally.total(0).endingTotal).toBe(3);
  });

  test('gains that a look at the totals has met first still reach collect', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.end(0, 'match');
    expect(tally.total(0).endingTotal).toBe(1);
    ledgers[0]!.end(0, 'match');
    expect(tally.total(0).endingTotal).toBe(2);
    expect(tally.collect([0]).get(0)?.endingTotal).toBe(2);
  });

  test('what collect has given away is not changed by later counts', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.end(0, 'match');
    const gains = tally.collect([0]).get(0)!;
    ledgers[0]!.end(0, 'match');
    tally.collect([0]);
    expect(gains.endingTotal).toBe(1);
  });

  test('a counter that wraps at 2^32 goes on from there', () => {
    const { ledgers, tally } = tallied();
    ledgers[0]!.route(0)[cell.ending('match')] = 2 ** 32 - 1;
    expect(tally.total(0).endingTotal).toBe(2 ** 32 - 1);
    ledgers[0]!.route(0)[cell.ending('match')]! += 3;
    expect(tally.total(0).endingTotal).toBe(2 ** 32 + 2);
    expect(tally.collect([0]).get(0)?.endingTotal).toBe(2 ** 32 + 2);
  });
});
