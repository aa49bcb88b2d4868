/** A process that stands still, a main thread that does, and a clock that is set: each while clients ask. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startAudience, startWell } from '../../support/audience.ts';
import { type Metrics, metrics, settled } from '../../support/metrics.ts';
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

/** The mean time that a shadow took, in seconds. */
function meanTime(now: Metrics): number {
  const of = { leg: 'shadow' };
  return now.sum('understudy_leg_duration_seconds_sum', of) / now.sum('understudy_leg_duration_seconds_count', of);
}

test('a process that is stopped for two seconds, and a clock that is set an hour ahead and back, change no timing and fail no copy, and only the clock is told of', async () => {
  const { audience, kill, adminPort, logs, logged, stop } = await house({ SHIFT: '3600000' });
  const complaints = () => logs().filter(({ level }) => level === 'warn' || level === 'error');
  kill('SIGSTOP');
  await pause(2_000);
  kill('SIGCONT');
  await audience.more(100);
  expect(complaints()).toEqual([]);
  for (const way of ['ahead', 'back']) {
    kill('SIGUSR2');
    await logged(({ msg }) => msg?.includes(`the clock of this machine was set ${way}`) ?? false);
    await audience.more(100);
  }
  const now = await settled(adminPort, await audience.unharmed(2_000));
  expect(now.outcomes('match')).toBe(now.requests);
  expect(now.sum('understudy_thread_restarts_total')).toBe(0);
  expect(meanTime(now)).toBeLessThan(1);
  expect(complaints()).toHaveLength(2);
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
