/** What experiments show of real users on real connections, through a real process. */
import { readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExperimentResults } from '../../../src/results/experiment-results.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { runUnderstudy, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const USERS = 300;
const WAIT = { timeout: 20_000, interval: 100 } as const;

const EXPERIMENT = {
  name: 'button',
  arms: [
    { name: 'control', share: '50%' },
    { name: 'green', share: '50%', header: { 'x-flag': 'green' } },
  ],
  sticky: [{ cookie: 'uid' }],
  variant: { response: true },
  goals: [
    { name: 'purchase', kind: 'conversion', route: 'order' },
    { name: 'revenue', kind: 'mean', route: 'order', header: 'x-total' },
    { name: 'survey', kind: 'mean', event: 'survey' },
  ],
  detect: '50%',
};

const idOf = (index: number) => `visitor-${index}@shop`;

/** A shop in which green makes one of two users buy, and control one of five. */
async function shop() {
  const primary = await startOrigin((request, reply) => {
    const isOrder = request.target === '/order';
    reply.send({ status: isOrder ? 201 : 200, headers: isOrder ? { 'x-total': '12.5' } : {}, body: 'ok' });
  });
  return {
    primary: primary.url,
    shadow: 'none',
    store: { path: './understudy.db', flushInterval: '50ms' },
    routes: [{ name: 'order', match: { path: '/order' } }],
    experiments: [EXPERIMENT],
  };
}

/** Users who look at the shop, and some of them buy. Returns how many there were and how many bought, by arm. */
async function visit({ port }: Understudy, from: number, to: number) {
  const client = await connectRaw(port);
  const ask = async (method: string, path: string, id: string) => {
    const length = method === 'POST' ? 'Content-Length: 0\r\n' : '';
    void client.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\nCookie: uid=${id}\r\n${length}\r\n`);
    const { fields } = await client.response();
    return valuesOf(fields, 'x-understudy-variant')[0]?.replace('button=', '') as 'control' | 'green';
  };
  const seen = { control: { users: 0, bought: 0 }, green: { users: 0, bought: 0 } };
  for (let index = from; index < to; index++) {
    const arm = await ask('GET', '/', idOf(index));
    const count = seen[arm];
    count.users++;
    if (count.users % (arm === 'green' ? 2 : 5) > 0) continue;
    count.bought++;
    await ask('POST', '/order', idOf(index));
  }
  return seen;
}

async function call<T>({ adminPort }: Understudy, path: string, body?: unknown): Promise<T> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${adminPort}${path}`, body === undefined ? {} : post);
  return (await response.json()) as T;
}

async function results(understudy: Understudy): Promise<ExperimentResults> {
  const { experiments } = await call<{ experiments: ExperimentResults[] }>(understudy, '/api/v1/experiments');
  return experiments[0]!;
}

const sumsOf = ({ goals }: ExperimentResults, name: string) =>
  goals.find(({ goal }) => goal === name)!.arms.map(({ sum }) => sum);

test('a difference between two arms is found, survives kill -9, and nothing of the users is kept but hashes', async () => {
  const config = await shop();
  const first = await startUnderstudy(config);
  const { control, green } = await visit(first, 0, USERS);
  const bought = [control.bought, green.bought];
  await expect.poll(async () => sumsOf(await results(first), 'purchase'), WAIT).toEqual(bought);
  const found = await results(first);
  expect(found).toMatchObject({ state: 'running', ratio: { isEven: true }, doubts: [] });
  expect(found.arms.map(({ users }) => users)).toEqual([control.users, green.users]);
  expect(sumsOf(found, 'revenue')).toEqual(bought.map((count) => 12.5 * count));
  expect(found.goals[0]!.comparisons).toMatchObject([{ arm: 'green', baseline: 'control', answer: 'more' }]);

  first.kill('SIGKILL');
  await first.exited;
  const second = await startUnderstudy(config, { directory: first.directory });
  // Users of old count once, and what they do goes on to count; who only has events never saw an arm.
  await visit(second, 0, 20);
  const events = [5, 6].map((index) => ({ user: idOf(index), name: 'survey', value: 4 }));
  const strangers = [
    { user: 'nobody', name: 'survey', value: 4 },
    { user: idOf(1), name: 'no such event' },
  ];
  expect(await call(second, '/api/v1/events', [...events, ...strangers])).toEqual({
    accepted: 3,
    unknown: ['no such event'],
  });
  const surveyed = async () => sumsOf(await results(second), 'survey').reduce((sum, each) => sum + each, 0);
  await expect.poll(surveyed, WAIT).toBe(8);
  const after = await results(second);
  expect(after.arms).toEqual(found.arms);
  expect(sumsOf(after, 'purchase')).toEqual(bought);
  expect(after.leftOut).toMatchObject({ unexposed: 1, switched: 0 });
  const metrics = await (await fetch(`http://127.0.0.1:${second.adminPort}/metrics`)).text();
  expect(metrics).toContain(`understudy_experiment_users{experiment="button",arm="green"} ${green.users}`);

  await second.stop();
  const { stdout } = await runUnderstudy(['experiments', '--store', first.store]);
  expect(stdout).toMatch(/purchase: green converts \d+\.\d\d points more than control .*, proven\n/);
  for (const file of readdirSync(first.directory).filter((name) => name.startsWith('understudy.db')))
    expect(readFileSync(join(first.directory, file)).includes('visitor-'), file).toBe(false);
  expect(JSON.stringify([...first.logs(), ...second.logs()])).not.toContain('visitor-');
});

test.each([
  { harm: 'deleted', of: (file: string) => rmSync(file) },
  { harm: 'cut short', of: (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2)) },
])(
  'users whose record is lost with a store that is $harm are recorded again when they come again, and what they do counts',
  async ({ of: harm }) => {
    const understudy = await startUnderstudy(await shop());
    const recorded = async () => (await results(understudy))?.arms.map(({ users }) => users);
    const before = await visit(understudy, 0, 40);
    await expect.poll(recorded, WAIT).toEqual([before.control.users, before.green.users]);
    // What they did waits a while before it is written: in the new store it would be of users who saw no arm.
    const bought = async () => sumsOf(await results(understudy), 'purchase');
    await expect.poll(bought, WAIT).toEqual([before.control.bought, before.green.bought]);
    harm(understudy.store);
    // Each is a user of its own: the store is found to be lost when it is written.
    let strangers = 0;
    const isAnew = async () => {
      await visit(understudy, 1_000 + strangers, 1_001 + strangers);
      strangers++;
      const users = await recorded().catch(() => undefined);
      return users !== undefined && users[0]! + users[1]! < 40;
    };
    await expect.poll(isAnew, WAIT).toBe(true);
    const after = await visit(understudy, 0, 40);
    expect(after).toEqual(before);
    const known = async () => {
      const { leftOut, arms } = await results(understudy);
      return leftOut.unexposed === 0 && arms.reduce((sum, { users }) => sum + users, 0) >= 40;
    };
    await expect.poll(known, WAIT).toBe(true);
    const { arms } = await results(understudy);
    const all = arms.reduce((sum, { users }) => sum + users, 0);
    expect(all).toBeLessThanOrEqual(40 + strangers);
  },
);
