/** What a step lives through: its configuration is edited, and the clock of the machine is set. */
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

const PRELOAD = new URL('../../support/lost-time.mjs', import.meta.url).href;

const sticky = [{ cookie: 'uid' }];

test('a reload that edits the steps leaves all users where they are, and the next step is the one that it says', async () => {
  const { config } = await startVersions();
  const rollout = { steps: ['10%', '50%', '100%'], hold: '0s', sticky };
  const understudy = await startUnderstudy({ ...config, mirror: { enabled: false }, rollout });
  await command(understudy, 'start');
  const first = await onCandidate(understudy);
  expect(first.length).toBeGreaterThan(5);

  await edit(understudy, (text) => text.replace('- 10%', '- 5%').replace('- 50%', '- 30%'));
  expect(await onCandidate(understudy)).toEqual(first);
  expect((await rolloutApi(understudy)).rollouts).toMatchObject([{ weight: 0.1, next: 0.3, steps: [0.05, 0.3, 1] }]);

  await command(understudy, 'promote');
  const second = await onCandidate(understudy);
  expect((await rolloutApi(understudy)).rollouts).toMatchObject([{ weight: 0.3, next: 1 }]);
  expect(second.length).toBeGreaterThan(first.length);
  expect(second).toEqual(expect.arrayContaining(first));
});

test('a route that a reload adds in the middle of a step trips like the others', async () => {
  const answering = (server: string) =>
    startHttpOrigin((request, response) => {
      if (server === 'candidate' && request.url === '/orders') response.statusCode = 500;
      response.end(server);
    });
  const [production, candidate] = await Promise.all([answering('production'), answering('candidate')]);
  const understudy = await startUnderstudy({
    ...{ primary: production.url, shadow: candidate.url, mirror: { enabled: false } },
    rollout: { steps: ['100%'], sticky },
    routes: [{ name: 'people', match: { path: '/people' } }],
  });
  await command(understudy, 'start');
  expect(await onCandidate(understudy)).toEqual(USERS);
  await edit(understudy, (text) => text.replace('routes:', 'routes:\n  - {name: orders, match: {path: /orders}}'));
  while (understudy.logs().every((line) => !isRolledBack(line))) await askAll(understudy, '/orders');
  expect(await understudy.logged(isRolledBack)).toMatchObject({
    by: 'trip',
    reason: expect.stringMatching(/requests to the candidate failed within/),
  });
  expect(await ask(understudy, USERS[0]!, '/orders')).toEqual({ status: 200, server: 'production' });
});

test('a clock that is set a day ahead and back shortens no step, moves no user, and delays no trip', async () => {
  const { config, behave } = await startVersions();
  const understudy = await startUnderstudy(
    { ...config, mirror: { enabled: false }, rollout: { steps: ['50%', '100%'], hold: '1h', sticky } },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, SHIFT: '86400000' } },
  );
  await command(understudy, 'start');
  const users = await onCandidate(understudy);
  for (const way of ['ahead', 'back']) {
    understudy.kill('SIGUSR2');
    await understudy.logged(({ msg }) => msg?.includes(`the clock of this machine was set ${way}`) ?? false);
    expect(await command(understudy, 'promote')).toMatchObject({
      status: 409,
      value: { detail: expect.stringContaining('each step lasts at least') },
    });
    expect(await onCandidate(understudy)).toEqual(users);
  }
  understudy.kill('SIGUSR2');
  behave('fails');
  while (understudy.logs().every((line) => !isRolledBack(line))) await askAll(understudy);
  expect(await understudy.logged(isRolledBack)).toMatchObject({ by: 'trip' });
  expect(await onCandidate(understudy)).toEqual([]);
});
