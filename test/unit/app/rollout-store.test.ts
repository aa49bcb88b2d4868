/** Steps that the store takes late, or not at all, and what happens meanwhile. */
import { describe, expect, it } from 'vitest';
import { STEPS, stagedRollouts as staged } from '../../support/staged-rollouts.ts';

const OTHER = `${STEPS}\nshadow: http://127.0.0.1:3009`;

describe('a step', () => {
  it('acts only once it is in the store', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.clock.advance(60_000);
    stage.setWriting('hangs');
    const step = stage.command('promote');
    await stage.settle();
    expect([stage.weight(), stage.hung.length]).toEqual([100, 1]);
    expect(await stage.rollouts.history(1)).toMatchObject([{ action: 'start' }]);
    expect(stage.rollouts.status[0]!.refusals).toMatchObject({ promote: 'a step is being taken' });
    await stage.hung[0]!.write();
    expect(await step).toEqual({ ok: true });
    expect(stage.weight()).toBe(500);
    expect(await stage.rollouts.history(1)).toMatchObject([{ action: 'promote', state: { weight: 500 } }]);
  });

  it('is not taken that the store does not take', async () => {
    const stage = await staged();
    stage.setWriting('fails');
    expect(await stage.command('start')).toEqual({
      ok: false,
      why: 'the store does not take the step, so it is not taken: disk full',
    });
    expect(stage.weight()).toBe('stopped');
  });

  it('that was refused does not hold after a restart, though the store has it', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.clock.advance(60_000);
    stage.setWriting('gives up');
    expect(await stage.command('promote')).toMatchObject({ ok: false });
    expect([stage.weight(), stage.rollouts.status[0]!.unwritten]).toEqual([100, 1]);
    stage.setWriting('works');
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.rollouts.status[0]!.unwritten).toBe(0);
    expect(await stage.rollouts.history(5)).toMatchObject([
      { action: 'cancel', by: 'store', reason: expect.stringContaining('not taken'), state: { weight: 100 } },
      { action: 'promote', state: { weight: 500 } },
      { action: 'start' },
    ]);
    const next = await staged(STEPS, stage.store);
    expect(next.weight()).toBe(100);
  });

  it('that is tried all through an outage of the store uses up no revisions, which would push out the history', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    stage.setWriting('fails');
    await stage.configure('rollout: {weight: 25%}');
    for (let look = 0; look < 100; look++) {
      stage.clock.advance(100);
      await stage.settle();
    }
    stage.setWriting('works');
    stage.clock.advance(200);
    await stage.settle();
    stage.clock.advance(200);
    await stage.settle();
    expect(stage.weight()).toBe(2_500);
    expect((await stage.rollouts.history(10)).map(({ action }) => action)).toEqual(['file', 'cancel', 'file']);
    const [last] = await stage.rollouts.history(1);
    expect(last!.revision).toBeLessThan(5);
  });

  it('that is written late is not what is written again where the store was lost', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.clock.advance(60_000);
    stage.setWriting('hangs');
    const step = stage.command('promote');
    await stage.settle();
    stage.setWriting('works');
    await stage.command('rollback');
    await stage.hung[0]!.write();
    expect(await step).toEqual({ ok: false, why: 'something happened meanwhile: rollback by ann' });
    await stage.loseStore();
    stage.clock.advance(10_000);
    await stage.settle();
    expect(await stage.rollouts.history(5)).toMatchObject([{ action: 'rollback' }]);
  });

  it('that waited while something happened is not written after it', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.clock.advance(60_000);
    stage.setWriting('fails');
    await stage.command('hold');
    stage.setWriting('hangs');
    // The hold comes first, and hangs.
    const step = stage.command('promote');
    await stage.settle();
    await stage.command('rollback');
    stage.setWriting('works');
    await stage.hung[0]!.write();
    expect(await step).toMatchObject({ ok: false });
    await stage.settle();
    expect((await stage.rollouts.history(5)).map(({ action }) => action)).toEqual(['rollback', 'hold', 'start']);
  });
});

describe('a start that waits for the store', () => {
  async function waiting(text = STEPS) {
    const stage = await staged('');
    stage.setWriting('hangs');
    const start = text === STEPS ? stage.configure(text).then(() => stage.command('start')) : stage.configure(text);
    while (stage.hung.length === 0) await stage.settle();
    stage.setWriting('works');
    return { stage, start };
  }

  it('is cancelled by a hold, also for the next process', async () => {
    const { stage, start } = await waiting();
    const { refusals } = stage.rollouts.status[0]!;
    expect(Object.keys(refusals).sort()).toEqual(['promote', 'release', 'start']);
    expect(await stage.command('hold')).toEqual({ ok: true });
    await stage.hung[0]!.write();
    expect(await start).toEqual({ ok: false, why: 'something happened meanwhile: cancel by ann' });
    expect([stage.phase(), stage.weight()]).toEqual(['shadow', 'stopped']);
    expect((await staged(STEPS, stage.store)).phase()).toBe('shadow');
    expect(await stage.command('start')).toEqual({ ok: true });
  });

  it('is rolled back, and a person must release it', async () => {
    const { stage, start } = await waiting();
    expect(await stage.command('rollback')).toEqual({ ok: true });
    await stage.hung[0]!.write();
    expect(await start).toMatchObject({ ok: false });
    expect([stage.phase(), stage.weight()]).toEqual(['rolled_back', 'stopped']);
    expect((await staged(STEPS, stage.store)).phase()).toBe('rolled_back');
  });

  it('is rolled back where the file wants it, which does not begin it again', async () => {
    const { stage, start } = await waiting('rollout: {weight: 5%}');
    expect(await stage.command('rollback')).toEqual({ ok: true });
    await stage.hung[0]!.write();
    await start;
    stage.clock.advance(1_000);
    await stage.settle();
    expect([stage.phase(), stage.weight()]).toEqual(['rolled_back', 'stopped']);
    expect((await staged('rollout: {weight: 5%}', stage.store)).phase()).toBe('rolled_back');
    await stage.configure('rollout: {weight: 0%}');
    expect(stage.weight()).toBe(0);
  });

  it('does not start another candidate', async () => {
    const { stage, start } = await waiting();
    await stage.configure(OTHER);
    expect(stage.told.at(-1)).toMatchObject({ action: 'cancel', by: 'file', state: { phase: 'shadow' } });
    await stage.hung[0]!.write();
    expect(await start).toMatchObject({ ok: false });
    expect([stage.phase(), stage.weight()]).toEqual(['shadow', 'stopped']);
    expect((await staged(OTHER, stage.store)).phase()).toBe('shadow');
  });

  it('does not outlive its rollout in the configuration', async () => {
    const { stage, start } = await waiting();
    await stage.configure('');
    await stage.hung[0]!.write();
    expect(await start).toMatchObject({ ok: false });
    expect(stage.weight()).toBe('stopped');
    await stage.configure(STEPS);
    expect(stage.phase()).toBe('shadow');
  });
});

it('a weight that waits for the store gives way to the next one, and never acts', async () => {
  const stage = await staged('rollout: {weight: 5%}');
  stage.setWriting('hangs');
  const first = stage.configure('rollout: {weight: 25%}');
  while (stage.hung.length === 0) await stage.settle();
  stage.setWriting('works');
  await stage.configure('rollout: {weight: 10%}');
  expect(stage.weight()).toBe(1_000);
  await stage.hung[0]!.write();
  await first;
  expect(stage.weight()).toBe(1_000);
  expect((await staged('rollout: {weight: 10%}', stage.store)).told).toEqual([]);
});
