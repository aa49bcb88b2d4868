import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startOrigin } from '../../support/origin.ts';
import { launchUnderstudy, startUnderstudy } from '../../support/understudy.ts';

/** Sends a signal to itself as soon as anything but the entry is loaded: the earliest moment that a test can name. */
const EARLY = (signal: string) =>
  `--import=data:text/javascript,${encodeURIComponent(`
    import { isMainThread } from 'node:worker_threads';
    import { registerHooks } from 'node:module';
    let sent = !isMainThread;
    registerHooks({ load(url, context, next) {
      if (!sent && url.endsWith('/cli/main.ts')) { sent = true; process.kill(process.pid, '${signal}'); }
      return next(url, context);
    } });
  `)}`;

const startPlain = () => startOrigin((_request, reply) => reply.send({ body: 'hello' }));

test('SIGHUP while the program is still loading is a reload once it runs', async () => {
  const origin = await startPlain();
  const understudy = await startUnderstudy(
    { primary: origin.url, shadow: origin.url },
    { env: { NODE_OPTIONS: EARLY('SIGHUP') } },
  );
  await understudy.logged(({ msg }) => msg === 'the configuration was read again: nothing has changed');
  expect((await fetch(`http://127.0.0.1:${understudy.port}/`)).status).toBe(200);
  expect(await understudy.stop()).toBe(0);
});

test.each(['SIGTERM', 'SIGINT'])('%s while the program is still loading ends it before it serves', async (signal) => {
  const understudy = await launchUnderstudy(
    { primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2' },
    { env: { NODE_OPTIONS: EARLY(signal) } },
  );
  expect(await understudy.exited).toBe(130);
  expect(understudy.logs().filter(({ msg }) => msg === 'listening')).toEqual([]);
});

test.each(['SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const)('%s neither ends it nor opens a debugger', async (signal) => {
  const origin = await startPlain();
  const understudy = await startUnderstudy({ primary: origin.url, shadow: origin.url });
  understudy.kill(signal);
  // Heard after it, and so told when it was dealt with.
  understudy.kill('SIGHUP');
  await understudy.logged(({ msg }) => msg === 'the configuration was read again: nothing has changed');
  expect((await fetch(`http://127.0.0.1:${understudy.port}/`)).status).toBe(200);
  expect(await understudy.stop()).toBe(0);
  expect(JSON.stringify(understudy.logs())).not.toContain('Debugger');
});

test('where this project starts Node itself, no signal can open the debugger at any time', () => {
  const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  expect(read('Dockerfile')).toContain('ENTRYPOINT ["node", "--disable-sigusr1", "/understudy/dist/main.js"]');
  const { scripts } = JSON.parse(read('package.json'));
  for (const name of ['start', 'demo']) expect(scripts[name]).toMatch(/^node --disable-sigusr1 /);
});

test('a signal that comes while Node itself starts does not open the debugger with the flag of the image', async () => {
  const child = spawn(process.execPath, ['--disable-sigusr1', '-e', "process.kill(process.pid, 'SIGUSR1')"]);
  expect(Buffer.concat(await child.stderr.toArray()).toString()).toBe('');
});
