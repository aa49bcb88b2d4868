import { describe, expect, it } from 'vitest';
import type { RolloutState } from '../../../src/model/rollout.ts';
import {
  type Command,
  type LifecycleSettings,
  type RolloutEvent,
  transition,
  weightOf,
} from '../../../src/rollout/lifecycle.ts';

const SETTINGS: LifecycleSettings = { steps: [100, 500, 10_000], advance: 'verdict', hold: 60_000, asks: false };
const LONG = 60_000;
const SHADOW = { phase: 'shadow' } as RolloutState;
const at = (weight: number, pace: 'advancing' | 'held' = 'advancing'): RolloutState => ({
  phase: 'canary',
  weight,
  pace,
});
const FULL: RolloutState = { phase: 'full' };
const BACK: RolloutState = { phase: 'rolled_back', weight: 500, reason: 'it failed' };

const command = (name: Command): RolloutEvent => ({ type: 'command', command: name, by: 'ada', reason: 'why not' });
const judged = (answer: 'promote' | 'hold' | 'roll_back' | 'invalid'): RolloutEvent => ({
  type: 'judged',
  answer,
  reason: 'so it is',
});
const next = (state: RolloutState, event: RolloutEvent, elapsed = LONG, settings = SETTINGS) =>
  transition(state, event, { elapsed, waits: false }, settings);
/** The same while a step waits. */
const meanwhile = (state: RolloutState, event: RolloutEvent, settings = SETTINGS) =>
  transition(state, event, { elapsed: LONG, waits: true }, settings);

describe('a person', () => {
  it('starts it, promotes it from step to step, and it is full at the end', () => {
    let state = SHADOW;
    const weights: unknown[] = [];
    for (const name of ['start', 'promote', 'promote'] as const) {
      const changed = next(state, command(name));
      if (changed.is !== 'changed') throw new Error(JSON.stringify(changed));
      state = changed.state;
      weights.push(weightOf(state));
      expect(changed).toMatchObject({ by: 'ada', reason: 'why not' });
    }
    expect(weights).toEqual([100, 500, 10_000]);
    expect(state).toEqual(FULL);
  });

  it('cannot promote before the step has lasted as long as it must, and is told how long that is', () => {
    expect(next(at(100), command('promote'), 45_500)).toEqual({
      is: 'refused',
      why: 'each step lasts at least 60 s (rollout.hold), and 15 s are left of this one',
    });
  });

  it('holds it on a step, where no verdict promotes it, until it is started again', () => {
    expect(next(at(100), command('hold'))).toMatchObject({ state: at(100, 'held') });
    expect(next(at(100, 'held'), judged('promote'))).toEqual({ is: 'unchanged' });
    expect(next(at(100, 'held'), command('start'))).toMatchObject({ state: at(100) });
    expect(next(at(100, 'held'), command('promote'))).toMatchObject({ state: at(500) });
  });

  it.each([at(100), at(100, 'held'), FULL])('rolls it back from %j, whoever decides otherwise', (state) => {
    for (const steps of [SETTINGS.steps, { file: 500 }])
      expect(next(state, command('rollback'), 0, { ...SETTINGS, steps })).toMatchObject({
        state: { phase: 'rolled_back', reason: 'why not' },
      });
  });

  it('releases it after a rollback, and after the whole way, and then it begins anew', () => {
    expect(next(BACK, command('release'))).toMatchObject({ state: SHADOW });
    expect(next(FULL, command('release'))).toMatchObject({ state: SHADOW });
  });

  it.each<[RolloutState, Command, string]>([
    [SHADOW, 'promote', 'nothing to promote: production serves everybody; start it first'],
    [SHADOW, 'rollback', 'nothing to roll back: production serves everybody'],
    [SHADOW, 'hold', 'nothing to hold'],
    [SHADOW, 'release', 'nothing to release'],
    [at(100), 'start', 'nothing to start: the candidate serves 1% of the users'],
    [at(100, 'held'), 'hold', 'it is held already'],
    [at(100), 'release', 'nothing to release'],
    [FULL, 'promote', 'nothing to promote: the candidate serves everybody'],
    [FULL, 'start', 'nothing to start'],
    [BACK, 'start', 'nothing to start: it was rolled back from 5% (it failed); release it first'],
    [BACK, 'promote', 'release it first'],
    [BACK, 'rollback', 'nothing to roll back'],
  ])('is told in words that from %j one cannot %s', (state, name, why) => {
    expect(next(state, command(name))).toEqual({ is: 'refused', why: expect.stringContaining(why) });
  });
});

describe('a verdict', () => {
  it('promotes only once the step has lasted long enough, and only where it may', () => {
    expect(next(at(100), judged('promote'))).toMatchObject({ state: at(500), by: 'verdict', reason: 'so it is' });
    expect(next(at(100), judged('promote'), LONG - 1)).toEqual({ is: 'unchanged' });
    expect(next(at(100), judged('promote'), LONG, { ...SETTINGS, advance: 'manual' })).toEqual({ is: 'unchanged' });
    expect(next(SHADOW, judged('promote'))).toEqual({ is: 'unchanged' });
    expect(next(FULL, judged('promote'))).toEqual({ is: 'unchanged' });
  });

  it('that is invalid, or holds, changes nothing, however long it takes', () => {
    for (const answer of ['hold', 'invalid'] as const)
      expect(next(at(100), judged(answer), Number.MAX_SAFE_INTEGER)).toEqual({ is: 'unchanged' });
  });

  it.each([at(100), at(100, 'held'), FULL])('that finds harm rolls back from %j at once', (state) => {
    expect(next(state, judged('roll_back'), 0)).toMatchObject({ state: { phase: 'rolled_back' }, by: 'verdict' });
    expect(next(state, { type: 'harm', by: 'trip', reason: 'broken' }, 0)).toMatchObject({
      state: { phase: 'rolled_back', reason: 'broken' },
      by: 'trip',
    });
  });

  it('says nothing about a rollout that was rolled back', () => {
    expect(next(BACK, judged('promote'))).toEqual({ is: 'unchanged' });
    expect(next(BACK, { type: 'harm', by: 'trip', reason: 'broken' })).toEqual({ is: 'unchanged' });
  });
});

describe('a webhook that is asked first', () => {
  const asking = { ...SETTINGS, asks: true };

  it('must agree before anything changes', () => {
    const asked = next(at(100), command('promote'), LONG, asking);
    expect(asked).toMatchObject({ is: 'asks', step: { action: 'promote', by: 'ada', weight: 500 } });
    if (asked.is !== 'asks') return;
    expect(next(at(100), { type: 'agreed', step: asked.step }, LONG, asking)).toMatchObject({ state: at(500) });
  });

  it('is too late where it was rolled back meanwhile', () => {
    const step = { action: 'promote', by: 'ada', reason: '', weight: 500 } as const;
    expect(next(BACK, { type: 'agreed', step }, LONG, asking)).toMatchObject({ is: 'refused' });
    expect(next(at(500), { type: 'agreed', step }, LONG, asking)).toMatchObject({ is: 'refused' });
  });

  it('is too late where the step has become longer, and where the steps are others', () => {
    const step = { action: 'promote', by: 'ada', reason: '', weight: 500 } as const;
    const agreed: RolloutEvent = { type: 'agreed', step };
    expect(next(at(100), agreed, LONG, { ...asking, hold: LONG + 1 })).toMatchObject({
      why: expect.stringContaining('each step lasts at least'),
    });
    expect(next(at(100), agreed, LONG, { ...asking, steps: [100, 2_500, 10_000] })).toMatchObject({ is: 'refused' });
    expect(next(at(100), agreed, LONG, { ...asking, steps: { file: 100 } })).toMatchObject({ is: 'refused' });
  });

  it('is too late for a verdict that no longer promotes, and for one that no longer may', () => {
    const step = { action: 'promote', by: 'verdict', reason: '', weight: 500 } as const;
    const agreed = (state: RolloutState, answer: 'promote' | 'hold' | 'roll_back', settings = asking) =>
      next(state, { type: 'agreed', step, answer }, LONG, settings);
    expect(agreed(at(100), 'promote')).toMatchObject({ state: at(500), by: 'verdict' });
    for (const answer of ['hold', 'roll_back'] as const)
      expect(agreed(at(100), answer)).toEqual({
        is: 'refused',
        why: 'the step is no longer to be taken: the candidate serves 1% of the users',
      });
    expect(agreed(at(100, 'held'), 'promote')).toMatchObject({ is: 'refused' });
    expect(agreed(at(100), 'promote', { ...asking, advance: 'manual' })).toMatchObject({ is: 'refused' });
  });

  it('is not asked about a rollback', () => {
    expect(next(at(100), command('rollback'), LONG, asking)).toMatchObject({ is: 'changed' });
  });
});

describe('while a step waits, for the webhook or for the store', () => {
  it.each([SHADOW, at(100, 'held')])('a hold cancels it, where %j has nothing else to hold', (state) => {
    const cancelled = meanwhile(state, command('hold'));
    expect(cancelled).toEqual({ is: 'changed', state, action: 'cancel', by: 'ada', reason: 'why not' });
    // What was decided about the state before is void, so it must be another one.
    expect(cancelled.is === 'changed' && cancelled.state).not.toBe(state);
  });

  it('a hold holds the step that goes on', () => {
    expect(meanwhile(at(100), command('hold'))).toMatchObject({ state: at(100, 'held'), action: 'hold' });
  });

  it.each([SHADOW, BACK])('a rollback holds also from %j, so that nothing starts later', (state) => {
    for (const steps of [SETTINGS.steps, { file: 500 }])
      expect(meanwhile(state, command('rollback'), { ...SETTINGS, steps })).toMatchObject({
        state: { phase: 'rolled_back', weight: 0, reason: 'why not' },
      });
  });
});

describe('a file that decides alone', () => {
  const file = (weight: number) => ({ ...SETTINGS, steps: { file: weight } });
  const says = (state: RolloutState, weight: number, overruled: number | undefined = 500) =>
    next(state, { type: 'file', overruled }, 0, file(weight));

  it('sets the weight', () => {
    expect(says(SHADOW, 500)).toMatchObject({ state: at(500), action: 'file', reason: 'rollout.weight is 5%' });
    expect(says(at(500), 500)).toEqual({ is: 'unchanged' });
    expect(says(at(500), 10_000)).toMatchObject({ state: FULL });
    expect(says(FULL, 0)).toMatchObject({ state: at(0) });
  });

  it('does not lift a rollback, unless it is changed to 0 %', () => {
    expect(says(BACK, 500)).toEqual({ is: 'unchanged' });
    expect(says(BACK, 0)).toMatchObject({ state: at(0) });
    expect(says(BACK, 0, undefined)).toMatchObject({ state: at(0) });
    expect(says(BACK, 0, 0)).toEqual({ is: 'unchanged' });
  });

  it('leaves commands nothing but the rollback', () => {
    for (const name of ['start', 'promote', 'hold', 'release'] as const)
      expect(next(at(500), command(name), LONG, file(500))).toMatchObject({
        is: 'refused',
        why: expect.stringContaining('the configuration alone decides here'),
      });
    expect(next(BACK, command('release'), LONG, file(500))).toMatchObject({
      why: expect.stringContaining('weight: 0% in the file releases it'),
    });
  });

  it('leaves the release to a person where it cannot say 0 % anew', () => {
    expect(next(BACK, command('release'), LONG, file(0))).toMatchObject({ state: at(0), action: 'release', by: 'ada' });
    expect(next(at(0), command('release'), LONG, file(0))).toMatchObject({ is: 'refused' });
    expect(next(BACK, command('start'), LONG, file(0))).toMatchObject({
      why: expect.stringContaining('release it first'),
    });
  });
});

it('steps that are edited while it goes on lead on from where it is', () => {
  const edited = { ...SETTINGS, steps: [200, 300, 10_000] };
  expect(next(at(100), command('promote'), LONG, edited)).toMatchObject({ state: at(200) });
  expect(next(at(500), command('promote'), LONG, edited)).toMatchObject({ state: FULL });
});
