import { describe, expect, it } from 'vitest';
import { stagedRollouts as staged } from '../../support/staged-rollouts.ts';

describe('a file that decides alone', () => {
  it('sets the weight at the start and with each reload, and the API refuses', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    expect(stage.weight()).toBe(500);
    expect(stage.rehearsals).toEqual(['rollout 5%']);
    expect(await stage.command('promote')).toMatchObject({ ok: false });
    await stage.configure('rollout: {weight: 25%}');
    expect(stage.weight()).toBe(2_500);
    await stage.configure('rollout: {weight: 0%}');
    expect(stage.weight()).toBe(0);
  });

  it('has no minimum for a step, neither in the status nor as a reason to hold', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    stage.clock.advance(1_000);
    await stage.settle();
    const { hold, step } = stage.rollouts.status[0]!;
    expect(hold).toBe(0);
    expect(step!.reasons.length).toBeGreaterThan(0);
    expect(step!.reasons.join()).not.toContain('the step lasts at least');
  });

  it('is told after a rollback what releases it, and that another weight is ignored', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    await stage.command('rollback');
    expect(stage.rollouts.status[0]).toMatchObject({
      advice: expect.stringContaining('weight: 0% in the file releases it'),
    });
    expect(stage.warned).toEqual([]);
    await stage.configure('rollout: {weight: 50%}');
    const ignored =
      'weight: 50% in the file is ignored: it was rolled back from 5% (because), and only weight: 0% in the file releases it';
    expect(stage.warned).toEqual([ignored]);
    const next = await staged('rollout: {weight: 50%}', stage.store);
    expect(next.warned).toEqual([ignored]);
    await next.configure('rollout: {weight: 0%}');
    expect(next.warned).toEqual([ignored]);
  });

  it('releases a rollback only by a change to 0 %: where it said so before, a person does', async () => {
    const text = 'rollout: {weight: 0%}';
    const stage = await staged(text);
    await stage.command('rollback');
    stage.clock.advance(1_000);
    await stage.settle();
    await stage.configure(text);
    expect([stage.phase(), stage.weight()]).toEqual(['rolled_back', 'stopped']);
    const next = await staged(text, stage.store);
    next.clock.advance(1_000);
    await next.settle();
    expect([next.phase(), next.weight()]).toEqual(['rolled_back', 'stopped']);
    const { releasedBy, refusals, advice } = next.rollouts.status[0]!;
    expect([releasedBy, advice]).toEqual(['person', expect.stringMatching(/^release it, .* was there before$/)]);
    expect(refusals).not.toHaveProperty('release');
    expect(await next.command('release')).toEqual({ ok: true });
    expect([next.weight(), next.told.at(-1)!.by]).toEqual([0, 'ann']);
  });

  it('is rolled back once from 0 %, however often it is looked at', async () => {
    const stage = await staged('rollout: {weight: 0%}');
    stage.fail(10);
    for (let look = 0; look < 10; look++) {
      stage.clock.advance(100);
      await stage.settle();
    }
    expect(stage.told.map(({ action }) => action)).toEqual(['file', 'rollback']);
    expect(stage.weight()).toBe('stopped');
  });

  it('releases a rollback from 0 % by another weight and then 0 %', async () => {
    const stage = await staged('rollout: {weight: 0%}');
    await stage.command('rollback');
    await stage.configure('rollout: {weight: 5%}');
    expect(stage.weight()).toBe('stopped');
    await stage.configure('rollout: {weight: 0%}');
    expect(stage.weight()).toBe(0);
    await stage.command('rollback');
    expect(stage.weight()).toBe('stopped');
    stage.clock.advance(1_000);
    await stage.settle();
    expect(stage.weight()).toBe('stopped');
  });

  it('that is changed to 0 % while no process runs releases a rollback at the next start', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    await stage.command('rollback');
    const next = await staged('rollout: {weight: 0%}', stage.store);
    expect(next.weight()).toBe(0);
  });

  it('does not lift a rollback, in this process or the next, until it says 0 %', async () => {
    const stage = await staged('rollout: {weight: 5%}');
    await stage.command('rollback');
    await stage.configure('rollout: {weight: 10%}');
    expect(stage.weight()).toBe('stopped');
    const next = await staged('rollout: {weight: 10%}', stage.store);
    expect(next.weight()).toBe('stopped');
    await next.configure('rollout: {weight: 0%}');
    await next.configure('rollout: {weight: 10%}');
    expect(next.weight()).toBe(1_000);
  });
});
