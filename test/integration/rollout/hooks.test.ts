/** The webhooks of a rollout's steps, and what happens while one of them does not answer. */
import { json } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { RolloutHooks } from '../../../src/app/rollout/hooks.ts';
import type { RolloutConfig } from '../../../src/config/types.ts';
import type { RolloutChange, RolloutState } from '../../../src/model/rollout.ts';
import type { Step } from '../../../src/rollout/lifecycle.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { stagedRollouts } from '../../support/staged-rollouts.ts';

type Hook = NonNullable<RolloutConfig['hooks']['before']>;

const STEP: Step = { action: 'promote', by: 'ann', reason: 'all is well', weight: 500 };
const hook = (url: string, timeout = 20_000): Hook => ({ url, timeout, headers: { authorization: 'Bearer secret' } });

/** A receiver that answers with this status, and what it got. */
async function receiver(status: number | 'never') {
  const { promise: received, resolve } = Promise.withResolvers<unknown>();
  const { url } = await startHttpOrigin(async (request, response) => {
    resolve({ authorization: request.headers.authorization, ...((await json(request)) as object) });
    if (status !== 'never') response.writeHead(status, { location: '/elsewhere' }).end();
  });
  return { url: `${url}/hook?key=secret`, received };
}

function hooks() {
  const logged: string[] = [];
  const { promise: told, resolve } = Promise.withResolvers<void>();
  const write = (line: string) => {
    logged.push(line);
    resolve();
  };
  return { of: new RolloutHooks('orders', pino({}, { write })), logged, told };
}

const changed = (action: RolloutChange['action'], state: RolloutState): RolloutChange => ({
  ...{ service: 'orders', revision: 3, at: 0, by: 'ann', candidate: 'http://next' },
  ...{ action, reason: 'because', state },
});

describe('the webhook before a step', () => {
  test('gets who wants which step and why, and lets it begin with 200', async () => {
    const { url, received } = await receiver(200);
    expect(await hooks().of.before({ before: hook(url) }, STEP)).toBeUndefined();
    const message = { service: 'orders', event: 'before', action: 'promote', weight: '5%', by: 'ann' };
    expect(await received).toEqual({ ...message, reason: 'all is well', authorization: 'Bearer secret' });
  });

  test.each([204, 202, 302, 403, 500])('does not let it begin with %i', async (status) => {
    const { url } = await receiver(status);
    expect(await hooks().of.before({ before: hook(url) }, STEP)).toBe(
      `the webhook before the step did not agree (answers ${status}); only 200 lets it begin`,
    );
  });

  test('does not let it begin where it does not answer in time, or is not there', async () => {
    const { url } = await receiver('never');
    expect(await hooks().of.before({ before: hook(url, 50) }, STEP)).toBe(
      'the webhook before the step did not agree (no response within 50 ms); only 200 lets it begin',
    );
    const { url: gone, close } = await startHttpOrigin(() => {});
    await close();
    expect(await hooks().of.before({ before: hook(gone) }, STEP)).toBe(
      'the webhook before the step did not agree (fails: ECONNREFUSED); only 200 lets it begin',
    );
  });

  test('is not needed', async () => {
    expect(await hooks().of.before({}, STEP)).toBeUndefined();
  });
});

describe('a webhook that is only told', () => {
  test.each<[RolloutChange, string, object]>([
    [changed('promote', { phase: 'canary', weight: 500, pace: 'advancing' }), 'after', { weight: '5%' }],
    [changed('promote', { phase: 'full' }), 'after', { weight: '100%' }],
    [changed('rollback', { phase: 'rolled_back', weight: 500, reason: 'x' }), 'rollback', { weight: '0%' }],
  ])('gets what happened: %j', async (change, event, message) => {
    const { url, received } = await receiver(200);
    hooks().of.told({ [event]: hook(url) }, change);
    expect(await received).toMatchObject({ service: 'orders', event, action: change.action, ...message });
  });

  test('that fails is logged, without its path and query, which may be secret', async () => {
    const { url } = await receiver(500);
    const { of, logged, told } = hooks();
    of.told({ after: hook(url) }, changed('start', { phase: 'canary', weight: 100, pace: 'advancing' }));
    await told;
    expect(JSON.parse(logged[0]!)).toMatchObject({
      webhook: new URL(url).origin,
      event: 'after',
      reason: 'answers 500',
    });
    expect(logged[0]).not.toContain('secret');
  });
});

test('while the webhook before a step does not answer, the candidate is rolled back as ever (flagger 1801)', async () => {
  const steps = 'steps: [1%, 100%], hold: 0s';
  const stage = await stagedRollouts(`rollout: {${steps}}`);
  await stage.command('start');
  const { url, received } = await receiver('never');
  await stage.configure(`rollout: {${steps}, hooks: {before: '${url}'}}`);
  void stage.command('promote');
  await received;
  expect(stage.rollouts.status[0]).toMatchObject({ phase: 'canary', asking: 1 });
  stage.fail(10);
  stage.clock.advance(100);
  await stage.settle();
  expect([stage.phase(), stage.weight()]).toEqual(['rolled_back', 'stopped']);
});
