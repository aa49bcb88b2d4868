/** What is measured on a step, and what trips: over reloads, with users who leave, and beside what the candidate never serves. */
import { describe, expect, it } from 'vitest';
import type { RouteRow } from '../../../src/model/route.ts';
import { STEPS, stagedRollouts as staged } from '../../support/staged-rollouts.ts';

const ROW = 0 as RouteRow;

describe('a reload in the middle of a step', () => {
  const NEW = 1 as RouteRow;
  const WITH_ORDERS = `${STEPS}\nroutes: [{name: orders, match: {path: /orders}}]`;

  it('that adds a route lets what fails there count like the rest, from then on', async () => {
    const stage = await staged();
    await stage.command('start');
    // As before that route was taken out by an earlier reload.
    stage.fail(10, NEW);
    const { enter } = stage.prepare(WITH_ORDERS, [NEW, ROW]);
    // The threads that have it already.
    stage.fail(4, NEW);
    stage.clock.advance(100);
    await enter();
    expect(stage.phase()).toBe('canary');
    expect(stage.rehearsals).toEqual(['rollout 1%']);
    stage.fail(6, NEW);
    expect(stage.rollouts.status[0]!.step!.arms.candidate).toMatchObject({ requests: 10, failed: 10 });
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.phase()).toBe('rolled_back');
    expect(stage.told.at(-1)).toMatchObject({ by: 'trip', reason: expect.stringContaining('6 of 6 requests') });
  });

  it('that sets a limit of time does not judge by it what came before', async () => {
    const stage = await staged();
    await stage.command('start');
    for (let request = 0; request < 100; request++) stage.answer('candidate', 500);
    stage.clock.advance(100);
    await stage.configure(`${STEPS.slice(0, -1)}, trip: {p99: 100ms}}`);
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.phase()).toBe('canary');
    for (let request = 0; request < 100; request++) stage.answer('candidate', 500);
    stage.clock.advance(100);
    await stage.settle();
    expect(stage.told.at(-1)).toMatchObject({ by: 'trip', reason: expect.stringContaining('100 of 100 responses') });
  });
});

describe('a candidate that hangs, so that users leave', () => {
  const LEFT = { result: 'aborted', measured: false } as const;
  const leave = (stage: Awaited<ReturnType<typeof staged>>, waited: number) => {
    for (let user = 0; user < 10; user++) stage.count('candidate', { ...LEFT, waited });
    stage.clock.advance(100);
    return stage.settle();
  };

  it('is rolled back as soon as they waited longer than the limit of the 99th percentile', async () => {
    const stage = await staged(`${STEPS.slice(0, -1)}, trip: {p99: 800ms}}`);
    await stage.command('start');
    await leave(stage, 700);
    expect(stage.phase()).toBe('canary');
    await leave(stage, 900);
    expect(stage.told.at(-1)).toMatchObject({
      by: 'trip',
      reason: expect.stringContaining('requests to the candidate failed'),
    });
  });

  it('is rolled back without that limit as soon as they waited longer than 99 % on production, also when nobody is left there', async () => {
    const stage = await staged('rollout: {steps: [50%, 100%], hold: 0s}');
    await stage.command('start');
    await leave(stage, 900);
    expect(stage.phase()).toBe('canary');
    for (let bucket = 0; bucket < 600; bucket++) stage.serve(9_999 - bucket, 1, 100);
    stage.clock.advance(1_000);
    stage.clock.advance(100);
    await stage.command('promote');
    expect(stage.phase()).toBe('full');
    await leave(stage, 90);
    expect(stage.phase()).toBe('full');
    await leave(stage, 900);
    expect(stage.told.at(-1)).toMatchObject({ by: 'trip', reason: expect.stringContaining('10 of 10 requests') });
  });
});

it('slow requests that only production serves do not hide how much slower the candidate answers the others', async () => {
  const stage = await staged('rollout: {steps: [50%, 100%]}');
  await stage.command('start');
  for (let write = 0; write < 5_000; write++) stage.count('rest', { took: 1_000 });
  for (let second = 0; second < 5; second++) {
    for (let bucket = 0; bucket < 200; bucket++) {
      stage.serve(bucket, 4, 50);
      stage.serve(9_999 - bucket, 4, 10);
    }
    stage.clock.advance(1_000);
    await stage.settle();
  }
  expect(stage.told.at(-1)).toMatchObject({ by: 'verdict', reason: expect.stringContaining('the median time') });
});
