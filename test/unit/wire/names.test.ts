import { expect, test } from 'vitest';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { LookUpTurn, type Names } from '../../../src/wire/names.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Threads that take turns, and the look-ups that are under way: none ends before the test says so. */
function threads(count: number) {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  afterThisTest(() => deadlines.stop());
  const memory = LookUpTurn.allocate();
  const underWay = new Map<string, () => void>();
  const found: string[] = [];
  const system: Names = {
    lookUp: (host, done) => void underWay.set(host, () => done(null, [{ address: host, family: 4 }])),
    timeToLive: async () => undefined,
  };
  const names = Array.from({ length: count }, (_, index) => new LookUpTurn(memory, index + 1, deadlines).of(system));
  const lookUp = (thread: number, host: string) => names[thread - 1]!.lookUp(host, () => found.push(host));
  const end = (host: string) => {
    underWay.get(host)!();
    underWay.delete(host);
  };
  return { memory, deadlines, underWay, found, lookUp, end };
}

test('one look-up is under way at a time, whichever threads ask, and each gets its turn', () => {
  const { deadlines, underWay, found, lookUp, end } = threads(3);
  for (const thread of [1, 2, 3]) for (const which of ['a', 'b']) lookUp(thread, `${which}${thread}`);
  for (let left = 6; left > 0; left--) {
    expect(underWay.size).toBe(1);
    end([...underWay.keys()][0]!);
    deadlines.sweep();
  }
  expect(found.sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
});

test('a thread with many names lets the others go first', () => {
  const { deadlines, underWay, lookUp, end } = threads(2);
  for (let name = 0; name < 10; name++) lookUp(1, `mine-${name}`);
  lookUp(2, 'theirs');
  end('mine-0');
  expect([...underWay.keys()], 'it does not go on at once').toEqual([]);
  deadlines.sweep();
  deadlines.sweep();
  expect(underWay.size).toBe(1);
});

test('a look-up that hangs holds up only those that share its turn', () => {
  const [edge, mirror] = [threads(1), threads(1)];
  mirror.lookUp(1, 'silent');
  edge.lookUp(1, 'primary');
  edge.end('primary');
  expect(edge.found).toEqual(['primary']);
  mirror.lookUp(1, 'another');
  mirror.deadlines.sweep();
  expect([...mirror.underWay.keys()]).toEqual(['silent']);
});

test('the turn of a thread that died is given back, and that of another is not', () => {
  const { memory, deadlines, underWay, lookUp } = threads(3);
  lookUp(1, 'hangs');
  lookUp(2, 'waits');
  LookUpTurn.giveBack(memory, 3);
  deadlines.sweep();
  expect([...underWay.keys()]).toEqual(['hangs']);
  LookUpTurn.giveBack(memory, 1);
  deadlines.sweep();
  expect([...underWay.keys()]).toEqual(['hangs', 'waits']);
});

test('what a thread that was ended had under way takes no turn from its successor when it comes back after all', () => {
  const { memory, deadlines, underWay, lookUp, end } = threads(2);
  lookUp(1, 'hangs');
  LookUpTurn.giveBack(memory, 1);
  lookUp(2, 'next');
  deadlines.sweep();
  end('hangs');
  lookUp(1, 'third');
  deadlines.sweep();
  expect([...underWay.keys()]).toEqual(['next']);
});
