import { describe, expect, it } from 'vitest';
import { WaitingUsers } from '../../../src/record/waiting-users.ts';
import { exposure, outcome } from '../../support/recorded-experiment.ts';

const HOLD = 2_000;

describe('users that wait to be written', () => {
  it('are written at once, what they did a little later, in the order of time', () => {
    const waiting = new WaitingUsers(HOLD);
    waiting.add({ exposures: [], outcomes: [outcome('purchase', 1, 1, 1_200)] });
    expect(waiting.take(1_500)).toBeUndefined();
    const exposures = [exposure('green', 1, 1_100), exposure('green', 2, 1_000)];
    waiting.add({ exposures, outcomes: [outcome('purchase', 2, 1, 1_100)] });
    expect(waiting.take(2_000)).toEqual({ exposures: exposures.toReversed(), outcomes: [] });
    expect(waiting.take(3_200)?.outcomes.map(({ at }) => at)).toEqual([1_100, 1_200]);
    expect(waiting.take(9_000)).toBeUndefined();
  });

  it('do not wait for a clock that was set back', () => {
    const waiting = new WaitingUsers(HOLD);
    waiting.add({ exposures: [], outcomes: [outcome('purchase', 1, 1, 1_000_000)] });
    expect(waiting.take(5_000)?.outcomes).toHaveLength(1);
  });

  it('do not wait at the end', () => {
    const waiting = new WaitingUsers(HOLD);
    waiting.add({ exposures: [], outcomes: [outcome('purchase', 1, 1, 1_000)] });
    waiting.hurry();
    expect(waiting.take(1_000)?.outcomes).toHaveLength(1);
  });

  it('are dropped and counted where too many wait', () => {
    const waiting = new WaitingUsers(HOLD);
    const many = Array.from({ length: 30_000 }, (_, number) => exposure('green', number, 0));
    for (let time = 0; time < 2; time++) waiting.add({ exposures: many, outcomes: [] });
    expect(waiting.dropped).toBe(10_000);
    expect(waiting.room).toBe(0);
    expect(waiting.take(0)?.exposures).toHaveLength(50_000);
    expect(waiting.room).toBe(50_000);
  });
});
