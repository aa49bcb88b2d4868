/** Under a low limit of open files and sockets: `ulimit -n`. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { descriptorLimit } from '../../src/config/descriptor-limit.ts';
import { metrics, settled } from '../support/metrics.ts';
import { startHttpOrigin } from '../support/origin.ts';
import { connectRaw, type RawClient } from '../support/raw-client.ts';
import { configText, launchUnderstudy, startUnderstudy, type Understudy } from '../support/understudy.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const CLIENTS = 200;
/** That of the tests, and of what they start. */
const SOFT = descriptorLimit()!.limit;

/** Status codes, and `closed` for who was let go without a word. */
async function answerTo(client: RawClient): Promise<number | 'closed'> {
  void client.send(GET);
  return client.response().then(
    ({ status }) => status,
    () => 'closed' as const,
  );
}

test.each([64, 256])(
  'with %d descriptors and far more clients, nobody hangs, all is counted, and who comes after them is served',
  async (limit) => {
    const origin = await startHttpOrigin((_request, response) => response.end('ok'));
    const understudy = await startUnderstudy({ primary: origin.url, shadow: origin.url }, { descriptors: limit });
    const chosen = understudy.logs().find(({ msg }) => msg?.includes('RLIMIT_NOFILE'))!;
    expect(chosen).toMatchObject({ limit, client: expect.any(Number), primary: expect.any(Number) });

    const answers: (number | 'closed')[] = [];
    for (let round = 0; round < 3; round++) {
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connectRaw(understudy.port)));
      answers.push(...(await Promise.all(clients.map(answerTo))));
      for (const client of clients) client.destroy();
    }
    const counted = (status: number | 'closed') => answers.filter((answer) => answer === status).length;
    expect(counted(200) + counted(503) + counted('closed')).toBe(3 * CLIENTS);
    expect(counted(200)).toBeGreaterThanOrEqual(Number(chosen['client']));
    for (;;) if ((await answerTo(await connectRaw(understudy.port))) === 200) break;

    const now = await metrics(understudy.adminPort);
    expect(now.sum('understudy_connections_refused_total', { reason: 'descriptors' })).toBeGreaterThanOrEqual(
      counted(503) + counted('closed'),
    );
    await settled(understudy.adminPort, now.requests);
    expect(understudy.logs().filter(({ level }) => level === 'warn' || level === 'error')).toHaveLength(1);
    expect(await understudy.stop()).toBe(0);
  },
);

test.each([1, 4])(
  'with %d edge threads, a start under too low a limit says which one is enough, and under that one clients are served and copied',
  async (edges) => {
    const origin = await startHttpOrigin((_request, response) => response.end('ok'));
    const settings = { primary: origin.url, shadow: `${origin.url}/next`, edges };
    const refused = await launchUnderstudy(settings, { descriptors: 40 });
    expect(await refused.exited).toBe(2);
    const [, needed] =
      /at most 40 .* at least (\d+) are needed/.exec(
        refused
          .logs()
          .map(({ raw }) => raw)
          .join(),
      ) ?? [];
    const understudy = await startUnderstudy(settings, { descriptors: Number(needed) });
    for (let request = 1; request <= 5; request++) {
      const client = await connectRaw(understudy.port);
      expect(await answerTo(client)).toBe(200);
      client.destroy();
      expect((await settled(understudy.adminPort, request)).outcomes('match')).toBe(request);
    }
    expect(await understudy.stop()).toBe(0);
  },
);

/** From now on so many may be open; with fewer than are open, no more can be. */
function limitTo(descriptors: number, { process }: Understudy): void {
  execFileSync('prlimit', [`--pid=${process.pid}`, `--nofile=${descriptors}:`]);
}

test('a configuration that cannot be read for want of descriptors is no bad one, and is read once there are some', async () => {
  const origin = await startHttpOrigin((_request, response) => response.end('ok'));
  const settings = { primary: origin.url, shadow: `${origin.url}/next` };
  const understudy = await startUnderstudy(settings);
  limitTo(8, understudy);
  await writeFile(understudy.file, configText({ ...settings, mirror: { sample: '50%' } }));
  understudy.kill('SIGHUP');
  await understudy.logged(({ msg }) => msg?.includes('for lack of descriptors') === true);
  limitTo(SOFT, understudy);
  await understudy.logged(({ msg }) => msg === 'the configuration was reloaded');
  expect(understudy.logs().filter(({ msg }) => msg?.includes('was not reloaded'))).toEqual([]);
  const now = await metrics(understudy.adminPort);
  expect(now.sum('understudy_config_last_error')).toBe(0);
  expect(now.sum('understudy_config_generation')).toBe(2);
  expect(await answerTo(await connectRaw(understudy.port))).toBe(200);
});

test('clients that no descriptor is left for are not left hanging, and who comes after them is served', async () => {
  const origin = await startHttpOrigin((_request, response) => response.end('ok'));
  const understudy = await startUnderstudy({ primary: origin.url, shadow: `${origin.url}/next` });
  const open = readdirSync(`/proc/${understudy.process.pid}/fd`).map(Number);
  limitTo(Math.max(...open) + 1, understudy);
  const clients = await Promise.all(Array.from({ length: 50 }, () => connectRaw(understudy.port)));
  for (const answer of await Promise.all(clients.map(answerTo))) expect([200, 503, 'closed']).toContain(answer);
  for (const client of clients) client.destroy();
  limitTo(SOFT, understudy);
  for (;;) if ((await answerTo(await connectRaw(understudy.port))) === 200) break;
  // One line of each kind at most: clients, the primary, the shadow.
  expect(understudy.logs().filter(({ level }) => level === 'warn' || level === 'error').length).toBeLessThanOrEqual(3);
  expect(await understudy.stop()).toBe(0);
});
