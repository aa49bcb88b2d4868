/** Releases as a person makes them, with the proxy as a process: steps, rollbacks, crashes and restarts. */
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import {
  ask,
  askAll,
  command,
  edit,
  isRolledBack,
  onCandidate,
  rolloutApi,
  startVersions,
  USERS,
} from '../../support/release.ts';
import { startUnderstudy } from '../../support/understudy.ts';

test('a release goes step by step to all users and outlives crashes, and so does its rollback; no request fails', async () => {
  const { config } = await startVersions();
  const rollout = { steps: ['10%', '50%', '100%'], hold: '0s', sticky: [{ cookie: 'uid' }] };
  let understudy = await startUnderstudy({ ...config, rollout });
  const restart = async () => {
    understudy.kill('SIGKILL');
    await understudy.exited;
    const { directory } = understudy;
    understudy = await startUnderstudy({ ...config, rollout }, { directory });
  };
  expect(await onCandidate(understudy)).toEqual([]);

  expect((await command(understudy, 'start')).value).toMatchObject({ phase: 'canary', weight: 0.1 });
  const first = await onCandidate(understudy);
  expect(first.length).toBeGreaterThan(5);
  expect(await onCandidate(understudy)).toEqual(first);

  await command(understudy, 'promote');
  const second = await onCandidate(understudy);
  expect(second.length).toBeGreaterThan(35);
  expect(second).toEqual(expect.arrayContaining(first));

  await restart();
  expect(await onCandidate(understudy)).toEqual(second);

  await command(understudy, 'promote');
  expect(await onCandidate(understudy)).toEqual(USERS);

  // What is in flight ends where it is.
  const inFlight = ask(understudy, USERS[0]!, '/slow');
  await delay(50);
  expect((await command(understudy, 'rollback', 'orders are lost')).status).toBe(200);
  expect(await onCandidate(understudy)).toEqual([]);
  expect(await inFlight).toEqual({ status: 200, server: 'candidate' });

  await restart();
  expect((await rolloutApi(understudy)).rollouts).toMatchObject([
    { phase: 'rolled_back', weight: 0, last: { action: 'rollback', by: 'ann', reason: 'orders are lost' } },
  ]);
  expect(await onCandidate(understudy)).toEqual([]);
  expect((await command(understudy, 'start')).status).toBe(409);
  await command(understudy, 'release');
  expect((await command(understudy, 'start')).status).toBe(200);
  expect(await onCandidate(understudy)).toEqual(first);
  expect((await rolloutApi(understudy, '/history')).changes.map(({ action }) => action)).toEqual([
    'start',
    'release',
    'rollback',
    'promote',
    'promote',
    'start',
  ]);
});

test('a candidate that fails is rolled back while the webhook before the next step does not answer, and the webhook of rollbacks is told', async () => {
  const { config, behave } = await startVersions();
  const told = Promise.withResolvers<unknown>();
  const asked = Promise.withResolvers<void>();
  const hook = await startHttpOrigin(async (request, response) => {
    if (request.url === '/before') return asked.resolve();
    told.resolve(await json(request));
    response.end();
  });
  const hooks = { before: { url: `${hook.url}/before`, timeout: '20s' }, rollback: `${hook.url}/rollback` };
  const rollout = { weight: 'steps', steps: ['50%', '100%'], hold: '0s', sticky: [{ cookie: 'uid' }] };
  const first = await startUnderstudy({ ...config, rollout });
  await command(first, 'start');
  await first.stop();
  const understudy = await startUnderstudy(
    { ...config, rollout: { ...rollout, hooks } },
    { directory: first.directory },
  );

  const promoted = command(understudy, 'promote');
  await asked.promise;
  behave('fails');
  const rolledBack = understudy.logged(isRolledBack);
  while (understudy.logs().every((line) => !isRolledBack(line))) await askAll(understudy);
  expect((await rolledBack)['reason']).toMatch(/requests to the candidate failed within/);
  expect(await told.promise).toMatchObject({ service: 'default', event: 'rollback', by: expect.any(String) });
  expect(await onCandidate(understudy)).toEqual([]);
  understudy.kill('SIGKILL');
  await promoted.catch(() => {});
});

test('a candidate that hangs is rolled back by its health check, and what hangs is not waited for', async () => {
  const { config, behave } = await startVersions();
  const understudy = await startUnderstudy({
    ...config,
    rollout: {
      steps: ['50%', '100%'],
      sticky: [{ cookie: 'uid' }],
      trip: { health: { path: '/', interval: '100ms', failures: 2 } },
    },
  });
  await command(understudy, 'start');
  const [user] = await onCandidate(understudy);
  behave('hangs');
  const hanging = ask(understudy, user!).catch(() => {});
  expect(await understudy.logged(isRolledBack)).toMatchObject({
    by: 'trip',
    reason: expect.stringContaining('health check'),
  });
  expect(await onCandidate(understudy)).toEqual([]);
  understudy.kill('SIGKILL');
  await hanging;
});

test('a weight in the file decides alone, and a reload changes it', async () => {
  const { config } = await startVersions();
  const sticky = [{ cookie: 'uid' }];
  const understudy = await startUnderstudy({ ...config, rollout: { weight: '10%', sticky } });
  const first = await onCandidate(understudy);
  expect(first.length).toBeGreaterThan(5);
  expect(await command(understudy, 'promote')).toMatchObject({
    status: 409,
    value: { detail: expect.stringContaining('the configuration alone decides here') },
  });
  await edit(understudy, (text) => text.replace('weight: 10%', 'weight: 60%'));
  await understudy.logged(({ action, msg }) => action === 'file' && String(msg).includes('60%'));
  const second = await onCandidate(understudy);
  expect(second.length).toBeGreaterThan(45);
  expect(second).toEqual(expect.arrayContaining(first));
});
