import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

const startPlain = () => startOrigin((_request, reply) => reply.send({ body: 'twelve bytes' }));

async function ask(port: number, target: string): Promise<void> {
  const client = await connectRaw(port);
  await client.send(`GET ${target} HTTP/1.1\r\nHost: example.test\r\n\r\n`);
  await client.response();
  client.destroy();
}

test('each request of two edge threads is one whole line of one file when the process has ended', async () => {
  const origin = await startPlain();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    edges: 2,
    log: { format: 'json', access: { format: 'common', file: './access.log' } },
  });
  const targets = Array.from({ length: 200 }, (_, number) => `/${number}`);
  for (let from = 0; from < 200; from += 20) {
    await Promise.all(targets.slice(from, from + 20).map((target) => ask(understudy.port, target)));
  }
  await ask(understudy.port, '/ bad');
  await settled(understudy.adminPort, 201);
  expect(await understudy.stop()).toBe(0);
  const lines = readFileSync(join(understudy.directory, 'access.log'), 'latin1').trimEnd().split('\n');
  const form = /^127\.0\.0\.1 - - \[[^\]]+\] "(?:GET (\S+) HTTP\/1\.1" 200 12|-" 400 -)$/;
  expect(lines.filter((line) => !form.test(line))).toEqual([]);
  expect(lines.map((line) => form.exec(line)![1] ?? 'bad').sort()).toEqual([...targets, 'bad'].sort());
});

test('by default there is no access log; one without a file goes to standard output', async () => {
  const origin = await startPlain();
  const config = { primary: origin.url, shadow: origin.url };
  const [silent, telling] = await Promise.all([
    startUnderstudy(config),
    startUnderstudy({ ...config, log: { format: 'json', access: 'json' } }),
  ]);
  for (const { port } of [silent, telling]) await ask(port, '/here');
  expect(await Promise.all([silent.stop(), telling.stop()])).toEqual([0, 0]);
  expect(silent.logs().filter(({ target }) => target === '/here')).toEqual([]);
  expect(telling.logs().filter(({ target }) => target === '/here')).toEqual([
    expect.objectContaining({ method: 'GET', status: 200, bytes: 12, route: 'GET /here' }),
  ]);
});

test('a full disk costs lines, which are counted, and no client anything', async () => {
  const origin = await startPlain();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    mirror: { enabled: false },
    log: { format: 'json', access: { format: 'combined', file: '/dev/full' } },
  });
  const client = await connectRaw(understudy.port);
  const request = `GET / HTTP/1.1\r\nHost: example.test\r\nUser-Agent: ${'x'.repeat(60_000)}\r\n\r\n`;
  for (let sent = 0; sent < 100; sent++) {
    await client.send(request);
    expect((await client.response()).status).toBe(200);
  }
  let dropped = 0;
  while (dropped === 0) dropped = (await metrics(understudy.adminPort)).sum('understudy_access_log_dropped_total');
  expect(await understudy.stop()).toBe(0);
});

test("an answer in the primary's stead is logged with its own status and size", async () => {
  const understudy = await startUnderstudy({
    primary: 'http://127.0.0.1:1',
    shadow: 'http://127.0.0.1:1',
    log: { format: 'json', access: 'json' },
  });
  const response = await fetch(`http://127.0.0.1:${understudy.port}/gone`);
  const body = await response.text();
  expect(await understudy.stop()).toBe(0);
  expect(understudy.logs().filter(({ target }) => target === '/gone')).toEqual([
    expect.objectContaining({ status: 502, bytes: body.length, requestId: response.headers.get('x-request-id') }),
  ]);
});

test('a file that can not be written is named at the start, with the reason, and no store is left behind', async () => {
  const directory = temporaryDirectory();
  const args = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '-c', 'understudy.yaml'];
  writeFileSync(join(directory, 'understudy.yaml'), 'log: {access: {format: json, file: ./none/access.log}}\n');
  const { code, stderr } = await runUnderstudy(['serve', ...args], { directory });
  expect(code).toBe(2);
  expect(stderr).toContain(
    'log.access.file ./none/access.log: can not be written to: no such file or directory; create its directory',
  );
  expect(existsSync(join(directory, 'understudy.db'))).toBe(false);
});

test('a file that was moved away is begun anew on SIGHUP, and no line is lost', async () => {
  const origin = await startPlain();
  const understudy = await startUnderstudy({
    primary: origin.url,
    shadow: origin.url,
    log: { format: 'json', access: { format: 'common', file: './access.log' } },
  });
  const [now, before] = ['access.log', 'access.log.1'].map((name) => join(understudy.directory, name)) as [
    string,
    string,
  ];
  await ask(understudy.port, '/first');
  renameSync(now, before);
  understudy.kill('SIGHUP');
  while (!existsSync(now)) await new Promise(setImmediate);
  await ask(understudy.port, '/second');
  expect(await understudy.stop()).toBe(0);
  const lines = [before, now].map((file) => readFileSync(file, 'latin1'));
  expect(lines.join('').match(/GET \S+/g)).toEqual(['GET /first', 'GET /second']);
  expect(lines[1]).toContain('GET /second');
});
