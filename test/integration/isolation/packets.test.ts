/** A network that loses packets, or all of them from one moment to the next (a black hole, connections that are half open). */
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { responseTo, startAudience, startWell } from '../../support/audience.ts';
import { startLossyLine } from '../../support/lossy-line.ts';
import { type Metrics, metrics, settled } from '../../support/metrics.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { type LogLine, startUnderstudy } from '../../support/understudy.ts';

const IN_FLIGHT = 16;
const ALL = 1;
/** Of three packets one: a response waits for retransmissions, and seldom for more than a second. */
const SOME = 1 / 3;
/** Milliseconds. */
const PATIENT = { timeout: 20_000 };

const complaints = (lines: readonly LogLine[]) => lines.filter(({ level }) => level === 'warn' || level === 'error');

test('packets on the way to the shadow are lost, then all of them, then none: clients notice nothing, its copies end in time, it is said, and copies are compared again', {
  timeout: 60_000,
}, async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const line = await startLossyLine(shadow.port);
  const {
    port,
    adminPort,
    process: child,
    logs,
    stop,
  } = await startUnderstudy({
    primary: primary.url,
    shadow: { url: line.url, timeouts: { connect: '500ms' } },
    mirror: { timeout: '1s', inFlight: IN_FLIGHT },
  });
  const now = () => metrics(adminPort);
  const more = async (of: (now: Metrics) => number) => {
    const before = of(await now());
    await expect.poll(async () => of(await now()), PATIENT).toBeGreaterThan(before + 20);
  };
  const matches = (at: Metrics) => at.outcomes('match');
  const audience = startAudience(port, ['/items/1', '/items/2']);
  await more(matches);
  const descriptors = readdirSync(`/proc/${child.pid}/fd`).length;
  await line.lose(SOME);
  await more(matches);

  await line.lose(ALL);
  await more((at) => at.outcomes('shadow_timeout') + at.outcomes('skipped', 'in_flight_limit'));
  await more((at) => at.outcomes('skipped', 'breaker_open'));
  const during = await now();
  expect(readdirSync(`/proc/${child.pid}/fd`).length).toBeLessThan(descriptors + 2 * IN_FLIGHT);
  expect(during.sum('understudy_mirror_memory_bytes')).toBeLessThan(1024 * 1024);
  expect(complaints(logs()).length, JSON.stringify(complaints(logs()))).toBeLessThanOrEqual(3);

  await line.lose(0);
  await more(matches);
  await settled(adminPort, await audience.unharmed());
  expect((await now()).sum('understudy_thread_restarts_total')).toBe(0);
  expect(await stop()).toBe(0);
});

/** What clients of a primary get that is lost and found: in the order in which they asked. */
async function askAlong(port: number) {
  const got: { readonly seen: 'exact' | number | 'wrong'; readonly took: number }[] = [];
  let state: 'asking' | 'ended' = 'asking';
  const ask = async (path: string): Promise<void> => {
    const client = await connectRaw(port);
    while (state === 'asking') {
      const began = performance.now();
      await client.send(`GET ${path} HTTP/1.1\r\nHost: example.test\r\n\r\n`);
      const { status, body } = await client.response();
      const isExact = status === 200 && body.toString() === responseTo(path);
      got.push({ seen: isExact ? 'exact' : status === 200 ? 'wrong' : status, took: performance.now() - began });
      await pause(5);
    }
    client.destroy();
  };
  const asking = ['/items/1', '/items/2', '/items/3', '/items/4'].map(ask);
  return {
    got,
    end: async () => {
      state = 'ended';
      await Promise.all(asking);
    },
  };
}

test('packets on the way to the primary are lost, then all of them, then none: clients have exact responses or a 504 in time, it is said, and served again', {
  timeout: 60_000,
}, async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const line = await startLossyLine(primary.port);
  const { port, adminPort, logs, stop } = await startUnderstudy({
    primary: { url: line.url, timeouts: { connect: '1s', firstByte: '1s', idle: '1s' } },
    shadow: shadow.url,
  });
  const clients = await askAlong(port);
  const more = async (seen: 'exact' | 504) => {
    const from = clients.got.length;
    await expect
      .poll(() => clients.got.slice(from).filter((each) => each.seen === seen).length, PATIENT)
      .toBeGreaterThan(8);
  };
  await more('exact');
  await line.lose(ALL);
  await more(504);
  await line.lose(0);
  await more('exact');
  await line.lose(SOME);
  await more('exact');
  await line.lose(0);
  await clients.end();
  expect(new Set(clients.got.map(({ seen }) => seen))).toEqual(new Set(['exact', 504]));
  expect(Math.max(...clients.got.map(({ took }) => took))).toBeLessThan(3_000);
  const now = await settled(adminPort, clients.got.length);
  expect(now.outcomes('primary_failed')).toBe(clients.got.filter(({ seen }) => seen === 504).length);
  expect(complaints(logs()).length, JSON.stringify(complaints(logs()))).toBeLessThanOrEqual(4);
  expect(await stop()).toBe(0);
});
