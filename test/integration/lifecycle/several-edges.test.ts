import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw, type RawClient } from '../../support/raw-client.ts';
import { configText, launchUnderstudy, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/crash.mjs', import.meta.url).href;
const GET = 'GET / HTTP/1.1\r\nHost: example.test\r\n\r\n';

const startNamed = (name: string) => startOrigin((_request, reply) => reply.send({ body: name }));

async function answer(client: RawClient): Promise<string> {
  await client.send(GET);
  return (await client.response()).body.toString();
}

/** The system spreads connections by a hash of their ports: of so many, each thread gets some. */
const MANY = 40;

function clientsOf({ port }: Understudy): Promise<RawClient[]> {
  return Promise.all(Array.from({ length: MANY }, () => connectRaw(port)));
}

test('two edge threads share a port, and what they count is summed', async () => {
  const [primary, shadow] = await Promise.all([startNamed('same'), startNamed('same')]);
  const understudy = await startUnderstudy({ primary: primary.url, shadow: shadow.url, edges: 2 });
  for (const client of await clientsOf(understudy)) expect(await answer(client)).toBe('same');
  const counted = await settled(understudy.adminPort, MANY);
  expect(counted.outcomes('match')).toBe(MANY);
  // Each edge thread has a pool of its own, and keeps one connection for requests that come one by one.
  expect(primary.connections).toHaveLength(2);
  expect(await understudy.stop()).toBe(0);
});

test('a reload reaches every edge thread, for connections that are open already as well', async () => {
  const [first, second] = await Promise.all([startNamed('first'), startNamed('second')]);
  const configOf = (primary: string) => configText({ primary, shadow: primary, edges: 2, mirror: { enabled: false } });
  const understudy = await startUnderstudy(configOf(first.url));
  const clients = await clientsOf(understudy);
  for (const client of clients) expect(await answer(client)).toBe('first');
  writeFileSync(understudy.file, configOf(second.url));
  await understudy.logged(({ msg, generation }) => msg === 'the configuration was reloaded' && generation === 2);
  for (const client of clients) expect(await answer(client)).toBe('second');
});

test('an edge thread that dies takes its own connections along, and no others; then both listen again', async () => {
  const origin = await startNamed('here');
  const understudy = await startUnderstudy(
    { primary: origin.url, shadow: origin.url, edges: 2, mirror: { enabled: false } },
    { env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: 'edge-0' } },
  );
  const clients = await clientsOf(understudy);
  for (const client of clients) await answer(client);
  understudy.kill('SIGUSR2');
  await understudy.logged(({ msg }) => msg === 'the thread died; another takes its place');
  const answers = await Promise.all(clients.map((client) => answer(client).catch(() => 'cut')));
  expect(answers.filter((text) => text === 'cut').length).toBeGreaterThan(0);
  expect(answers.filter((text) => text === 'here').length).toBeGreaterThan(0);
  await understudy.logged(({ msg }) => msg === 'listening again');
  for (const client of await clientsOf(understudy)) expect(await answer(client)).toBe('here');
});

test('a port that another Understudy shares among its threads is in use', async () => {
  const origin = await startNamed('first come');
  const config = { primary: origin.url, shadow: origin.url, edges: 2 };
  const first = await startUnderstudy(config);
  const second = await launchUnderstudy({ ...config, listen: `127.0.0.1:${first.port}` });
  expect(await second.exited).toBe(2);
  expect(second.logs()).toContainEqual({ raw: expect.stringContaining(`127.0.0.1:${first.port}: the port is in use`) });
  for (const client of await clientsOf(first)) expect(await answer(client)).toBe('first come');
  expect((await metrics(first.adminPort)).requests).toBe(MANY);
});
