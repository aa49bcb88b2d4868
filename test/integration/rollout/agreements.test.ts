/** What happens while the webhook before a step is being asked, and what its answer is worth then. */
import { describe, expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { STEPS, stagedRollouts } from '../../support/staged-rollouts.ts';

/** A webhook that answers when the test says so. */
async function webhook() {
  const asked = Promise.withResolvers<void>();
  const dropped = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<number>();
  const { url } = await startHttpOrigin(async (_request, response) => {
    response.on('close', () => dropped.resolve());
    asked.resolve();
    response.writeHead(await answered.promise).end();
  });
  return { url, asked: asked.promise, dropped: dropped.promise, answer: answered.resolve };
}

const without = (rest = '') => `rollout: {steps: [1%, 5%, 100%], hold: 0s}${rest}`;
const asking = (url: string, rest = '') =>
  `rollout: {steps: [1%, 5%, 100%], hold: 0s, hooks: {before: '${url}'}}${rest}`;
const OTHER = '\nshadow: http://127.0.0.1:3009';

/** A start that waits for the webhook. */
async function starting() {
  const hook = await webhook();
  const stage = await stagedRollouts(asking(hook.url));
  const start = stage.command('start');
  await hook.asked;
  return { hook, stage, start };
}

/** A promotion to 5 % that waits for the webhook. */
async function promoting() {
  const hook = await webhook();
  const stage = await stagedRollouts(without());
  await stage.command('start');
  await stage.configure(asking(hook.url));
  const promotion = stage.command('promote');
  await hook.asked;
  return { hook, stage, promotion };
}

test('a step is taken once the webhook agrees', async () => {
  const { hook, stage, promotion } = await promoting();
  expect(stage.weight()).toBe(100);
  hook.answer(200);
  expect(await promotion).toEqual({ ok: true });
  expect(stage.weight()).toBe(500);
});

describe('a promotion that waits for the webhook', () => {
  test('is not taken after a hold, whatever the webhook says, and nobody waits for it', async () => {
    const { hook, stage, promotion } = await promoting();
    expect(await stage.command('hold')).toEqual({ ok: true });
    expect(await promotion).toEqual({ ok: false, why: 'something happened meanwhile: hold by ann' });
    await hook.dropped;
    expect(stage.rollouts.status[0]).toMatchObject({ phase: 'canary', weight: 0.01, pace: 'held' });
    expect(stage.rollouts.status[0]).not.toHaveProperty('asking');
  });

  test('is not taken where it was held and started again: the webhook is asked anew', async () => {
    const { hook, stage, promotion } = await promoting();
    await stage.command('hold');
    await stage.command('start');
    hook.answer(200);
    expect(await promotion).toMatchObject({ ok: false });
    expect(stage.weight()).toBe(100);
    expect(await stage.command('promote')).toEqual({ ok: true });
    expect(stage.weight()).toBe(500);
  });

  test('is cancelled by a hold on a step that is held already', async () => {
    const hook = await webhook();
    const stage = await stagedRollouts(without());
    await stage.command('start');
    await stage.command('hold');
    expect(await stage.command('hold')).toEqual({ ok: false, why: 'it is held already' });
    await stage.configure(asking(hook.url));
    const promotion = stage.command('promote');
    await hook.asked;
    expect(await stage.command('hold')).toEqual({ ok: true });
    expect(await promotion).toEqual({ ok: false, why: 'something happened meanwhile: cancel by ann' });
    expect(stage.rollouts.status[0]).toMatchObject({ weight: 0.01, pace: 'held' });
  });

  test('is not taken where the settings of the rollout changed', async () => {
    const { hook, stage, promotion } = await promoting();
    await stage.configure(asking(hook.url).replace('hold: 0s', 'hold: 1h'));
    expect(await promotion).toEqual({ ok: false, why: 'something happened meanwhile: cancel by file' });
    expect(stage.weight()).toBe(100);
  });

  test('goes on where something else in the configuration changed', async () => {
    const { hook, stage, promotion } = await promoting();
    await stage.configure(asking(hook.url, '\nmirror: {sample: 50%}'));
    hook.answer(200);
    expect(await promotion).toEqual({ ok: true });
    expect(stage.weight()).toBe(500);
  });
});

describe('a start that waits for the webhook', () => {
  test('can be cancelled and rolled back, which the refusals say', async () => {
    const { stage } = await starting();
    expect(stage.rollouts.status[0]).toMatchObject({ phase: 'shadow', asking: 0.01 });
    expect(Object.keys(stage.rollouts.status[0]!.refusals).sort()).toEqual(['promote', 'release', 'start']);
    await stage.command('hold');
    expect(Object.keys(stage.rollouts.status[0]!.refusals).sort()).toEqual(['hold', 'promote', 'release', 'rollback']);
  });

  test('is cancelled by a hold, and the history says who and why', async () => {
    const { stage, start } = await starting();
    expect(await stage.command('hold')).toEqual({ ok: true });
    expect(await start).toEqual({ ok: false, why: 'something happened meanwhile: cancel by ann' });
    expect([stage.phase(), stage.weight()]).toEqual(['shadow', 'stopped']);
    expect(await stage.rollouts.history(5)).toMatchObject([{ action: 'cancel', by: 'ann', reason: 'because' }]);
  });

  test('is rolled back, until a person releases it', async () => {
    const { stage, start } = await starting();
    expect(await stage.command('rollback')).toEqual({ ok: true });
    expect(await start).toEqual({ ok: false, why: 'something happened meanwhile: rollback by ann' });
    expect([stage.phase(), stage.weight()]).toEqual(['rolled_back', 'stopped']);
    expect(await stage.command('start')).toMatchObject({ ok: false, why: expect.stringContaining('release it first') });
  });

  test('does not start another candidate on the agreement about the one before', async () => {
    const { hook, stage, start } = await starting();
    await stage.configure(asking(hook.url, OTHER));
    expect(await start).toEqual({ ok: false, why: 'something happened meanwhile: cancel by file' });
    expect(stage.told.at(-1)!.reason).toContain('there is another candidate: http://127.0.0.1:3009');
    hook.answer(200);
    await hook.dropped;
    expect([stage.phase(), stage.weight()]).toEqual(['shadow', 'stopped']);
  });

  test('does not outlive its rollout in the configuration', async () => {
    const { stage, start } = await starting();
    await stage.configure('');
    expect(await start).toMatchObject({ ok: false });
    await stage.configure(STEPS);
    expect([stage.phase(), stage.weight()]).toEqual(['shadow', 'stopped']);
  });
});
