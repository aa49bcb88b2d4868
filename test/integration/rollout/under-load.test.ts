/** Whole releases while 2,000 users ask without a pause, with the proxy as a process. */
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startAskingUsers } from '../../support/asking-users.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { configText, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const USERS = 2_000;
const says = (body: string) => startHttpOrigin((_request, response) => response.end(body));

async function command({ adminPort }: Understudy, name: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: name }),
  });
  expect(response.status).toBe(200);
}

async function reload(understudy: Understudy, config: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(understudy.file, configText(config));
  await understudy.logged(({ msg }) => msg === 'the configuration was reloaded');
}

test('2,000 users ask without a pause through all steps and a rollback: no request fails, and nobody changes versions but by a step', async () => {
  const [production, candidate] = await Promise.all([says('production'), says('candidate')]);
  const understudy = await startUnderstudy({
    primary: production.url,
    shadow: candidate.url,
    mirror: { enabled: false },
    rollout: { steps: ['1%', '5%', '25%', '50%', '100%'], hold: '0s', sticky: [{ header: 'x-user' }] },
  });
  const users = startAskingUsers(understudy.port, USERS);
  await users.everybodyAsked();
  const shares = [users.shareOf('candidate')];
  for (const name of ['start', 'promote', 'promote', 'promote', 'promote', 'rollback']) {
    await command(understudy, name);
    await users.everybodyAsked();
    shares.push(users.shareOf('candidate'));
  }
  const { seen, failed } = await users.end();
  expect(failed).toEqual([]);
  for (const [at, share] of [0, 0.01, 0.05, 0.25, 0.5, 1, 0].entries())
    expect(Math.abs(shares[at]! - share)).toBeLessThan(0.04);
  expect([shares[0], shares[5], shares[6]]).toEqual([0, 1, 0]);
  expect(seen).toEqual(['production,candidate,production']);
});

const sticky = [{ header: 'x-user' }];
const STEPS = { steps: ['100%'], hold: '0s', sticky };

test.each([
  { how: 'and the next shadow begins a rollout of its own', before: STEPS, next: 'next', after: STEPS },
  { how: 'and the rollout is gone', before: STEPS, next: 'none', after: undefined },
  {
    how: 'and the weight in the file is none for the next shadow',
    before: { weight: '100%', sticky },
    next: 'next',
    after: { weight: '0%', sticky },
  },
])(
  'when the file makes the candidate the primary, $how, nobody is led back to the old version: no request fails though it is off',
  async ({ before, next, after }) => {
    const [old, candidate, another] = await Promise.all([says('old'), says('candidate'), says('next')]);
    const understudy = await startUnderstudy({
      primary: old.url,
      shadow: candidate.url,
      mirror: { enabled: false },
      rollout: before,
    });
    if (before === STEPS) await command(understudy, 'start');
    const users = startAskingUsers(understudy.port, USERS);
    await users.everybodyAsked();
    await old.close();
    await reload(understudy, {
      primary: candidate.url,
      shadow: next === 'none' ? 'none' : another.url,
      mirror: { enabled: false },
      ...(after && { rollout: after }),
    });
    await users.everybodyAsked();
    expect(await users.end()).toEqual({ seen: ['candidate'], failed: [] });
  },
);

test('when the file names another candidate, users of the one before go to production, and nobody to the new one', async () => {
  const [production, candidate, another] = await Promise.all([says('production'), says('candidate'), says('another')]);
  const config = { primary: production.url, mirror: { enabled: false }, rollout: STEPS };
  const understudy = await startUnderstudy({ ...config, shadow: candidate.url });
  await command(understudy, 'start');
  const users = startAskingUsers(understudy.port, USERS);
  await users.everybodyAsked();
  await reload(understudy, { ...config, shadow: another.url });
  await users.everybodyAsked();
  expect(await users.end()).toEqual({ seen: ['candidate,production'], failed: [] });
});
