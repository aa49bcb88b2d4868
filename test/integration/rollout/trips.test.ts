/** Each hard limit alone, with the proxy as a process: nothing else could roll back here. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { ask, askAll, command, isRolledBack, onCandidate, startVersions, USERS } from '../../support/release.ts';
import { get } from '../../support/rollout-stage.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** Nothing is copied, and while the candidate serves everybody there is nobody to compare its users with. */
const EVERYBODY = { mirror: { enabled: false }, rollout: { weight: '100%', sticky: [{ cookie: 'uid' }] } };

/** Asks until it is rolled back, by whom and why. */
async function rolledBack(understudy: Understudy, asking: () => Promise<unknown> = () => askAll(understudy)) {
  while (understudy.logs().every((line) => !isRolledBack(line))) await asking();
  const { by, reason } = await understudy.logged(isRolledBack);
  return { by, reason };
}

test('errors: a candidate that serves everybody and fails is rolled back, and nobody fails any more', async () => {
  const { config, behave } = await startVersions();
  const understudy = await startUnderstudy({ ...config, ...EVERYBODY });
  expect(await onCandidate(understudy)).toEqual(USERS);
  behave('fails');
  expect(await rolledBack(understudy)).toEqual({
    by: 'trip',
    reason: expect.stringMatching(/^\d+ of \d+ requests to the candidate failed within .* s, more than 5%$/),
  });
  expect(await onCandidate(understudy)).toEqual([]);
});

test('errors: a candidate that takes no connections is rolled back though production fails all as well', async () => {
  const { config, candidate, behave } = await startVersions();
  const understudy = await startUnderstudy({
    ...config,
    mirror: { enabled: false },
    rollout: { weight: '50%', sticky: [{ cookie: 'uid' }] },
  });
  behave('fails', 'production');
  await candidate.close();
  expect(await rolledBack(understudy)).toEqual({
    by: 'trip',
    reason: expect.stringMatching(/^(\d+) of \1 requests to the candidate failed within/),
  });
});

test('errors: a candidate that hangs is rolled back when its users reset their connections, long before it times out', async () => {
  const { config, behave } = await startVersions();
  const { rollout, mirror } = EVERYBODY;
  const understudy = await startUnderstudy({ ...config, mirror, rollout: { ...rollout, trip: { p99: '200ms' } } });
  behave('hangs');
  const leave = async () => {
    const client = await connectRaw(understudy.port);
    void client.send(get('u'));
    await delay(500);
    client.reset();
  };
  expect(await rolledBack(understudy, () => Promise.all(Array.from({ length: 10 }, leave)))).toEqual({
    by: 'trip',
    reason: expect.stringMatching(/^\d+ of \d+ requests to the candidate failed within/),
  });
  expect(await onCandidate(understudy)).toEqual([]);
});

test('p99: a candidate that answers late is rolled back', async () => {
  const { config, behave } = await startVersions();
  const { rollout, mirror } = EVERYBODY;
  const understudy = await startUnderstudy({ ...config, mirror, rollout: { ...rollout, trip: { p99: '200ms' } } });
  behave('answers_late');
  expect(await rolledBack(understudy)).toEqual({
    by: 'trip',
    reason: expect.stringMatching(
      /^\d+ of \d+ responses of the candidate took longer than 200 ms within .* s, more than 1%$/,
    ),
  });
  expect(await onCandidate(understudy)).toEqual([]);
});

test('version: a candidate that answers as another version in the middle of a step is rolled back', async () => {
  let version = '1.0';
  const start = (named: () => string) =>
    startHttpOrigin((_request, response) => response.setHeader('x-app-version', named()).end('same'));
  const [production, candidate] = await Promise.all([start(() => '0.9'), start(() => version)]);
  const understudy = await startUnderstudy({
    primary: production.url,
    shadow: { url: candidate.url, versionFrom: { header: 'x-app-version' } },
    rollout: { steps: ['50%', '100%'], sticky: [{ cookie: 'uid' }] },
  });
  await askAll(understudy);
  await understudy.logged(({ version }) => version === '1.0');
  await command(understudy, 'start');
  await askAll(understudy);
  version = '2.0';
  expect(await rolledBack(understudy)).toEqual({
    by: 'trip',
    reason: 'the candidate answers as version 2.0, no longer as 1.0',
  });
  expect((await ask(understudy, USERS[0]!)).status).toBe(200);
});
