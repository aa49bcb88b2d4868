import { expect, it } from 'vitest';
import { Links } from '../../../src/app/links.ts';
import { InFlightAccount } from '../../../src/metrics/in-flight-account.ts';
import { rowAt } from '../../support/rows.ts';

const ROW = rowAt(0);

function links() {
  const lost: number[] = [];
  return {
    lost,
    links: new Links(
      () => 64 * 1024,
      (_row, count) => lost.push(count),
    ),
  };
}

it('what was handed over on a tape that is no longer used is lost, apart from what was finished', () => {
  const { lost, links: passages } = links();
  const account = new InFlightAccount(passages.copies.account);
  for (let copies = 0; copies < 3; copies++) account.give(ROW);
  account.done[ROW] = 1;
  passages.replace('copies');
  expect(lost).toEqual([]);
  passages.writeOff('copies', passages.copies.number);
  expect(lost).toEqual([2]);
  passages.writeOff('copies');
  expect(lost).toEqual([2]);
});

it.each(['copies', 'pairs'] as const)(
  'of %s, a tape that its writer uses until it hears of the next one is not written off by a late answer about the one before',
  (passage) => {
    const { lost, links: passages } = links();
    passages.replace(passage);
    const second = passages[passage];
    passages.replace(passage);
    passages.writeOff(passage, second.number);
    new InFlightAccount(second.account).give(ROW);
    passages.writeOff(passage, passages[passage].number);
    expect(lost).toEqual([1]);
  },
);
