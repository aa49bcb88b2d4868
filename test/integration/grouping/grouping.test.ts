import { writeFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import type { Report } from '../../../src/results/report.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { gate } from '../../support/gate.ts';
import { type Metrics, settled } from '../../support/metrics.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { configText, runUnderstudy, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/crash.mjs', import.meta.url).href;

interface Service {
  readonly url: string;
}

/** Answers with what it is, and 404 to all paths below /no. */
async function startService(name: string, ready: Promise<unknown> = Promise.resolve()): Promise<Service> {
  const { port } = await startHttpOrigin((message, response) => {
    message.resume().on('end', async () => {
      await ready;
      response.writeHead(message.url!.startsWith('/no') ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name }));
    });
  });
  return { url: `http://127.0.0.1:${port}` };
}

const MIRROR = { methods: ['GET', 'POST'], timeout: '20s', inFlight: 10_000 };

/** Sends `METHOD /path body` lines, each of them on whatever connection is free. */
function audience({ port }: Understudy, connections = 8) {
  const dispatcher = new Agent({ connections });
  afterThisTest(() => dispatcher.close());
  return (lines: readonly string[]) =>
    Promise.all(
      lines.map(async (line) => {
        const [, method, path, body] = /^(\S+) (\S+) ?(.*)$/.exec(line)!;
        const headers = { 'content-type': 'application/json' };
        const url = `http://127.0.0.1:${port}${path}`;
        const answer = await request(url, { dispatcher, method: method!, headers, body: body || null });
        await answer.body.dump();
      }),
    );
}

/** Requests by route; fails where a route has other outcomes than requests. */
function byRoute(counted: Metrics): Record<string, number> {
  const routes = new Set(counted.samples.flatMap(({ labels }) => labels['route'] ?? []));
  const sums = [...routes].map((route) => [route, counted.sum('understudy_requests_total', { route })] as const);
  for (const [route, sum] of sums)
    expect([route, counted.sum('understudy_outcomes_total', { route })]).toEqual([route, sum]);
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const word = (index: number) =>
  range(3)
    .map((digit) => String.fromCharCode(103 + (Math.floor(index / 20 ** digit) % 20)))
    .join('');

test('endpoints are routes without configuration, whatever edge thread the requests come to', async () => {
  const [primary, shadow] = await Promise.all([startService('v1'), startService('v2')]);
  const understudy = await startUnderstudy({ primary: primary.url, shadow: shadow.url, mirror: MIRROR, edges: 2 });
  const send = audience(understudy, 24);
  await send([
    ...range(60).map((id) => `GET /users/${id}?page=${id}`),
    ...range(20).map((id) => `POST /users/${id} {}`),
    ...range(30).map((id) => `GET /shops/${word(id)}-street-${id}/opening-hours`),
    ...range(10).map(() => 'GET /users'),
    ...range(5).map((id) => `DELETE /users/${id}`),
    ...range(15).map((id) => `GET /no/${word(id)}`),
    ...range(4).map(() => 'OPTIONS /users'),
  ]);
  const counted = await settled(understudy.adminPort, 144);
  expect(byRoute(counted)).toEqual({
    'GET /users/:id': 60,
    'POST /users/:id': 20,
    'GET /shops/:id/opening-hours': 30,
    'GET /users': 10,
    'DELETE /users/:id': 5,
    default: 19,
  });
  expect(counted.sum('understudy_leg_duration_seconds_count', { route: 'GET /users/:id', leg: 'primary' })).toBe(60);
  expect(await understudy.stop()).toBe(0);

  const { stdout } = await runUnderstudy(['report', '--json', '--store', understudy.store]);
  const report = JSON.parse(stdout) as Report;
  expect(Object.fromEntries(report.routes.map(({ route, requests }) => [route, requests]))).toEqual(byRoute(counted));
  // One cause is one row on each, though the streets were routes of their own at first.
  expect(Object.fromEntries(report.signatures.map(({ route, count }) => [route, count]))).toEqual({
    'GET /users/:id': 60,
    'POST /users/:id': 20,
    'GET /shops/:id/opening-hours': 30,
    'GET /users': 10,
    default: 15,
  });
  const only = await runUnderstudy(['report', '--store', understudy.store, '--route', 'GET /users/:id']);
  expect(only.stdout).toMatch(/^1 route, 60 requests, 60 mismatches of 1 cause/m);
});

test('names outlive reloads, which may add templates, operations and routes, and switch grouping off and on', async () => {
  const [primary, shadow] = await Promise.all([startService('same'), startService('same')]);
  const base = { primary: primary.url, shadow: shadow.url, mirror: MIRROR };
  const understudy = await startUnderstudy(base);
  const send = audience(understudy);
  const reload = async (generation: number, config: object) => {
    writeFileSync(understudy.file, configText({ ...base, ...config }));
    await understudy.logged(
      (line) => line.msg === 'the configuration was reloaded' && line['generation'] === generation,
    );
  };
  const lines = ['GET /users/1', 'GET /tags/red', 'POST /call {"action":"Sync"}', 'GET /health'];
  await send(lines);
  await settled(understudy.adminPort, 4);

  await reload(2, {
    grouping: { templates: ['/tags/:tag'], operations: [{ path: '/call', field: 'action' }] },
    routes: [{ name: 'health', match: { path: '/health' } }],
  });
  await send(lines);
  await settled(understudy.adminPort, 8);
  await reload(3, { grouping: { enabled: false } });
  await send(lines);
  await settled(understudy.adminPort, 12);
  await reload(4, {});
  await send(lines);

  expect(byRoute(await settled(understudy.adminPort, 16))).toEqual({
    'GET /users/:id': 3,
    'GET /tags/red': 2,
    'GET /tags/:tag': 1,
    'POST /call': 2,
    'POST /call Sync': 1,
    'GET /health': 2,
    health: 1,
    default: 4,
  });
});

test('the settings of a route hold for all that comes of it', async () => {
  const [primary, shadow] = await Promise.all([startService('v1'), startService('v2')]);
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: MIRROR,
    compare: { rules: [{ path: '$.name', as: 'number' }] },
    routes: [
      {
        name: 'shop',
        match: { path: '/shop/*' },
        grouping: true,
        compare: { rules: [{ path: '$.name', ignore: true }] },
      },
      { name: 'quiet', match: { path: '/quiet/*' }, mirror: false, grouping: true },
    ],
  });
  await audience(understudy)(['GET /shop/items/1', 'GET /shop/items/2', 'GET /quiet/1', 'GET /items/1']);
  const counted = await settled(understudy.adminPort, 4);
  expect(byRoute(counted)).toEqual({ 'shop GET /shop/items/:id': 2, 'quiet GET /quiet/:id': 1, 'GET /items/:id': 1 });
  const outcomes = (route: string, outcome: string) => counted.sum('understudy_outcomes_total', { route, outcome });
  expect(outcomes('shop GET /shop/items/:id', 'accepted')).toBe(2);
  expect(outcomes('quiet GET /quiet/:id', 'skipped')).toBe(1);
  expect(outcomes('GET /items/:id', 'mismatch')).toBe(1);
  expect(await understudy.stop()).toBe(0);
  const { stdout } = await runUnderstudy(['report', '--json', '--store', understudy.store]);
  expect((JSON.parse(stdout) as Report).rules).toEqual([
    expect.objectContaining({ rule: expect.stringContaining('number') }),
  ]);
});

test('GraphQL operations and RPC methods are routes, of which requests, outcomes and latencies are counted alike', async () => {
  const [primary, shadow] = await Promise.all([startService('v1'), startService('v2')]);
  const understudy = await startUnderstudy({ primary: primary.url, shadow: shadow.url, mirror: MIRROR, edges: 2 });
  const ask = (query: string) => `POST /api/graphql ${JSON.stringify({ query })}`;
  await audience(understudy)([
    ...range(12).map((id) => ask(`query GetUser { user(id: ${id}) { name } }`)),
    ...range(5).map(() => ask('mutation AddUser { add { id } }')),
    ...range(3).map(() => ask('{ me { name } }')),
    ...range(4).map((id) => `POST /rpc ${JSON.stringify({ jsonrpc: '2.0', id, method: 'user.get' })}`),
    ...range(2).map(() => 'GET /api/graphql?operationName=GetUser&query='),
    ...range(2).map(() => 'PUT /rpc {"method":"user.put"}'),
  ]);
  const counted = await settled(understudy.adminPort, 28);
  expect(byRoute(counted)).toEqual({
    'POST /api/graphql GetUser': 12,
    'POST /api/graphql AddUser': 5,
    'POST /api/graphql': 3,
    'POST /rpc user.get': 4,
    'GET /api/graphql GetUser': 2,
    // It is not copied, so nobody reads its body.
    'PUT /rpc': 2,
  });
  for (const leg of ['primary', 'shadow']) {
    const measured = { route: 'POST /api/graphql GetUser', leg };
    expect(counted.sum('understudy_leg_duration_seconds_count', measured)).toBe(12);
  }
  expect(counted.sum('understudy_leg_duration_seconds_count', { leg: 'primary' })).toBe(28);
});

test('a mirror thread that dies over requests whose operation it alone knows leaves none of them uncounted', async () => {
  const hold = gate();
  const [primary, shadow] = await Promise.all([startService('v1'), startService('v1', hold.opened)]);
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url, mirror: MIRROR },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: 'mirror-0' } },
  );
  const send = audience(understudy);
  const lines = range(5).map(() => 'POST /graphql {"operationName":"GetUser"}');
  await send(lines);
  understudy.kill('SIGUSR2');
  await understudy.logged(({ msg }) => msg === 'the thread died; another takes its place');
  const counted = await settled(understudy.adminPort, 5);
  expect(counted.outcomes('skipped', 'thread_restart')).toBe(5);
  expect(byRoute(counted)).toEqual({ 'POST /graphql': 5 });
  hold.open();
  await send(lines);
  expect(byRoute(await settled(understudy.adminPort, 10))).toEqual({ 'POST /graphql': 5, 'POST /graphql GetUser': 5 });
});

test('paths and operations that never repeat make no more routes than allowed, and every request is counted', async () => {
  const [primary, shadow] = await Promise.all([startService('same'), startService('same')]);
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: MIRROR,
    edges: 2,
    grouping: { limit: 20 },
  });
  const send = audience(understudy, 24);
  await send(['GET /users/1', 'GET /users', 'POST /graphql {"operationName":"GetUser"}']);
  const hostile = range(3_000).map((index) => {
    if (index % 10 === 0) return `POST /graphql {"operationName":"${word(index)}"}`;
    const path = range(1 + (index % 12)).map((depth) => word(Math.imul(index + 1, 7919 * (depth + 1)) >>> 8));
    return `${index % 2 === 0 ? 'POST' : 'GET'} /${path.join('/')} `;
  });
  for (let at = 0; at < hostile.length; at += 500) await send(hostile.slice(at, at + 500));
  await send(['GET /users/2', 'GET /users', 'POST /graphql {"operationName":"GetUser"}']);
  const routes = byRoute(await settled(understudy.adminPort, 3_006));
  expect(Object.keys(routes).length).toBeLessThanOrEqual(20 + 2);
  expect(routes).toMatchObject({ 'GET /users': 2, 'GET /users/:id': 2, 'POST /graphql GetUser': 2 });
});
