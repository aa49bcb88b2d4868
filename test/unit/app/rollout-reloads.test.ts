/** What a reload makes of a rollout: while threads get the configuration, some have it and others the one before. */
import { describe, expect, it } from 'vitest';
import { STEPS, stagedRollouts as staged } from '../../support/staged-rollouts.ts';

const OTHER = 'shadow: http://127.0.0.1:3009';
const versioned = (weight: string, version: string) =>
  `rollout: {weight: ${weight}}\nshadow: {url: http://127.0.0.1:3001, version: ${version}}`;

describe('while threads get another candidate', () => {
  it('users stay on the one before, and nobody comes to the new one', async () => {
    const stage = await staged();
    await stage.command('start');
    const { seats, enter } = stage.prepare(`${STEPS}\n${OTHER}`);
    expect(seats.get('default')).toBe(1);
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual([100, 'stopped']);
    stage.clock.advance(60_000);
    await stage.command('promote');
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual([500, 'stopped']);
    await enter();
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual(['stopped', 'stopped']);
    expect(stage.phase()).toBe('shadow');
    await stage.command('start');
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual(['stopped', 100]);
  });

  it('a rollback acts at once, and holds', async () => {
    const stage = await staged(versioned('50%', '1.0'));
    const { enter } = stage.prepare(versioned('50%', '2.0'));
    await stage.command('rollback');
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual(['stopped', 'stopped']);
    await enter();
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual(['stopped', 'stopped']);
    expect(stage.phase()).toBe('rolled_back');
  });

  it('a step that waits for the store leads nobody to the new one, not for a moment', async () => {
    const stage = await staged();
    await stage.command('start');
    stage.clock.advance(60_000);
    stage.setWriting('hangs');
    const step = stage.command('promote');
    const { enter } = stage.prepare(`${STEPS}\n${OTHER}`);
    const seen = new Set<number | 'stopped'>();
    let state: 'entering' | 'entered' = 'entering';
    const entered = enter().then(() => {
      state = 'entered';
    });
    while (state === 'entering') {
      seen.add(stage.weightAt(1));
      await stage.settle();
    }
    await entered;
    expect([...seen]).toEqual(['stopped']);
    await stage.hung[0]!.write();
    expect(await step).toMatchObject({ ok: false });
    expect([stage.phase(), stage.weightAt(0), stage.weightAt(1)]).toEqual(['shadow', 'stopped', 'stopped']);
  });

  it('the new version is not taken for a deployment of the one before', async () => {
    const stage = await staged();
    stage.presents('first', '1.0');
    await stage.command('start');
    await stage.settle();
    const { enter } = stage.prepare(`${STEPS}\n${OTHER}`);
    stage.presents('other', '2.0');
    stage.clock.advance(100);
    await stage.settle();
    expect([stage.phase(), stage.weightAt(0)]).toEqual(['canary', 100]);
    await enter();
    expect(stage.phase()).toBe('shadow');
    // Copies belong to the rehearsal of the new version, and need no other.
    expect(stage.rehearsals).toEqual(['rollout 1%']);
  });

  it('users of a weight in the file come from one to the other, as the file says, but never more of them', async () => {
    const stage = await staged(versioned('50%', '1.0'));
    const lower = stage.prepare(versioned('5%', '2.0'));
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual([5_000, 500]);
    await lower.enter();
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual(['stopped', 500]);
    const higher = stage.prepare(versioned('20%', '3.0'));
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual([500, 500]);
    await higher.enter();
    expect([stage.weightAt(0), stage.weightAt(1)]).toEqual([2_000, 'stopped']);
  });
});

it('while threads get a configuration without the rollout, users stay where they are', async () => {
  const stage = await staged();
  await stage.command('start');
  const { enter } = stage.prepare('');
  expect(stage.weightAt(0)).toBe(100);
  await enter();
  expect(stage.weightAt(0)).toBe('stopped');
});

it('the same candidate keeps its users, whatever else changes', async () => {
  const stage = await staged();
  await stage.command('start');
  const { seats, enter } = stage.prepare('rollout: {steps: [1%, 50%, 100%]}\nprimary: http://127.0.0.1:3009');
  expect([seats.get('default'), stage.weightAt(0)]).toEqual([0, 100]);
  await enter();
  expect([stage.phase(), stage.weightAt(0)]).toEqual(['canary', 100]);
});

it('another version under the weight that the file says begins the step anew, and is no reason to roll back', async () => {
  const stage = await staged(versioned('50%', '1.0'));
  stage.presents('first', '1.0');
  stage.clock.advance(100);
  const { enter } = stage.prepare(versioned('50%', '2.0'));
  stage.presents('second', '2.0');
  await enter();
  stage.clock.advance(100);
  await stage.settle();
  expect([stage.phase(), stage.weightAt(1)]).toEqual(['canary', 5_000]);
  expect(stage.rehearsals).toEqual(['rollout 50%', 'rollout 50%']);
});

it('a reload does not wait for a store that hangs, says so, and gives the candidate no more until it is written', async () => {
  const stage = await staged('rollout: {weight: 5%}');
  stage.setWriting('hangs');
  await stage.configure('rollout: {weight: 50%}');
  expect(stage.weight()).toBe(500);
  expect(stage.warned).toEqual([expect.stringContaining('waits for the store')]);
  stage.setWriting('works');
  await stage.configure('rollout: {weight: 1%}');
  expect(stage.weight()).toBe(100);
});
