import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { launchUnderstudy, startUnderstudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/crash.mjs', import.meta.url).href;
const TARGETS = { primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:1' };

test.each([
  ['the only edge thread', 'edge-0', 1],
  ['one of two edge threads', 'edge-1', 2],
])('%s dies before it listens: the start fails, and says of what', async (_which, thread, edges) => {
  const understudy = await launchUnderstudy(
    { ...TARGETS, edges },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: thread, CRASH_AT: 'start' } },
  );
  expect(await understudy.exited).toBe(2);
  expect(understudy.logs()).toContainEqual({
    raw: `listen 127.0.0.1:0: ${thread} died before it could listen: a crash on purpose`,
  });
  // The store was closed, not left behind.
  expect(existsSync(`${understudy.store}-wal`)).toBe(false);
});

test('a proxy at rest, and one that is scraped, does without the tables of Intl, which take 5 MiB', async () => {
  const preload = new URL('../../support/no-intl.mjs', import.meta.url).href;
  const understudy = await startUnderstudy(TARGETS, { env: { NODE_OPTIONS: `--import=${preload}` } });
  expect((await metrics(understudy.adminPort)).sum('understudy_config_generation')).toBe(1);
  expect(await understudy.stop()).toBe(0);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s during a start that does not end ends the process', async (signal) => {
  const understudy = await launchUnderstudy(TARGETS, {
    env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: 'edge-0', CRASH_AT: 'never' },
  });
  await understudy.logged(({ msg }) => msg === 'edge-0 hangs');
  understudy.kill(signal);
  expect(await understudy.exited).toBe(130);
});

test.each(['listen', 'admin'])('a start that finds the port of %s in use leaves no store behind', async (option) => {
  const holder = createServer().listen(0, '127.0.0.1');
  afterThisTest(() => holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const understudy = await launchUnderstudy({ [option]: `127.0.0.1:${port}` });
  expect(await understudy.exited).toBe(2);
  expect(existsSync(understudy.store)).toBe(false);
});

test('the compare thread begins with the first pair', async () => {
  const origin = await startOrigin(({ target }, reply) => reply.send({ body: target }));
  const understudy = await startUnderstudy({ primary: origin.url, shadow: `${origin.url}/next` });
  const threads = async () =>
    (await metrics(understudy.adminPort)).samples
      .filter(({ name }) => name === 'understudy_thread_up')
      .map(({ labels }) => labels['thread']);
  expect(await threads()).toEqual(['main', 'edge-0', 'mirror-0']);
  await fetch(`http://127.0.0.1:${understudy.port}/`);
  expect((await settled(understudy.adminPort, 1)).outcomes('mismatch')).toBe(1);
  expect(await threads()).toEqual(['main', 'edge-0', 'mirror-0', 'compare-0']);
});
