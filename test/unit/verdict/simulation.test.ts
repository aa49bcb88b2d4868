import { describe, expect, it } from 'vitest';
import { runTrial, type Trial } from '../../../src/verdict/self-test.ts';
import type { Behavior } from '../../../src/verdict/simulation/services.ts';

const trial = (behavior: Behavior, rest: Partial<Trial> = {}): Trial => ({
  name: 'a trial',
  behavior,
  perSecond: 100,
  exchanges: 10_000,
  streams: 20,
  ...rest,
});

describe('of services that are the same, watched all along over 10,000 exchanges, none is called a regression', () => {
  it.each<[string, Behavior, number]>([
    ['a clean field', {}, 100],
    ['noise', { noise: 0.3 }, 100],
    ['noise in bursts of 0.3', { noise: 0.7, bursts: 0.3 }, 100],
    ['noise in bursts of 0.6', { noise: 0.7, bursts: 0.6 }, 100],
    ['noise in bursts of 0.9', { noise: 0.7, bursts: 0.9 }, 100],
    ['noise in bursts of 0.9, 10 exchanges a second', { noise: 0.7, bursts: 0.9 }, 10],
    ['always one of both in bursts of 0.9, an exchange a second', { noise: 1, bursts: 0.9 }, 1],
  ])('%s', (_, behavior, perSecond) => {
    // At 5 % one of 20 streams may; at 0.1 % none of them.
    expect(runTrial(trial(behavior, { perSecond }), 1, 0.001).alarms).toEqual([]);
    expect(runTrial(trial(behavior, { perSecond }), 2, 0.05).alarms.length).toBeLessThanOrEqual(3);
  });

  it('and where nothing differs, each of them passes', () => {
    expect(runTrial(trial({}), 1, 0.001).passed).toBe(20);
  });
});

describe('a fault is found in time, and not passed before', () => {
  it.each<[string, Behavior, number]>([
    ['a field that is always wrong', { mismatch: 1 }, 3_500],
    ['a field that is wrong in 1 %', { mismatch: 0.01 }, 8_000],
    ['a field that is noise in 70 % and turns null', { noise: 0.7, mismatch: 1 }, 3_500],
    ['slower by 20 %', { slowdown: 1.2 }, 5_000],
    ['slower by 200 ms in 1 %', { tail: { share: 0.01, by: 200 } }, 9_000],
  ])('%s', (_, behavior, latest) => {
    const { alarms, passed } = runTrial(trial(behavior, { streams: 10, exchanges: latest }), 1, 0.001);
    expect(alarms).toHaveLength(10);
    expect(passed).toBe(0);
  });

  it('a field that is wrong in 0.1 %', () => {
    const { alarms } = runTrial(trial({ mismatch: 0.001 }, { streams: 3, exchanges: 60_000 }), 1, 0.001);
    expect(alarms).toHaveLength(3);
  });
});

it('the same seed gives the same result', () => {
  const run = () => runTrial(trial({ mismatch: 0.02 }, { streams: 3 }), 7, 0.001);
  expect(run()).toEqual(run());
});
