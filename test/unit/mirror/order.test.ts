import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyOrder, type OrderLimits, type Turn, UNORDERED } from '../../../src/mirror/order.ts';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const ENDLESS: OrderLimits = { wait: 1e9, copies: 1e9, bytes: 1e9 };

function orderOf(limits: Partial<OrderLimits> = {}) {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const order = new CopyOrder({ ...ENDLESS, ...limits }, clock, deadlines);
  const sent: string[] = [];
  const begin = (key = 1): Turn => order.begin(key);
  const ready = (name: string, turn: Turn, bytes = 1): void => order.ready(turn, bytes, () => sent.push(name));
  /** One request after another, each over before the next begins; none is answered by the target. */
  const sequence = (names: string, key = 1, bytes = 1): Turn[] =>
    [...names].map((name) => {
      const turn = begin(key);
      ready(name, turn, bytes);
      order.over(turn);
      return turn;
    });
  const pass = (milliseconds: number): void => {
    clock.advance(milliseconds);
    deadlines.sweep();
  };
  return { order, sent, begin, ready, sequence, pass };
}

test('what was done one after another is sent one after another, each when the one before it is finished', () => {
  const { order, sent, sequence } = orderOf();
  const [a, b] = sequence('abc');
  expect(sent).toEqual(['a']);
  order.finish(a!);
  expect(sent).toEqual(['a', 'b']);
  order.finish(b!);
  expect(sent).toEqual(['a', 'b', 'c']);
  expect(order.takeOutOfTurn()).toBe(0);
});

test('what overlapped is not held up, and what follows waits for all of it', () => {
  const { order, sent, begin, ready } = orderOf();
  const [a, b] = [begin(), begin()];
  ready('a', a);
  order.over(a);
  ready('b', b);
  expect(sent).toEqual(['a', 'b']);
  const c = begin();
  ready('c', c);
  order.over(b);
  const d = begin();
  ready('d', d);
  order.finish(a);
  expect(sent).toEqual(['a', 'b', 'c']);
  order.finish(b);
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
});

test('keys are independent, and without one nothing waits', () => {
  const { sent, sequence } = orderOf();
  sequence('ab', 1);
  sequence('xy', 2);
  sequence('123', UNORDERED);
  expect(sent).toEqual(['a', 'x', '1', '2', '3']);
});

test('one that was never sent keeps nobody waiting', () => {
  const { order, sent, begin, sequence } = orderOf();
  const gone = begin();
  order.finish(gone);
  order.over(gone);
  const [a, b] = sequence('ab');
  order.finish(b!);
  sequence('c');
  order.finish(a!);
  expect(sent).toEqual(['a', 'c']);
});

test('nobody waits longer than the limit: then it goes, in order, and is counted', () => {
  const { order, sent, sequence, pass } = orderOf({ wait: 100 });
  sequence('ab');
  pass(50);
  sequence('c');
  pass(49);
  expect(sent).toEqual(['a']);
  pass(1);
  expect(sent).toEqual(['a', 'b']);
  pass(50);
  expect(sent).toEqual(['a', 'b', 'c']);
  expect(order.takeOutOfTurn()).toBe(2);
  expect(order.takeOutOfTurn()).toBe(0);
});

test.each([
  ['copies', { copies: 2 }, 1],
  ['bytes', { bytes: 29 }, 10],
])('beyond the limit of %s those that have waited longest go, until half of it is free', (_what, limits, bytes) => {
  const { order, sent, sequence } = orderOf(limits);
  sequence('abc', 1, bytes);
  expect(sent).toEqual(['a']);
  sequence('d', 1, bytes);
  expect(sent).toEqual(['a', 'b', 'c']);
  sequence('e', 1, bytes);
  expect(sent).toEqual(['a', 'b', 'c']);
  sequence('f', 1, bytes);
  expect(sent).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(order.takeOutOfTurn()).toBe(4);
});

test('most copies still go in turn where a target is slower than the pace of a client', () => {
  const { order, begin } = orderOf({ copies: 16 });
  const [pace, work] = [2, 3];
  const atTarget: { turn: Turn; done: number }[] = [];
  let now = 0;
  for (; now < 600; now++) {
    for (const { turn } of atTarget.filter(({ done }) => done === now)) order.finish(turn);
    if (now % pace !== 0) continue;
    const turn = begin();
    order.ready(turn, 1, () => atTarget.push({ turn, done: now + work }));
    order.over(turn);
  }
  const outOfTurn = order.takeOutOfTurn();
  expect(outOfTurn).toBeGreaterThan(50);
  expect(outOfTurn).toBeLessThan(atTarget.length / 2);
});

test('a long row that is finished in the moment it is sent is no deep stack', () => {
  const { order, begin } = orderOf();
  const first = begin();
  order.ready(first, 1, () => {});
  order.over(first);
  let sent = 0;
  for (let count = 0; count < 10_000; count++) {
    const turn = begin();
    order.ready(turn, 1, () => {
      sent++;
      order.finish(turn);
    });
    order.over(turn);
  }
  order.finish(first);
  expect(sent).toBe(10_000);
});

test('for all ways in which requests begin, end and are answered: one waits exactly for those that were over before it began', () => {
  const step = fc.record({
    step: fc.constantFrom('begin', 'ready', 'over', 'finish'),
    which: fc.nat(7),
    key: fc.integer({ min: 1, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { order } = orderOf();
      const all: {
        turn: Turn;
        key: number;
        before: number[];
        state: 'begun' | 'ready' | 'sent' | 'finished';
        over: boolean;
      }[] = [];
      const check = (): void => {
        for (const [index, { key, before, state }] of all.entries()) {
          const blocked = before.some((other) => all[other]!.key === key && all[other]!.state !== 'finished');
          if (state === 'ready') expect(blocked, `${index} waits`).toBe(true);
          if (state === 'sent') expect(blocked, `${index} was sent`).toBe(false);
        }
      };
      for (const { step, which, key } of steps) {
        const item = all[which];
        if (step === 'begin') {
          const before = [...all.keys()].filter((index) => all[index]!.over);
          all.push({ turn: order.begin(key), key, before, state: 'begun', over: false });
        } else if (item === undefined) {
          continue;
        } else if (step === 'ready' && item.state === 'begun') {
          item.state = 'ready';
          order.ready(item.turn, 1, () => (item.state = 'sent'));
        } else if (step === 'over' && !item.over && item.state !== 'begun') {
          item.over = true;
          order.over(item.turn);
        } else if (step === 'finish' && item.state !== 'finished') {
          item.state = 'finished';
          order.finish(item.turn);
        }
        check();
      }
    }),
  );
});
