import { expect, it } from 'vitest';
import { ClockWatch } from '../../../src/lib/clock-watch.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const SECOND = 1_000;
const NOTHING = { jumped: 0, suspended: 0 };

/** Time of a machine, whose clocks the test moves one by one. */
function machine() {
  const at = { wall: NOON, monotonic: 7, sinceBoot: 70 };
  const clock = { wall: () => at.wall, monotonic: () => at.monotonic, sinceBoot: () => at.sinceBoot };
  const pass = ({ wall = 0, monotonic = 0, sinceBoot = 0 }) => {
    at.wall += wall;
    at.monotonic += monotonic;
    at.sinceBoot += sinceBoot;
  };
  return { watch: new ClockWatch(clock), pass, clock };
}

const all = (milliseconds: number) => ({ wall: milliseconds, monotonic: milliseconds, sinceBoot: milliseconds });

it('sees nothing in time that passes, a process that is stopped for 20 s, or a clock that is set right', () => {
  const { watch, pass } = machine();
  for (const milliseconds of [1_000, 20_000, 3_600_000]) {
    pass(all(milliseconds));
    expect(watch.look()).toEqual(NOTHING);
  }
  pass({ ...all(SECOND), wall: 4 * SECOND });
  expect(watch.look()).toEqual(NOTHING);
});

it.each([20, -20])('sees a clock that is set by %d s, once', (seconds) => {
  const { watch, pass } = machine();
  pass(all(SECOND));
  pass({ wall: seconds * SECOND });
  expect(watch.look()).toEqual({ jumped: seconds * SECOND, suspended: 0 });
  pass(all(SECOND));
  expect(watch.look()).toEqual(NOTHING);
});

it('takes a machine that was suspended for what it is', () => {
  const { watch, pass } = machine();
  pass({ wall: 20 * SECOND, sinceBoot: 20 * SECOND, monotonic: SECOND });
  expect(watch.look()).toEqual({ jumped: 0, suspended: 19 * SECOND });
});

it('reads again where the process was stopped in the middle of reading', () => {
  const { watch, pass, clock } = machine();
  const { wall } = clock;
  clock.wall = () => {
    const before = wall();
    clock.wall = wall;
    pass(all(20 * SECOND));
    return before;
  };
  expect(watch.look()).toEqual(NOTHING);
});
