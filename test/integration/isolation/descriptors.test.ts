/** Too few descriptors for all who want one: copies give way first, then new clients, and nobody who is served. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { descriptorLimit } from '../../../src/config/descriptor-limit.ts';
import { startAudience, startWell, WELL } from '../../support/audience.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw, type RawClient } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const LIMIT = 128;
const CROWD = 200;

/** Status codes, and `closed` for who was let go without a word. */
async function answerTo(client: RawClient): Promise<number | 'closed'> {
  void client.send('GET /items/1 HTTP/1.1\r\nHost: example.test\r\n\r\n');
  return client.response().then(
    ({ status }) => status,
    () => 'closed' as const,
  );
}

test('with few descriptors copies are shed first, then new clients get 503; who is served notices nothing, it is said, and all is well once there are some again', {
  timeout: 60_000,
}, async () => {
  let slowness = 500;
  const shadow = await startOrigin({
    request: async (request, reply) => {
      await pause(slowness);
      await WELL.request?.(request, reply);
    },
  });
  const primary = await startWell();
  const { port, adminPort, logs, stop } = await startUnderstudy(
    { primary: primary.url, shadow: { url: shadow.url, timeouts: { connect: '200ms' } }, mirror: { order: 'none' } },
    { descriptors: LIMIT },
  );
  const now = () => metrics(adminPort);
  const audience = startAudience(port, ['/items/1', '/items/2'], 16);
  await expect.poll(async () => (await now()).outcomes('skipped', 'shortage')).toBeGreaterThan(50);
  expect((await now()).sum('understudy_connections_refused_total')).toBe(0);

  const crowd = await Promise.all(Array.from({ length: CROWD }, () => connectRaw(port)));
  const answers = await Promise.all(crowd.map(answerTo));
  expect(new Set(answers)).toEqual(new Set([200, 503, 'closed']));
  const refused = answers.filter((answer) => answer !== 200).length;
  const { requests } = await now();
  expect((await now()).sum('understudy_connections_refused_total', { reason: 'descriptors' })).toBe(refused);
  await audience.more(200);
  for (const client of crowd) client.destroy();

  slowness = 0;
  for (;;) if ((await answerTo(await connectRaw(port))) === 200) break;
  const matches = (await now()).outcomes('match');
  await expect.poll(async () => (await now()).outcomes('match')).toBeGreaterThan(matches + 20);
  await audience.unharmed();
  const after = (await now()).requests;
  expect(after).toBeGreaterThan(requests);
  await settled(adminPort, after);
  const complaints = logs().filter(({ level }) => level === 'warn' || level === 'error');
  expect(complaints.length, JSON.stringify(complaints)).toBeLessThanOrEqual(4);
  expect(await stop()).toBe(0);
});

/** Clients that take each descriptor that a process may still have, and one more. Returns what sends them away. */
async function takeAll(pid: number, port: number): Promise<() => void> {
  const open = readdirSync(`/proc/${pid}/fd`).map(Number);
  limitTo(Math.max(...open) + 1, pid);
  const gaps = Math.max(...open) + 1 - open.length;
  const clients = await Promise.all(Array.from({ length: gaps + 20 }, () => connectRaw(port)));
  await Promise.any(clients.map((client) => client.closed()));
  return () => clients.forEach((client) => void client.destroy());
}

/** From now on so many may be open. */
function limitTo(descriptors: number, pid: number): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${descriptors}:`]);
}

test('when not one descriptor is left, who is served notices nothing, new clients are closed, it is said and counted, and they are served once there are some', {
  timeout: 60_000,
}, async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const {
    port,
    adminPort,
    process: child,
    logs,
    logged,
    stop,
  } = await startUnderstudy({ primary: primary.url, shadow: shadow.url });
  const now = () => metrics(adminPort);
  const audience = startAudience(port, ['/items/1'], 1);
  await audience.more(20);
  await expect.poll(async () => (await now()).sum('understudy_thread_up', { thread: 'compare-0' })).toBe(1);
  const { length } = logs();
  const leave = await takeAll(child.pid!, port);
  await logged(({ msg, error }) => msg === 'a connection could not be accepted' && /no descriptors/.test(`${error}`));
  expect(await answerTo(await connectRaw(port))).toBe('closed');
  await audience.more(200);
  expect(logs().length - length, JSON.stringify(logs().slice(length))).toBeLessThanOrEqual(4);

  leave();
  limitTo(descriptorLimit()!.limit, child.pid!);
  for (;;) if ((await answerTo(await connectRaw(port))) === 200) break;
  const after = await now();
  expect(after.sum('understudy_connections_refused_total', { reason: 'accept' })).toBeGreaterThan(0);
  await audience.unharmed();
  await settled(adminPort, (await now()).requests);
  expect(await stop()).toBe(0);
});
