import { expect, it } from 'vitest';
import { RouteLog } from '../../../src/grouping/route-log.ts';
import { RouteNames } from '../../../src/grouping/route-names.ts';
import { RouteCounts } from '../../../src/metrics/layout.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { Ledgers } from '../../../src/metrics/ledgers.ts';
import type { LegResult } from '../../../src/mirror/leg-result.ts';
import { PairSigns } from '../../../src/mirror/pair-signs.ts';
import { PAIR_CHECKS } from '../../../src/model/pair-signs.ts';
import { config } from '../config/support.ts';

const timing = (lastByte: number) => ({ connect: 0, firstByte: 1, lastByte });
const answered = (lastByte: number): LegResult => ({
  response: { status: 200, reason: 'OK', fields: [], body: [], trailers: [] },
  timing: timing(lastByte),
});
const reset: LegResult = { failure: 'reset', detail: 'ECONNRESET' };
const timedOut: LegResult = { failure: 'timeout', detail: 'no response', took: 5_000 };

interface Pair {
  readonly shadow: LegResult;
  readonly control?: LegResult;
  readonly primary?: number;
  readonly paced?: boolean;
  readonly strained?: boolean;
  readonly crowded?: boolean;
}

/** The signs of these pairs, behind a warm-up. */
function signsOf(pairs: readonly Pair[], text = '') {
  const memory = Ledger.allocate();
  const ledger = new Ledger(memory);
  const names = new RouteNames(new RouteLog(RouteLog.allocate()));
  const row = names.configured(['orders'])![0]!;
  const signs = new PairSigns(new Ledgers([memory]), names, config(text).verdict);
  const warm = Array.from({ length: 100 }, (): Pair => ({ shadow: answered(20), control: answered(20) }));
  for (const { shadow, control = 'none', primary = 20, paced = false, strained = false, crowded } of [
    ...warm,
    ...pairs,
  ]) {
    signs.add({
      rehearsal: 0,
      row,
      servedBy: 'primary',
      primary: answered(primary),
      shadow,
      control,
      paced: paced && control === 'none',
      end: { row, timing: timing(primary), paced, strained },
      crowding: crowded ? { reason: 'queueing', inFlight: 9 } : undefined,
    });
  }
  const counts = new RouteCounts(ledger.route(row));
  return Object.fromEntries(PAIR_CHECKS.map((check) => [check, Object.values(counts.signs(check))]));
}

it('a shadow that fails where the control does not is worse, and the other way round', () => {
  const pairs: Pair[] = [
    { shadow: reset, control: answered(20) },
    { shadow: timedOut, control: answered(20) },
    { shadow: answered(20), control: reset },
    { shadow: reset, control: timedOut },
  ];
  expect(signsOf(pairs)['failure']).toEqual([2, 1]);
});

it('without a control a shadow that fails is worse than the primary, which did not', () => {
  expect(signsOf([{ shadow: reset }, { shadow: answered(20) }])['failure']).toEqual([1, 0]);
});

it('the times of both are held against each other, with the margin of the route', () => {
  const pairs: Pair[] = [
    { shadow: answered(24), control: answered(20) },
    { shadow: answered(20), control: answered(20) },
    { shadow: answered(90), control: answered(20) },
  ];
  expect(signsOf(pairs)).toMatchObject({ slower: [2, 1], tail: [1, 0] });
  expect(signsOf(pairs, 'verdict: {routes: {orders: {margin: 30%}}}')).toMatchObject({ slower: [1, 2] });
});

it('a shadow that timed out is slower, a control that did is; where both did nobody knows', () => {
  const [shadow, control, both]: [Pair, Pair, Pair] = [
    { shadow: timedOut, control: answered(20) },
    { shadow: answered(20), control: timedOut },
    { shadow: timedOut, control: timedOut },
  ];
  expect(signsOf([shadow])).toMatchObject({ slower: [1, 0], tail: [1, 0] });
  expect(signsOf([control])).toMatchObject({ slower: [0, 1], tail: [0, 1] });
  expect(signsOf([both])).toMatchObject({ slower: [0, 0], tail: [0, 0], failure: [0, 0] });
});

it.each<[string, Pair]>([
  ['copies that were in the way of each other', { shadow: answered(90), control: answered(20), crowded: true }],
  ['a client that dictated the pace of the primary', { shadow: answered(90), primary: 20, paced: true }],
  ['an edge that lags', { shadow: answered(90), control: answered(20), strained: true }],
  ['a shadow that was reset', { shadow: reset, control: answered(20) }],
])('%s tell nothing of the times', (_, pair) => {
  expect(signsOf([pair])).toMatchObject({ slower: [0, 0], tail: [0, 0] });
});
