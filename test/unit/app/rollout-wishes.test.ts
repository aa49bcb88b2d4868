/** What users of other tools for releases asked for, by the project and the number of their issue. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/record/store.ts';
import { stagedRollouts } from '../../support/staged-rollouts.ts';

const BY_VERDICT = 'rollout: {steps: [1%, 50%, 100%], hold: 5s, advance: verdict}';

describe('without any traffic (flagger 883, 1035)', () => {
  it('a step is neither promoted nor rolled back, and says why', async () => {
    const stage = await stagedRollouts(BY_VERDICT);
    await stage.command('start');
    stage.clock.advance(60_000);
    await stage.settle();
    expect(stage.rollouts.status[0]).toMatchObject({
      phase: 'canary',
      weight: 0.01,
      step: {
        answer: 'hold',
        reasons: [
          expect.stringContaining('no request of a user came to it yet'),
          'the verdict on the copies cannot be had at present',
        ],
      },
    });
    expect(stage.told.map(({ action }) => action)).toEqual(['start']);
  });

  it('a person can go on all the same', async () => {
    const stage = await stagedRollouts(BY_VERDICT);
    await stage.command('start');
    stage.clock.advance(5_000);
    expect(await stage.command('promote')).toEqual({ ok: true });
    expect(stage.weight()).toBe(5_000);
  });
});

it('little traffic makes a step wait, and it says for how many more requests and about how long (flagger 883)', async () => {
  const stage = await stagedRollouts(BY_VERDICT);
  await stage.command('start');
  for (let bucket = 0; bucket < 100; bucket++) {
    stage.serve(bucket, 2);
    stage.serve(9_999 - bucket, 2);
  }
  stage.clock.advance(10_000);
  await stage.settle();
  const { reasons } = stage.rollouts.status[0]!.step!;
  expect(reasons[0]).toMatch(/is not proven: it takes about \d+ more requests, \d+ s$/);
});

it('a measurement that fails each time is no success, though no user had an error (argo-rollouts 4479)', async () => {
  const healthy = await stagedRollouts();
  const broken = Object.create(healthy.store) as Store;
  broken.rollouts = (...of) => healthy.store.rollouts(...of);
  broken.recordRollout = (change) => healthy.store.recordRollout(change);
  broken.rehearsals = () => Promise.reject(new Error('the disk is gone'));
  const stage = await stagedRollouts(BY_VERDICT, broken);
  await stage.command('start');
  await stage.settle();
  for (let bucket = 0; bucket < 100; bucket++) {
    stage.serve(bucket, 20);
    stage.serve(9_999 - bucket, 20);
  }
  for (let looks = 0; looks < 5; looks++) {
    stage.clock.advance(10_000);
    await stage.settle();
  }
  expect(stage.rollouts.status[0]).toMatchObject({
    weight: 0.01,
    step: { answer: 'hold', reasons: ['the verdict on the copies cannot be had at present'] },
  });
});

it('it is shown where the ramp is, where it goes, and each weight that it had, by whom and why (growthbook 5098)', async () => {
  const stage = await stagedRollouts();
  await stage.command('start');
  stage.clock.advance(60_000);
  await stage.command('promote');
  expect(stage.rollouts.status[0]).toMatchObject({ weight: 0.05, next: 1, steps: [0.01, 0.05, 1], hold: 60_000 });
  await stage.command('rollback');
  expect((await stage.rollouts.history(10)).map(({ at, by, reason, state }) => ({ at, by, reason, state }))).toEqual([
    { at: 61_000, by: 'ann', reason: 'because', state: { phase: 'rolled_back', weight: 500, reason: 'because' } },
    { at: 61_000, by: 'ann', reason: 'because', state: { phase: 'canary', weight: 500, pace: 'advancing' } },
    { at: 1_000, by: 'ann', reason: 'because', state: { phase: 'canary', weight: 100, pace: 'advancing' } },
  ]);
});
