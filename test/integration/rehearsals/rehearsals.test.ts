import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { settled } from '../../support/metrics.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { configText, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const SAME = '{"a":1}';
const OTHER = '{"a":2}';

/** A shadow that says its version, which may change from one response to the next, and differs where it is told to. */
async function versioned(version: () => string | undefined, body: () => string = () => SAME) {
  return startHttpOrigin((_request, response) => {
    const now = version();
    if (now !== undefined) response.setHeader('X-App-Version', now);
    response.setHeader('Content-Type', 'application/json');
    response.end(body());
  });
}

async function get({ port }: Understudy, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await (await fetch(`http://127.0.0.1:${port}/orders`)).text();
}

/** What a stopped proxy has recorded: for each rehearsal its version, its requests, and what became of them. */
async function recorded(understudy: Understudy) {
  expect(await understudy.stop()).toBe(0);
  const reader = await SqliteReader.openFile(understudy.store);
  try {
    const rehearsals = await reader.rehearsals();
    return await Promise.all(
      rehearsals.map(async ({ id, version, label, state, requests }) => {
        const { outcomes } = await reader.summary({}, { rehearsal: id });
        const signatures = await reader.signatures({ scope: { rehearsal: id } });
        return {
          version,
          ...(label !== undefined && { label }),
          state,
          requests,
          outcomes: Object.fromEntries(outcomes.map(({ ending, count }) => [ending, count])),
          mismatches: signatures.reduce((sum, { count }) => sum + count, 0),
        };
      }),
    );
  } finally {
    await reader.close();
  }
}

const primary = () => versioned(() => undefined);
const urlOf = ({ port }: { port: number }) => `http://127.0.0.1:${port}`;
const byVersion = (one: { version: string | undefined }, other: { version: string | undefined }) =>
  (one.version ?? '').localeCompare(other.version ?? '');

test('each copy counts for the version that its own response names, while old and new respond in turn', async () => {
  let count = 0;
  // 20 of the old, 20 of both in turn, 20 of the new.
  const version = () => {
    const at = count++;
    return at < 20 || (at < 40 && at % 2 === 0) ? '2.4.0' : '2.5.0';
  };
  let bodies = 0;
  const shadow = await versioned(version, () => (bodies++ < 45 ? SAME : OTHER));
  const understudy = await startUnderstudy({
    primary: urlOf(await primary()),
    shadow: { url: urlOf(shadow), versionFrom: { header: 'x-app-version' } },
    compare: { ignoreHeaders: ['x-app-version'] },
  });
  await get(understudy, 60);
  const { adminPort, port } = understudy;
  await settled(adminPort, 60);
  const posted = await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST', body: 'x' });
  expect(posted.status).toBe(200);
  const all = (await recorded(understudy)).toSorted(byVersion);
  expect(all).toEqual([
    { version: '2.4.0', state: 'earlier', requests: 30, outcomes: { match: 30 }, mismatches: 0 },
    {
      version: '2.5.0',
      state: 'present',
      requests: 31,
      outcomes: { match: 15, mismatch: 15, 'skipped:method': 1 },
      mismatches: 15,
    },
  ]);
});

test('a version that was there before is found again, also by the next process', async () => {
  let version = '2.4.0';
  const shadow = await versioned(() => version);
  const config = {
    primary: urlOf(await primary()),
    shadow: { url: urlOf(shadow), versionFrom: { header: 'x-app-version' } },
    compare: { ignoreHeaders: ['x-app-version'] },
  };
  const first = await startUnderstudy(config);
  await get(first, 3);
  await settled(first.adminPort, 3);
  version = '2.5.0';
  await get(first, 4);
  expect(await first.stop()).toBe(0);
  version = '2.4.0';
  const second = await startUnderstudy(config, { directory: first.directory });
  await get(second, 5);
  const all = (await recorded(second)).toSorted(byVersion);
  expect(all).toMatchObject([
    { version: '2.4.0', requests: 8, state: 'present' },
    { version: '2.5.0', requests: 4, state: 'earlier' },
  ]);
});

test('a response without a version, and a copy without a response, count for the present rehearsal', async () => {
  let said: string | undefined = '1';
  const shadow = await versioned(() => said);
  const understudy = await startUnderstudy({
    primary: urlOf(await primary()),
    shadow: { url: urlOf(shadow), versionFrom: { header: 'x-app-version' } },
    compare: { ignoreHeaders: ['x-app-version'] },
  });
  await get(understudy, 2);
  await settled(understudy.adminPort, 2);
  said = undefined;
  await get(understudy, 3);
  await settled(understudy.adminPort, 5);
  shadow.server.close();
  shadow.server.closeAllConnections();
  await get(understudy, 1);
  expect(await recorded(understudy)).toMatchObject([
    { version: '1', requests: 6, outcomes: { match: 5, shadow_unreachable: 1 } },
  ]);
});

test('a header that has another value in each response begins no more rehearsals than can be told apart', async () => {
  let count = 0;
  const shadow = await versioned(() => `request-${count++}`);
  const understudy = await startUnderstudy({
    primary: urlOf(await primary()),
    shadow: { url: urlOf(shadow), versionFrom: { header: 'x-app-version' } },
    compare: { ignoreHeaders: ['x-app-version'] },
  });
  await get(understudy, 40);
  await understudy.logged(({ msg }) => msg?.startsWith('the shadow names more versions at once') ?? false);
  const all = await recorded(understudy);
  // Those, and the one that there was before any response.
  expect(all.length).toBeLessThanOrEqual(9);
  expect(all.reduce((sum, { requests }) => sum + requests, 0)).toBe(40);
});

test('a version that the configuration names anew begins the next rehearsal, and a changed rule begins none', async () => {
  const shadow = await versioned(
    () => undefined,
    () => OTHER,
  );
  const base = { primary: urlOf(await primary()) };
  const of = (version: string, more: object = {}) => ({ ...base, shadow: { url: urlOf(shadow), version }, ...more });
  const understudy = await startUnderstudy(of('2.4.0'));
  await get(understudy, 3);
  await settled(understudy.adminPort, 3);
  const reload = async (config: object) => {
    writeFileSync(understudy.file, configText(config as Record<string, unknown>));
    const response = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
  };
  await reload(of('2.4.0', { compare: { rules: [{ path: '$.a', ignore: true }] } }));
  await get(understudy, 2);
  await settled(understudy.adminPort, 5);
  await reload(of('2.5.0'));
  await get(understudy, 4);
  const all = (await recorded(understudy)).toSorted(byVersion);
  expect(all).toMatchObject([
    { version: '2.4.0', requests: 5, outcomes: { mismatch: 3, accepted: 2 }, state: 'earlier' },
    { version: '2.5.0', requests: 4, outcomes: { mismatch: 4 }, state: 'present' },
  ]);
});

test('each service has rehearsals of its own, also one that a reload adds, while copies of the others go on', async () => {
  let orders = '1.0';
  const differing = (version: () => string) => versioned(version, () => OTHER);
  const [ofOrders, ofUsers, added] = [
    await differing(() => orders),
    await differing(() => '7.0'),
    await differing(() => '3.0'),
  ];
  const versionFrom = { header: 'x-app-version' };
  const base = urlOf(await primary());
  const services = {
    orders: { match: { path: '/orders' }, primary: base, shadow: { url: urlOf(ofOrders), versionFrom } },
    users: { match: { path: '/users' }, primary: base, shadow: { url: urlOf(ofUsers), versionFrom } },
  };
  const understudy = await startUnderstudy({ services });
  const ask = async (path: string) => void (await (await fetch(`http://127.0.0.1:${understudy.port}${path}`)).text());
  await Promise.all([ask('/orders'), ask('/users'), ask('/orders')]);
  await settled(understudy.adminPort, 3);
  orders = '1.1';
  await Promise.all([ask('/orders'), ask('/users')]);
  await settled(understudy.adminPort, 5);
  const shadow = { url: urlOf(added), version: '3.0' };
  const more = { ...services, added: { match: { path: '/added' }, primary: base, shadow } };
  writeFileSync(understudy.file, configText({ services: more }));
  const post = (path: string, body: object = {}) =>
    fetch(`http://127.0.0.1:${understudy.adminPort}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post('/api/v1/reload')).status).toBe(200);
  await Promise.all([ask('/added'), ask('/users'), ask('/orders')]);
  await settled(understudy.adminPort, 8);
  // Which of several is meant has to be said.
  expect((await post('/api/v1/rehearsals', { label: 'again' })).status).toBe(404);
  expect((await post('/api/v1/rehearsals', { label: 'again', service: 'added' })).status).toBe(201);
  await ask('/added');
  await settled(understudy.adminPort, 9);
  expect(await understudy.stop()).toBe(0);
  const reader = await SqliteReader.openFile(understudy.store);
  const rows = (await reader.rehearsals()).filter(({ requests }) => requests > 0);
  await reader.close();
  const said = rows.map(({ service, version, label = '', state, requests }) =>
    [service, version, label, state, requests].join(' '),
  );
  expect(said.toSorted()).toEqual([
    'added 3.0  earlier 1',
    'added 3.0 again present 1',
    'orders 1.0  earlier 2',
    'orders 1.1  present 2',
    'users 7.0  present 3',
  ]);
});
