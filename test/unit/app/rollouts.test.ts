import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/record/store.ts';
import { STEPS, stagedRollouts as staged } from '../../support/staged-rollouts.ts';

describe('a rollout', () => {
  it('gives the candidate what the step says, and everybody sees who did it', async () => {
    const stage = await staged();
    expect(stage.weight()).toBe('stopped');
    expect(await stage.command('start')).toEqual({ ok: true });
    expect(stage.weight()).toBe(100);
    stage.clock.advance(60_000);
    expect(await stage.command('promote')).toEqual({ ok: true });
    expect(stage.weight()).toBe(500);
    expect(stage.told.map(({ action, by }) => `${action} ${by}`)).toEqual(['start ann', 'promote ann']);
    expect(await stage.rollouts.history(1)).toMatchObject([{ revision: 2, state: { weight: 500 }, reason: 'because' }]);
  });

  it('refuses a command of somebody who does not know what happened last', async () => {
    const stage = await staged();
    expect(await stage.command('start', 0)).toEqual({ ok: true });
    stage.clock.advance(60_000);
    expect(await stage.command('promote', 0)).toEqual({
      ok: false,
      why: 'something happened meanwhile: start by ann',
    });
    expect(await stage.command('promote', 1)).toEqual({ ok: true });
    expect(stage.weight()).toBe(500);
  });

  it('refuses a command of somebody who knows what a store that is gone knew', async () => {
    const stage = await staged();
    expect(await stage.command('start', 5)).toEqual({ ok: false, why: 'nothing has happened yet' });
  });

  it('says which commands are possible, and why the others are not', async () => {
    const stage = await staged();
    const refused = () => stage.rollouts.status[0]!.refusals;
    expect(Object.keys(refused())).toEqual(['promote', 'hold', 'rollback', 'release']);
    await stage.command('start');
    expect(refused()).toMatchObject({ promote: expect.stringMatching(/each step lasts at least 60 s/) });
    stage.clock.advance(60_000);
    expect(Object.keys(refused())).toEqual(['start', 'release']);
    await stage.command('rollback');
    expect(Object.keys(refused())).toEqual(['start', 'promote', 'hold', 'rollback']);
    expect(stage.rollouts.status[0]).toMatchObject({ weight: 0, rolledBackFrom: 0.01 });
  });

  it('tells of each step what users of either version got on it, and what counts for the hard limits', async () => {
    const stage = await staged(`${STEPS.slice(0, -1)}, trip: {errors: 60%, window: 10s, p99: 100ms}}`);
    stage.answer('slice', 7);
    await stage.command('start');
    for (const time of [10, 10, 200]) stage.answer('candidate', time);
    stage.answer('chosen', 10);
    stage.fail(1);
    stage.count('candidate', { result: 'aborted', waited: 99, measured: false });
    stage.count('candidate', { result: 'aborted', waited: 101, measured: false });
    stage.answer('slice', 20);
    stage.clock.advance(100);
    await stage.settle();
    const { step, trip } = stage.rollouts.status[0]!;
    expect(trip).toEqual({ errors: 0.6, window: 10_000, p99: 100 });
    expect(step!.arms).toMatchObject({
      candidate: { requests: 6, failed: 2, aborted: 2 },
      slice: { requests: 1, failed: 0 },
      rest: { requests: 0, failed: 0, aborted: 0 },
      chosen: { requests: 1 },
    });
    const { p50, p99 } = step!.arms.candidate;
    expect([p50, p99]).toEqual([expect.closeTo(10, 0), expect.closeTo(200, -1)]);
    expect(step!.window).toEqual({ requests: 7, failed: 2, timed: 5, late: 2 });
    stage.clock.advance(20_000);
    await stage.settle();
    expect(stage.rollouts.status[0]!.step!.window.requests).toBe(0);
  });

  it('keeps its time when the clock of the machine is set', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.clock.setAhead(86_400_000);
    expect(await stage.command('promote')).toMatchObject({ ok: false });
    stage.clock.setAhead(-2 * 86_400_000);
    stage.clock.advance(60_000);
    expect(await stage.command('promote')).toEqual({ ok: true });
  });

  it('goes on from a step whose share was edited, and stops where the configuration drops it', async () => {
    const stage = await staged();
    await stage.command('start');
    await stage.configure('rollout: {steps: [2%, 50%, 100%], hold: 0s}');
    expect(stage.weight()).toBe(100);
    expect(stage.rollouts.status[0]).toMatchObject({ next: 0.02 });
    await stage.configure('');
    expect(stage.weight()).toBe('stopped');
    expect(stage.rollouts.status).toEqual([]);
    await stage.configure(STEPS);
    expect(stage.phase()).toBe('shadow');
  });

  it('says at the end of the way what comes next, and has no minimum for the last step', async () => {
    const stage = await staged('rollout: {steps: [100%], hold: 60s}');
    expect(stage.rollouts.status[0]!.advice).toBeUndefined();
    await stage.command('start');
    stage.clock.advance(1_000);
    await stage.settle();
    const { advice, step } = stage.rollouts.status[0]!;
    expect(advice).toMatch(/make the candidate the primary .* release and rollback lead all users back/);
    expect(step!.reasons.join()).not.toContain('the step lasts at least');
  });

  it('leaves its rehearsal once it is over: what is copied then belongs to no step', async () => {
    const stage = await staged();
    await stage.command('start');
    await stage.configure('');
    expect(stage.rehearsals).toEqual(['rollout 1%', 'after the rollout']);
    await stage.configure(STEPS);
    await stage.command('start');
    await stage.command('rollback');
    // The evidence that led to it stays in sight.
    expect(stage.rehearsals.at(-1)).toBe('rollout 1%');
    await stage.command('release');
    expect(stage.rehearsals.at(-1)).toBe('after the rollout');
  });

  it('begins anew where the shadow is another one, but keeps a rollback', async () => {
    const stage = await staged();
    const other = `${STEPS}\nshadow: http://127.0.0.1:3009`;
    await stage.command('start');
    await stage.configure(other);
    expect([stage.phase(), stage.weight()]).toEqual(['shadow', 'stopped']);
    expect(stage.told.at(-1)).toMatchObject({ action: 'reset', reason: expect.stringContaining('another candidate') });
    await stage.command('start');
    await stage.command('rollback');
    await stage.configure(STEPS);
    expect(stage.phase()).toBe('rolled_back');
  });
});

describe('a rollback', () => {
  it('comes with the first look after too many errors, and stays until it is released', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.fail(10);
    stage.clock.advance(100);
    await stage.settle();
    expect([stage.phase(), stage.weight()]).toEqual(['rolled_back', 'stopped']);
    expect(stage.told.at(-1)).toMatchObject({ by: 'trip', reason: expect.stringContaining('10 of 10 requests') });
    expect(await stage.command('start')).toMatchObject({ ok: false });
    await stage.command('release');
    expect(await stage.command('start')).toEqual({ ok: true });
  });

  it('outlives the process', async () => {
    const first = await staged();
    await first.command('start');
    await first.command('rollback');
    const second = await staged(STEPS, first.store);
    expect([second.phase(), second.weight()]).toEqual(['rolled_back', 'stopped']);
  });

  it('is written again where the store was deleted, so that it outlives the process all the same', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    await stage.command('rollback');
    await stage.loseStore();
    stage.clock.advance(10_000);
    await stage.settle();
    expect(await stage.rollouts.history(5)).toMatchObject([{ revision: 2, action: 'rollback', reason: 'because' }]);
    expect([stage.phase(), stage.rollouts.status[0]!.unwritten]).toEqual(['rolled_back', 0]);
  });

  it.each(['fails', 'hangs'] as const)('acts though the store %s, and is written when it works again', async (how) => {
    const stage = await staged();
    await stage.command('start');
    stage.setWriting(how);
    expect(await stage.command('rollback')).toEqual({ ok: true });
    expect(stage.weight()).toBe('stopped');
    expect(stage.rollouts.status[0]!.unwritten).toBe(1);
    if (how === 'hangs') return;
    stage.setWriting('works');
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.rollouts.status[0]!.unwritten).toBe(0);
    expect(await stage.rollouts.history(1)).toMatchObject([{ action: 'rollback' }]);
  });

  it.each(['fails', 'hangs'] as const)(
    'is not held up by a step that is being taken while the store %s',
    async (how) => {
      const stage = await staged('rollout: {steps: [1%, 5%, 100%], hold: 0s}');
      await stage.command('start');
      stage.setWriting(how);
      const step = stage.command('promote');
      expect(await stage.command('rollback')).toEqual({ ok: true });
      expect(stage.weight()).toBe('stopped');
      if (how === 'fails') expect(await step).toMatchObject({ ok: false });
    },
  );
});

it('nobody comes to the candidate until the store says where it was', async () => {
  const before = await staged();
  await before.command('start');
  const unread = Object.create(before.store) as Store;
  let readable = false;
  unread.rollouts = async (...of) => {
    if (!readable) throw new Error('locked');
    return before.store.rollouts(...of);
  };
  const stage = await staged(STEPS, unread);
  expect([stage.phase(), stage.weight()]).toEqual(['unknown', 'stopped']);
  expect(await stage.command('start')).toMatchObject({ ok: false, why: expect.stringContaining('cannot be read') });
  readable = true;
  stage.clock.advance(100);
  await stage.settle();
  expect([stage.phase(), stage.weight()]).toEqual(['canary', 100]);
});

it('a rollout that is dropped while the store is being read does not go on when it was', async () => {
  const before = await staged();
  await before.command('start');
  const slow = Object.create(before.store) as Store;
  let reading: () => void = () => {};
  slow.rollouts = async (...of) => {
    await new Promise<void>((resolve) => {
      reading = resolve;
    });
    return before.store.rollouts(...of);
  };
  const stage = await staged('', slow);
  const configured = stage.configure(STEPS);
  await stage.settle();
  await stage.configure('');
  reading();
  await configured;
  await stage.settle();
  expect([stage.weight(), stage.rehearsals, stage.rollouts.status]).toEqual(['stopped', [], []]);
});

describe('a candidate that is deployed anew in the middle of a step', () => {
  it('is rolled back as soon as it answers as another version', async () => {
    const stage = await staged();
    stage.presents('first', '1.0');
    await stage.command('start');
    await stage.settle();
    stage.presents('other', '2.0');
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.phase()).toBe('rolled_back');
    expect(stage.told.at(-1)).toMatchObject({
      by: 'trip',
      reason: 'the candidate answers as version 2.0, no longer as 1.0',
    });
  });

  it('is not another one where its first response only names the version', async () => {
    const stage = await staged();
    await stage.command('start');
    await stage.settle();
    stage.presents('named', '1.0');
    stage.clock.advance(100);
    expect([stage.phase(), stage.rollouts.status[0]!.step!.rehearsal]).toEqual(['canary', 'named']);
    stage.presents('other', '2.0');
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.phase()).toBe('rolled_back');
  });
});

it('a step whose copies go to a rehearsal that somebody began holds, and says so', async () => {
  const stage = await staged();
  await stage.command('start');
  await stage.settle();
  stage.presents('by hand');
  stage.clock.advance(60_000);
  expect(stage.rollouts.status[0]!.step).toMatchObject({
    answer: 'hold',
    reasons: expect.arrayContaining(['of the copies: they belong to another rehearsal, which was begun on this step']),
  });
});
