/** Several services behind one Understudy: each has its own clients, targets, results and limits. */
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { gate } from '../../support/gate.ts';
import { type Metrics, settled } from '../../support/metrics.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { configText, runUnderstudy, startUnderstudy, type Understudy } from '../../support/understudy.ts';

type Asked = Pick<Understudy, 'port'>;

/** Answers with who it is. */
const saying = (name: string): Promise<Origin> =>
  startOrigin((_request, reply) => reply.send({ body: name, headers: { 'Content-Type': 'text/plain' } }));

const pair = async (name: string) => {
  const [primary, shadow] = await Promise.all([saying(name), saying(name)]);
  return { primary: primary!.url, shadow: shadow!.url };
};

async function ask({ port }: Asked, path: string, host = 'a.test'): Promise<string> {
  const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, { headers: { host } });
  return statusCode === 200 ? body.text() : `${statusCode} ${await body.text()}`;
}

/** One after another, so many times. */
async function askOften(understudy: Asked, times: number, path: string): Promise<Set<string>> {
  const said = new Set<string>();
  for (let time = 0; time < times; time++) said.add(await ask(understudy, path));
  return said;
}

const outcomes = (now: Metrics, service: string, outcome: string, reason = '') =>
  now.sum('understudy_outcomes_total', { service, outcome, reason });

const byPath = (...names: string[]) => names.map((name) => ({ name, service: name, match: { path: `/${name}/*` } }));

test('host and path decide for which service a request is; what is for none is a 404 that tells nothing, and is counted', async () => {
  const [orders, users, wide] = await Promise.all([pair('orders'), pair('users'), pair('wide')]);
  const understudy = await startUnderstudy({
    services: {
      orders: { ...orders, match: { host: 'orders.test' } },
      users,
      wide: { ...wide, match: { host: '*.wide.test', path: '/shop/*' } },
    },
    routes: [{ name: 'people', service: 'users', match: { path: '/users/*' } }],
  });
  expect(await ask(understudy, '/any/where', 'orders.test')).toBe('orders');
  expect(await ask(understudy, '/any/where', 'ORDERS.test:8080')).toBe('orders');
  expect(await ask(understudy, '/users/1')).toBe('users');
  expect(await ask(understudy, '/users/1', 'orders.test')).toBe('users');
  expect(await ask(understudy, '/shop/1', 'eu.wide.test')).toBe('wide');
  const refused = await ask(understudy, '/shop/1', 'elsewhere.test');
  expect(refused).toMatch(/^404 /);
  expect(refused).not.toMatch(/orders|users|wide|127\.0\.0\.1/);
  const now = await settled(understudy.adminPort, 6);
  expect([outcomes(now, 'orders', 'match'), outcomes(now, 'users', 'match'), outcomes(now, 'wide', 'match')]).toEqual([
    2, 2, 1,
  ]);
  expect(outcomes(now, 'none', 'skipped', 'refused')).toBe(1);
  expect(now.sum('understudy_requests_refused_total', { code: '404' })).toBe(1);
  expect(now.sum('understudy_requests_total', { service: 'users', route: 'people', code: '200' })).toBe(2);
});

test('an empty match takes what is left, and the only service everything', async () => {
  const [orders, rest] = await Promise.all([pair('orders'), pair('rest')]);
  const two = await startUnderstudy({
    services: { orders, rest: { ...rest, match: {} } },
    routes: byPath('orders'),
  });
  expect([await ask(two, '/orders/1'), await ask(two, '/')]).toEqual(['orders', 'rest']);
  const one = await startUnderstudy({ services: { orders } });
  expect(await ask(one, '/anything')).toBe('orders');
});

test('a service without a shadow serves its clients, and its requests are counted as skipped, no_shadow', async () => {
  const [primary, orders] = await Promise.all([saying('plain'), pair('orders')]);
  const understudy = await startUnderstudy({
    services: { plain: { primary: primary.url }, orders },
    routes: byPath('plain', 'orders'),
  });
  await askOften(understudy, 3, '/plain/1');
  await askOften(understudy, 2, '/orders/1');
  const now = await settled(understudy.adminPort, 5);
  expect(outcomes(now, 'plain', 'skipped', 'no_shadow')).toBe(3);
  expect(outcomes(now, 'orders', 'match')).toBe(2);
  await understudy.stop();
  const { stdout } = await runUnderstudy(['report', '--store', understudy.store]);
  expect(stdout).toContain('3 skipped (no_shadow)');
});

test('in the short form, shadow: none is a service without a shadow', async () => {
  const primary = await saying('alone');
  const understudy = await startUnderstudy({ primary: primary.url, shadow: 'none' });
  expect(await ask(understudy, '/')).toBe('alone');
  const now = await settled(understudy.adminPort, 1);
  expect(now.outcomes('skipped', 'no_shadow')).toBe(1);
});

test('a dead shadow opens the breaker of its own service alone', async () => {
  const [dead, well] = await Promise.all([saying('dead'), pair('well')]);
  const understudy = await startUnderstudy({
    services: { dead: { primary: dead.url, shadow: 'http://127.0.0.1:1' }, well },
    routes: byPath('dead', 'well'),
  });
  for (let round = 0; round < 40; round++) {
    expect(await ask(understudy, '/dead/1')).toBe('dead');
    expect(await ask(understudy, '/well/1')).toBe('well');
  }
  const now = await settled(understudy.adminPort, 80);
  expect(outcomes(now, 'well', 'match')).toBe(40);
  expect(outcomes(now, 'dead', 'shadow_unreachable')).toBeGreaterThan(0);
  expect(outcomes(now, 'dead', 'skipped', 'breaker_open')).toBeGreaterThan(0);
  expect(now.sum('understudy_outcomes_total', { service: 'dead' })).toBe(40);
});

test('a shadow that hangs takes no more of what may be under way than the part of its service', async () => {
  const [primary, well, hold] = [await saying('hanging'), await pair('well'), gate()];
  const hanging = await startOrigin(async (_request, reply) => {
    await hold.opened;
    await reply.send({ body: 'hanging', headers: { 'Content-Type': 'text/plain' } });
  });
  afterThisTest(() => hold.open());
  const understudy = await startUnderstudy({
    services: { hanging: { primary: primary.url, shadow: hanging.url }, well },
    routes: byPath('hanging', 'well'),
    mirror: { inFlight: 40, order: 'none', timeout: '1h' },
  });
  await askOften(understudy, 30, '/hanging/1');
  await askOften(understudy, 20, '/well/1');
  hold.open();
  const now = await settled(understudy.adminPort, 50);
  expect(outcomes(now, 'well', 'match')).toBe(20);
  expect(outcomes(now, 'hanging', 'skipped', 'in_flight_limit')).toBe(10);
});

test('twenty services under load: every request is served by its own, and every count is exact', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `service-${index}`);
  const services = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await pair(name)] as const)));
  const understudy = await startUnderstudy({ services, routes: byPath(...names), mirror: { inFlight: 2_000 } });
  const said = await Promise.all(names.map((name) => askOften(understudy, 50, `/${name}/1`)));
  expect(said.map((each) => [...each])).toEqual(names.map((name) => [name]));
  const now = await settled(understudy.adminPort, 1_000);
  for (const name of names) {
    expect([name, now.sum('understudy_requests_total', { service: name })]).toEqual([name, 50]);
    expect([name, outcomes(now, name, 'match')]).toEqual([name, 50]);
  }
});

test('a reload adds a service and takes one away under traffic, without a request that fails', async () => {
  const [stays, goes, comes] = await Promise.all([pair('stays'), pair('goes'), pair('comes')]);
  const understudy = await startUnderstudy({ services: { stays, goes }, routes: byPath('stays', 'goes') });
  const traffic = { state: 'on', requests: 0, said: new Set<string>() };
  const dispatcher = new Agent({ connections: 4 });
  afterThisTest(() => dispatcher.close());
  const client = async () => {
    for (; traffic.state === 'on'; traffic.requests++) {
      const { body } = await request(`http://127.0.0.1:${understudy.port}/stays/1`, { dispatcher });
      traffic.said.add(await body.text());
    }
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  expect(await ask(understudy, '/goes/1')).toBe('goes');
  expect(await ask(understudy, '/comes/1')).toMatch(/^404 /);
  writeFileSync(understudy.file, configText({ services: { stays, comes }, routes: byPath('stays', 'comes') }));
  await understudy.logged(({ msg }) => msg === 'the configuration was reloaded');
  await expect.poll(() => ask(understudy, '/comes/1')).toBe('comes');
  expect(await ask(understudy, '/goes/1')).toMatch(/^404 /);
  traffic.state = 'off';
  await clients;
  expect([...traffic.said]).toEqual(['stays']);
  const listed = await (await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/services`)).json();
  expect((listed as { services: { service: string }[] }).services.map(({ service }) => service)).toEqual([
    'stays',
    'comes',
  ]);
});

test('the services of the API have the state of their targets', async () => {
  const [dead, well] = await Promise.all([saying('dead'), pair('well')]);
  const services = { dead: { primary: dead.url, shadow: 'http://127.0.0.1:1' }, well: { ...well, match: {} } };
  const understudy = await startUnderstudy({ services, routes: byPath('dead') });
  await askOften(understudy, 30, '/dead/1');
  const read = async () => {
    const response = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/services`);
    return ((await response.json()) as { services: unknown }).services;
  };
  await expect.poll(read, { timeout: 20_000 }).toMatchObject([
    { service: 'dead', primary: { url: dead.url }, shadow: { url: 'http://127.0.0.1:1', breaker: 'open' } },
    { service: 'well', match: {}, shadow: { url: well.shadow, breaker: 'closed', inFlight: 0 } },
  ]);
});
