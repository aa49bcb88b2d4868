import { describe, expect, test } from 'vitest';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { caller } from './caller.ts';
import { rollout } from './results.ts';

type Rollouts = AdminDependencies['rollouts'];

const others: Rollouts = { status: [], history: async () => [], command: async () => 'no_such_rollout' };
const post = (rollouts: Partial<Rollouts>, body: object) =>
  caller({ rollouts: { ...others, ...rollouts } })('POST', '/api/v1/rollout', { body: JSON.stringify(body) });

describe('the rollouts', () => {
  test('are shown, or that of one service', async () => {
    const call = caller({ rollouts: { ...others, status: [rollout, { ...rollout, service: 'users' }] } });
    const services = async (query: string) =>
      (await call('GET', `/api/v1/rollout${query}`)).value.rollouts.map((each: typeof rollout) => each.service);
    expect(await services('')).toEqual(['default', 'users']);
    expect(await services('?service=users')).toEqual(['users']);
  });

  test('have a history of so many changes', async () => {
    const asked: unknown[] = [];
    const history: Rollouts['history'] = async (...of) => {
      asked.push(of);
      return [];
    };
    const call = caller({ rollouts: { ...others, history } });
    await call('GET', '/api/v1/rollout/history');
    await call('GET', '/api/v1/rollout/history?service=users&limit=3');
    expect(asked).toEqual([
      [50, undefined],
      [3, 'users'],
    ]);
    expect((await call('GET', '/api/v1/rollout/history?limit=0')).status).toBe(400);
  });
});

describe('a command', () => {
  test('is given with who says so, and why', async () => {
    const given: unknown[] = [];
    const command: Rollouts['command'] = async (...of) => {
      given.push(of);
      return { ok: true };
    };
    const status = [rollout];
    expect((await post({ status, command }, { command: 'promote', by: 'ann', reason: 'all is well' })).value).toEqual(
      rollout,
    );
    await post({ status, command }, { command: 'rollback', service: 'default' });
    await post({ status, command }, { command: 'promote', revision: 7 });
    expect(given).toEqual([
      [undefined, 'promote', 'ann', 'all is well', undefined],
      ['default', 'rollback', 'api', 'no reason was given', undefined],
      [undefined, 'promote', 'api', 'no reason was given', 7],
    ]);
  });

  test('that is refused says why', async () => {
    const why = 'the configuration alone decides here';
    const refused = await post({ command: async () => ({ ok: false, why }) }, { command: 'promote' });
    expect(refused.value).toMatchObject({ status: 409, code: 'conflict', detail: why });
  });

  test('for a service without a rollout says which services have one', async () => {
    expect((await post({ status: [rollout] }, { command: 'start', service: 'user' })).value).toMatchObject({
      code: 'not_found',
      detail: 'service: no such rollout; found "user"; allowed: default',
    });
    expect((await post({}, { command: 'start' })).value.detail).toContain(
      'a service with rollout in the configuration',
    );
  });

  test.each([{}, { command: 'go' }, { command: 'start', by: '' }, { command: 'start', weight: 5 }])(
    'of %j is no command',
    async (body) => {
      expect((await post({ status: [rollout] }, body)).status).toBe(400);
    },
  );
});
