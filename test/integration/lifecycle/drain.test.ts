import { once } from 'node:events';
import { connect } from 'node:net';
import { Agent, fetch } from 'undici';
import { expect, test } from 'vitest';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { gate } from '../../support/gate.ts';
import { metrics } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

const GET = 'GET / HTTP/1.1\r\nHost: example.test\r\n\r\n';

/** An origin whose answers to `/held` wait for the gate. */
async function startHoldingOrigin() {
  const hold = gate();
  const origin = await startOrigin(async ({ target }, reply) => {
    if (target === '/held') await hold.opened;
    await reply.json({ ok: true });
  });
  return { origin, open: hold.open };
}

async function status({ adminPort }: Understudy, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}${path}`);
  await response.body?.cancel();
  return response.status;
}

async function notReady(understudy: Understudy): Promise<void> {
  while ((await status(understudy, '/readyz')) === 200);
}

/** Until the port takes no more connections. */
async function refused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
    } catch {
      return;
    }
  }
}

const stopping = ({ msg }: { msg?: string }) => msg?.startsWith('stopping') === true;

test('SIGTERM under load: whoever goes by readiness has not one error, and what is under way is finished', async () => {
  const { origin, open } = await startHoldingOrigin();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    shutdown: { grace: '2s', deadline: '20s' },
    mirror: { methods: ['GET'], inFlight: 8 },
  });
  const url = `http://127.0.0.1:${understudy.port}`;
  const agent = new Agent({ connections: 8 });
  afterThisTest(() => agent.destroy());
  const held = fetch(`${url}/held`, { dispatcher: agent });
  await origin.received(1);

  let balancer: 'sends' | 'looks elsewhere' = 'sends';
  const warm = gate();
  let answers = 0;
  const load = Array.from({ length: 4 }, async () => {
    while (balancer === 'sends') {
      const response = await fetch(`${url}/`, { dispatcher: agent });
      expect(response.status).toBe(200);
      await response.text();
      if (++answers === 50) warm.open();
    }
  });
  await warm.opened;
  understudy.kill('SIGTERM');
  await notReady(understudy);
  expect(await status(understudy, '/livez')).toBe(200);
  const before = answers;
  while (answers < before + 50) await (await fetch(`${url}/`)).text().then(() => answers++);
  balancer = 'looks elsewhere';
  await Promise.all(load);
  await refused(understudy.port);
  open();
  expect((await held).status).toBe(200);
  expect(await understudy.exited).toBe(0);
});

test('while it winds down, answers close their connections; the idle ones are closed when the grace is over', async () => {
  const { origin } = await startHoldingOrigin();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    shutdown: { grace: '2s', deadline: '20s' },
  });
  const [idle, busy] = await Promise.all([connectRaw(understudy.port), connectRaw(understudy.port)]);
  for (const client of [idle, busy]) {
    await client.send(GET);
    expect((await client.response()).rawHead).not.toMatch(/^connection: close/im);
  }
  understudy.kill('SIGTERM');
  await notReady(understudy);
  await busy.send(GET);
  expect((await busy.response()).rawHead).toMatch(/^connection: close\r$/im);
  expect(await busy.closed()).toEqual({ how: 'end', rest: '' });
  const late = await connectRaw(understudy.port);
  await late.send(GET);
  expect((await late.response()).rawHead).toMatch(/^connection: close\r$/im);
  expect(await idle.closed()).toEqual({ how: 'end', rest: '' });
  for (const client of [idle, busy, late]) client.destroy();
  expect(await understudy.exited).toBe(0);
});

test('what is not finished at the deadline is cut, and the process ends in good order', async () => {
  const { origin } = await startHoldingOrigin();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    shutdown: { grace: '0s', deadline: '200ms' },
  });
  const client = await connectRaw(understudy.port);
  await client.send(GET.replace('/', '/held'));
  await origin.received(2);
  understudy.kill('SIGTERM');
  expect((await client.closed()).rest).toBe('');
  await understudy.logged(({ msg }) => msg === 'the deadline passed before all was finished');
  expect(await understudy.exited).toBe(0);
});

test('SIGTERM while the shadow hangs: it ends in time, and what its copies came to is recorded', async () => {
  const { origin } = await startHoldingOrigin();
  const shadow = await startOrigin(() => {});
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: shadow.url,
    mirror: { timeout: '1h', order: 'none' },
    shutdown: { grace: '0s', deadline: '1s' },
  });
  for (let request = 0; request < 5; request++) await (await fetch(`http://127.0.0.1:${understudy.port}/`)).text();
  await shadow.received(5);
  const began = performance.now();
  expect(await understudy.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  const reader = await SqliteReader.openFile(understudy.store);
  const { requests, outcomes } = await reader.summary();
  await reader.close();
  expect(requests).toBe(5);
  expect(outcomes).toEqual([{ ending: 'skipped:draining', count: 5 }]);
});

test.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGTERM', 'SIGINT'],
  ['SIGINT', 'SIGINT'],
] as const)('%s, then %s: the second signal ends it at once', async (first, second) => {
  const { origin } = await startHoldingOrigin();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    shutdown: { grace: '1h', deadline: '1h' },
  });
  const client = await connectRaw(understudy.port);
  await client.send(GET.replace('/', '/held'));
  await origin.received(1);
  understudy.kill(first);
  await understudy.logged(stopping);
  understudy.kill(second);
  expect(await understudy.exited).toBe(130);
  expect(understudy.logs()).toContainEqual({ raw: expect.stringContaining('ended at once by a second signal') });
});

test('a shadow that is dead changes neither liveness nor readiness', async () => {
  const { origin } = await startHoldingOrigin();
  const understudy = await startUnderstudy({ primary: origin.url, shadow: 'http://127.0.0.1:1' });
  for (let request = 0; request < 50; request++) await (await fetch(`http://127.0.0.1:${understudy.port}/`)).text();
  let counted = await metrics(understudy.adminPort);
  while (counted.outcomes('shadow_unreachable') === 0) counted = await metrics(understudy.adminPort);
  expect(await status(understudy, '/livez')).toBe(200);
  expect(await status(understudy, '/readyz')).toBe(200);
});
