/** Releases as a person makes them, with the proxy as a process: steps, rollbacks, crashes and restarts. */
import { readFile, writeFile } from 'node:fs/promises';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { type LogLine, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const USERS = Array.from({ length: 100 }, (_, index) => `user-${index}`);
type Server = 'production' | 'candidate';
type Behavior = 'answers' | 'fails' | 'hangs';

/** A candidate whose behavior changes while the test goes on, and production. */
async function versions() {
  let behavior: Behavior = 'answers';
  const production = await startHttpOrigin((_request, response) => response.end('production'));
  const candidate = await startHttpOrigin((request, response) => {
    if (behavior === 'hangs') return;
    if (behavior === 'fails') response.statusCode = 500;
    if (request.url === '/slow') setTimeout(() => response.end('candidate'), 300);
    else response.end('candidate');
  });
  const behave = (now: Behavior) => {
    behavior = now;
  };
  return { config: { primary: production.url, shadow: candidate.url }, behave };
}

async function ask({ port }: Understudy, user: string, path = '/'): Promise<{ status: number; server: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie: `uid=${user}` } });
  return { status: response.status, server: await response.text() };
}

/** Each user asks once. */
async function serversOf(understudy: Understudy): Promise<ReadonlyMap<string, Server>> {
  const servers = new Map<string, Server>();
  for (let at = 0; at < USERS.length; at += 20)
    await Promise.all(
      USERS.slice(at, at + 20).map(async (user) => {
        const { status, server } = await ask(understudy, user);
        expect(status).toBe(200);
        servers.set(user, server as Server);
      }),
    );
  return servers;
}

const onCandidate = (servers: ReadonlyMap<string, Server>) => USERS.filter((user) => servers.get(user) === 'candidate');

async function command({ adminPort }: Understudy, name: string, reason = 'because') {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: name, by: 'ann', reason }),
  });
  return { status: response.status, value: await response.json() };
}

async function api({ adminPort }: Understudy, path: string) {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout${path}`);
  return (await response.json()) as {
    readonly rollouts: unknown;
    readonly changes: readonly { readonly action: string }[];
  };
}

const isRolledBack = ({ action, by }: LogLine) => action === 'rollback' && by !== undefined;

test('a release goes step by step to all users and outlives crashes, and so does its rollback; no request fails', async () => {
  const { config } = await versions();
  const rollout = { steps: ['10%', '50%', '100%'], hold: '0s', sticky: [{ cookie: 'uid' }] };
  let understudy = await startUnderstudy({ ...config, rollout });
  const restart = async () => {
    understudy.kill('SIGKILL');
    await understudy.exited;
    const { directory } = understudy;
    understudy = await startUnderstudy({ ...config, rollout }, { directory });
  };
  expect(onCandidate(await serversOf(understudy))).toEqual([]);

  expect((await command(understudy, 'start')).value).toMatchObject({ phase: 'canary', weight: 0.1 });
  const first = onCandidate(await serversOf(understudy));
  expect(first.length).toBeGreaterThan(5);
  expect(onCandidate(await serversOf(understudy))).toEqual(first);

  await command(understudy, 'promote');
  const second = onCandidate(await serversOf(understudy));
  expect(second.length).toBeGreaterThan(35);
  expect(second).toEqual(expect.arrayContaining(first));

  await restart();
  expect(onCandidate(await serversOf(understudy))).toEqual(second);

  await command(understudy, 'promote');
  expect(onCandidate(await serversOf(understudy))).toEqual(USERS);

  // What is in flight ends where it is.
  const inFlight = ask(understudy, USERS[0]!, '/slow');
  await delay(50);
  expect((await command(understudy, 'rollback', 'orders are lost')).status).toBe(200);
  expect(onCandidate(await serversOf(understudy))).toEqual([]);
  expect(await inFlight).toEqual({ status: 200, server: 'candidate' });

  await restart();
  expect((await api(understudy, '')).rollouts).toMatchObject([
    { phase: 'rolled_back', weight: 0, last: { action: 'rollback', by: 'ann', reason: 'orders are lost' } },
  ]);
  expect(onCandidate(await serversOf(understudy))).toEqual([]);
  expect((await command(understudy, 'start')).status).toBe(409);
  await command(understudy, 'release');
  expect((await command(understudy, 'start')).status).toBe(200);
  expect(onCandidate(await serversOf(understudy))).toEqual(first);
  expect((await api(understudy, '/history')).changes.map(({ action }) => action)).toEqual([
    'start',
    'release',
    'rollback',
    'promote',
    'promote',
    'start',
  ]);
});

test('a candidate that fails is rolled back while the webhook before the next step does not answer, and the webhook of rollbacks is told', async () => {
  const { config, behave } = await versions();
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
  while (understudy.logs().every((line) => !isRolledBack(line))) await serversWith(understudy);
  expect((await rolledBack)['reason']).toMatch(/requests to the candidate failed within|fail more often/);
  expect(await told.promise).toMatchObject({ service: 'default', event: 'rollback', by: expect.any(String) });
  expect(onCandidate(await serversOf(understudy))).toEqual([]);
  understudy.kill('SIGKILL');
  await promoted.catch(() => {});
});

/** Each user asks once, whatever comes. */
async function serversWith(understudy: Understudy): Promise<void> {
  await Promise.all(USERS.slice(0, 20).map((user) => ask(understudy, user)));
}

test('a candidate that hangs is rolled back by its health check, and what hangs is not waited for', async () => {
  const { config, behave } = await versions();
  const understudy = await startUnderstudy({
    ...config,
    rollout: {
      steps: ['50%', '100%'],
      sticky: [{ cookie: 'uid' }],
      trip: { health: { path: '/', interval: '100ms', failures: 2 } },
    },
  });
  await command(understudy, 'start');
  const [user] = onCandidate(await serversOf(understudy));
  behave('hangs');
  const hanging = ask(understudy, user!).catch(() => {});
  expect(await understudy.logged(isRolledBack)).toMatchObject({
    by: 'trip',
    reason: expect.stringContaining('health check'),
  });
  expect(onCandidate(await serversOf(understudy))).toEqual([]);
  understudy.kill('SIGKILL');
  await hanging;
});

test('a weight in the file decides alone, and a reload changes it', async () => {
  const { config } = await versions();
  const sticky = [{ cookie: 'uid' }];
  const understudy = await startUnderstudy({ ...config, rollout: { weight: '10%', sticky } });
  const first = onCandidate(await serversOf(understudy));
  expect(first.length).toBeGreaterThan(5);
  expect(await command(understudy, 'promote')).toMatchObject({
    status: 409,
    value: { detail: expect.stringContaining('the configuration alone decides here') },
  });
  const text = await readFile(understudy.file, 'utf8');
  await writeFile(understudy.file, text.replace('weight: 10%', 'weight: 60%'));
  await understudy.logged(({ action, msg }) => action === 'file' && String(msg).includes('60%'));
  await understudy.logged(({ msg }) => msg === 'the configuration was reloaded');
  const second = onCandidate(await serversOf(understudy));
  expect(second.length).toBeGreaterThan(45);
  expect(second).toEqual(expect.arrayContaining(first));
});
