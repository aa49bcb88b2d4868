import { describe, expect, test } from 'vitest';
import { rampOf } from '../../../../src/admin/dashboard/pages/rollout/ramp.ts';
import {
  advanceInWords,
  commandInWords,
  commandsFor,
  holdInWords,
  stepMarks,
} from '../../../../src/admin/dashboard/pages/rollout/words.ts';
import type { RolloutChange, RolloutState } from '../../../../src/model/rollout.ts';
import type { RolloutStatus } from '../../../../src/results/rollout-status.ts';
import { rollout } from '../results.ts';

const STEPS: RolloutStatus = { ...rollout, steps: [0.01, 0.05, 0.25, 1], weight: 0.05, next: 0.25 };

function marks(status: Partial<RolloutStatus>): string {
  const { next: _, ...without } = STEPS;
  return stepMarks({ ...without, ...status })
    .map(({ share, is }) => `${100 * share} ${is}`)
    .join(', ');
}

describe('the steps', () => {
  test('before the present one are done, the one after it is next', () => {
    expect(marks({ next: 0.25 })).toBe('1 past, 5 present, 25 next, 100 later');
    expect(marks({ phase: 'full', weight: 1 })).toBe('1 past, 5 past, 25 past, 100 present');
  });

  test('are all to come before the start, and after a rollback the one that was left is marked', () => {
    expect(marks({ phase: 'shadow', weight: 0, next: 0.01 })).toBe('1 next, 5 later, 25 later, 100 later');
    expect(marks({ phase: 'rolled_back', weight: 0, rolledBackFrom: 0.25 })).toBe(
      '1 later, 5 later, 25 left, 100 later',
    );
  });

  test('show a weight that the configuration no longer has among them', () => {
    expect(marks({ weight: 0.1, next: 0.25 })).toBe('1 past, 5 past, 10 present, 25 next, 100 later');
  });
});

describe('in words', () => {
  test('a start ends a hold, and a release the rollout that is full', () => {
    const button = (status: Partial<RolloutStatus>, command: 'start' | 'release') =>
      commandInWords(command, { ...STEPS, ...status }).button;
    expect(button({ phase: 'shadow', next: 0.01, pace: undefined! }, 'start')).toBe('Start at 1% …');
    expect(button({ pace: 'held' }, 'start')).toBe('Go on …');
    expect(button({ phase: 'full' }, 'release')).toBe('End, back to production …');
    expect(button({ phase: 'rolled_back' }, 'release')).toBe('Release …');
  });

  test('whatever serves users can be rolled back', () => {
    for (const phase of ['canary', 'full'] as const) expect(commandsFor({ ...STEPS, phase })).toContain('rollback');
  });

  test('a step that waits can be cancelled where there is nothing else to hold', () => {
    const refusals = { start: 'asked', promote: 'asked', release: 'nothing' };
    const { pace: _, ...shadow }: RolloutStatus = { ...STEPS, phase: 'shadow', weight: 0, refusals };
    expect(commandsFor(shadow)).toEqual(['start', 'hold', 'rollback']);
    expect(commandsFor({ ...shadow, refusals: { ...refusals, hold: 'nothing', rollback: 'nothing' } })).toEqual([
      'start',
    ]);
    expect(commandsFor({ ...STEPS, pace: 'held', refusals })).toEqual(['promote', 'start', 'rollback', 'hold']);
    expect(commandInWords('hold', shadow).button).toBe('Cancel the step …');
    expect(commandInWords('hold', STEPS).button).toBe('Hold …');
  });

  test('a release leads to a start, or where the file decides to cohorts and overrides', () => {
    const does = (decidedBy: 'steps' | 'file') =>
      commandInWords('release', { ...STEPS, phase: 'rolled_back', decidedBy }).does;
    expect(does('steps')).toContain('A new rollout can be started');
    expect(does('file')).toContain('Cohorts and overrides lead to the candidate again');
  });

  test('a step says what is left of its minimum, and what leads to the next one', () => {
    expect(holdInWords({ ...STEPS, hold: 120_000 })).toBe('of at least 2 min');
    expect(holdInWords({ ...STEPS, hold: 30_000 })).toBe('the minimum of 30 s is over');
    expect(advanceInWords({ ...STEPS, pace: 'held', asks: true })).toBe('held by a person; a webhook is asked first');
  });
});

describe('the ramp', () => {
  const MINUTE = 60_000;
  const canary = (weight: number): RolloutState => ({ phase: 'canary', weight, pace: 'advancing' });
  /** One change a minute, from the minute 1 on; the latest first, as the API has them. */
  const history = (...states: readonly RolloutState[]): readonly RolloutChange[] =>
    states
      .map((state, index) => ({
        ...{ service: 'a', revision: index + 1, at: (index + 1) * MINUTE, action: 'promote' as const },
        ...{ by: 'ann', reason: '', candidate: 'b', state },
      }))
      .reverse();
  const back: RolloutState = { phase: 'rolled_back', weight: 500, reason: 'it failed' };
  const shadow: RolloutState = { phase: 'shadow' };

  test('goes up to now while the candidate serves', () => {
    const { times, shares } = rampOf(history(canary(100), canary(500)), 4 * MINUTE)!;
    expect(times.slice(1)).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE]);
    expect(shares).toEqual([0, 0.01, 0.05, 0.05]);
  });

  test('is of the last release, and ends with it', () => {
    const { times, shares } = rampOf(
      history(canary(100), back, shadow, canary(200), { phase: 'full' }, back, shadow),
      90 * MINUTE,
    )!;
    expect(times.slice(1, -1)).toEqual([4 * MINUTE, 5 * MINUTE, 6 * MINUTE]);
    expect(shares).toEqual([0, 0.02, 1, 0, 0]);
    expect(times.at(-1)).toBeLessThan(7 * MINUTE);
  });

  test('begins where the known history does, and there is none before the first start', () => {
    expect(rampOf([], 0)).toBeUndefined();
    expect(rampOf(history(shadow), MINUTE)).toBeUndefined();
    expect(rampOf(history(canary(500)), MINUTE)!.shares).toEqual([0, 0.05, 0.05]);
  });

  test('has ascending times also where the clock of the reader is behind', () => {
    const { times } = rampOf(history(canary(100), canary(500)), 0)!;
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('has whole milliseconds: the marks of the axis would else be a moment before the minute', () => {
    const [first, second] = history(canary(100), canary(500));
    const { times } = rampOf([first!, { ...second!, at: MINUTE + 7 }], 2 * MINUTE + 1)!;
    expect(times.every(Number.isInteger)).toBe(true);
  });
});
