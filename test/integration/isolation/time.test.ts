/** A process that stands still, a main thread that does, and a clock that is set: each while clients ask. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startAudience, startWell, WELL } from '../../support/audience.ts';
import { type Metrics, metrics, settled } from '../../support/metrics.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/lost-time.mjs', import.meta.url).href;

async function house(env: NodeJS.ProcessEnv) {
  const [primary, shadow, control] = await Promise.all([startWell(), startWell(), startWell()]);
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url, control: control.url },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, ...env } },
  );
  const audience = startAudience(understudy.port, ['/items/1', '/items/2']);
  await audience.more(50);
  return { ...understudy, audience };
}

/** The mean time that a shadow took, in seconds. `since`: without what was counted by then. */
function meanTime(now: Metrics, since?: Metrics): number {
  const counted = (what: 'sum' | 'count') => {
    const of = (at?: Metrics) => at?.sum(`understudy_leg_duration_seconds_${what}`, { leg: 'shadow' }) ?? 0;
    return of(now) - of(since);
  };
  return counted('sum') / counted('count');
}

/** A process and those that it started. */
function treeOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => treeOf(Number(child)))];
}

/** Milliseconds: more than any timeout of this test. */
const STOPPED = 20_000;
/** Milliseconds that a target takes, so that some requests are under way at any moment. */
const UNHURRIED = 300;

test('a process that is stopped for 20 s, with those that it started, fails no request and no copy, replaces no thread, complains of nothing, and measures what comes after it as before', {
  timeout: 60_000,
}, async () => {
  const unhurried: OriginScript = {
    request: async (request, reply) => {
      await pause(UNHURRIED);
      await WELL.request?.(request, reply);
    },
  };
  const [primary, shadow] = await Promise.all([startOrigin(unhurried), startOrigin(unhurried)]);
  const {
    port,
    adminPort,
    process: child,
    logs,
    stop,
  } = await startUnderstudy({
    primary: { url: primary.url, timeouts: { connect: '5s', firstByte: '5s' } },
    shadow: { url: shadow.url, timeouts: { connect: '5s' } },
    client: { headTimeout: '5s', idleTimeout: '5s' },
    mirror: { timeout: '5s' },
  });
  const audience = startAudience(port, ['/items/1', '/items/2'], 16);
  await audience.more(50);
  const tree = treeOf(child.pid!);
  expect(tree.length).toBeGreaterThan(1);
  for (const pid of tree) process.kill(pid, 'SIGSTOP');
  await pause(STOPPED);
  for (const pid of tree) process.kill(pid, 'SIGCONT');
  await audience.more(50);
  const before = await metrics(adminPort);
  await audience.more(100);
  const now = await settled(adminPort, await audience.unharmed(STOPPED));
  expect(now.outcomes('match')).toBe(now.requests);
  expect(now.sum('understudy_thread_restarts_total')).toBe(0);
  expect(meanTime(now, before)).toBeLessThan(1);
  expect(logs().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  expect(await stop()).toBe(0);
});

test('a clock that is set an hour ahead and back changes no timing and fails no copy, and is told of', async () => {
  const { audience, kill, adminPort, logs, logged, stop } = await house({ SHIFT: '3600000' });
  for (const way of ['ahead', 'back']) {
    kill('SIGUSR2');
    await logged(({ msg }) => msg?.includes(`the clock of this machine was set ${way}`) ?? false);
    await audience.more(100);
  }
  const now = await settled(adminPort, await audience.unharmed());
  expect(now.outcomes('match')).toBe(now.requests);
  expect(now.sum('understudy_thread_restarts_total')).toBe(0);
  expect(meanTime(now)).toBeLessThan(1);
  expect(logs().filter(({ level }) => level === 'warn' || level === 'error')).toHaveLength(2);
  expect(await stop()).toBe(0);
});

test('while the main thread stands still clients are served and their copies compared, and all is counted and recorded behind it', async () => {
  const { audience, kill, adminPort, logs, stop } = await house({ STALL: '5000' });
  const began = performance.now();
  kill('SIGUSR2');
  await audience.more(200);
  expect(performance.now() - began).toBeLessThan(5_000);
  const response = await fetch(`http://127.0.0.1:${adminPort}/livez`);
  expect(response.status).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(4_000);
  // The gauge is written once a second: the next turn of the loop may come before that or after it.
  const lag = async () => (await metrics(adminPort)).sum('understudy_event_loop_lag_seconds', { thread: 'main' });
  await expect.poll(lag, { interval: 50 }).toBeGreaterThan(1);
  const now = await settled(adminPort, await audience.unharmed());
  expect(now.outcomes('match')).toBe(now.requests);
  expect(now.sum('understudy_thread_restarts_total')).toBe(0);
  expect(logs().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  expect(await stop()).toBe(0);
});
