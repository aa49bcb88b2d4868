import { expect, test } from 'vitest';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { Reachability } from '../../../src/wire/reachability.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function watched() {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const told: string[] = [];
  const reachability = new Reachability(clock, (reach) =>
    told.push(reach.kind === 'unreachable' ? reach.error : reach.kind),
  );
  deadlines.add(reachability);
  const pass = (milliseconds: number) => {
    clock.advance(milliseconds);
    deadlines.sweep();
  };
  afterThisTest(() => deadlines.stop());
  return { reachability, told, pass };
}

test('a target that could always be reached is not spoken of', () => {
  const { reachability, told } = watched();
  reachability.onReached();
  reachability.onReached();
  expect(told).toEqual([]);
});

test('the first failure is told at once with its error, the others are not told', () => {
  const { reachability, told, pass } = watched();
  reachability.onFailed('refused');
  reachability.onFailed('no route');
  pass(60_000);
  reachability.onFailed('refused');
  expect(told).toEqual(['refused']);
});

test('a target that comes and goes is told of every five seconds, if it then stands otherwise than was said', () => {
  const { reachability, told, pass } = watched();
  reachability.onFailed('refused');
  reachability.onReached();
  reachability.onFailed('reset');
  pass(5_000);
  expect(told).toEqual(['refused']);
  reachability.onReached();
  expect(told).toEqual(['refused', 'reachable']);
  reachability.onFailed('no route');
  expect(told).toHaveLength(2);
  pass(5_000);
  expect(told).toEqual(['refused', 'reachable', 'no route']);
});
