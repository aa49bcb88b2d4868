/** The name server says nothing, so that look-ups of the shadow hang in the system (getaddrinfo), where nothing ends them. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { mayMount } from '../../support/namespaces.ts';
import { startOrigin } from '../../support/origin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { configText, startUnderstudy } from '../../support/understudy.ts';

const SERVER = '127.0.0.153';
const PRELOAD = new URL('../../support/crash.mjs', import.meta.url).href;

/** How to start a program for which `names` are in the hosts file, and all others are asked of a server that is silent. */
async function silence(names: readonly string[]) {
  const asked: string[] = [];
  const waiting: { name: string; resolve: () => void }[] = [];
  const socket = createSocket('udp4').on('message', (query) => {
    asked.push(query.toString('latin1'));
    for (const { name, resolve } of waiting) if (asked.at(-1)!.includes(name)) resolve();
  });
  socket.bind(53, SERVER);
  await once(socket, 'listening');
  afterThisTest(() => void socket.close());
  const directory = temporaryDirectory();
  const [hosts, resolver] = [join(directory, 'hosts'), join(directory, 'resolv.conf')];
  writeFileSync(hosts, names.map((name) => `127.0.0.1 ${name}\n`).join(''));
  writeFileSync(resolver, `nameserver ${SERVER}\noptions timeout:30 attempts:5\n`);
  const mount = `mount --bind ${hosts} /etc/hosts && mount --bind ${resolver} /etc/resolv.conf && exec "$@"`;
  return {
    wrapper: ['unshare', '--mount', 'sh', '-c', mount, 'sh'],
    /** Resolves when the server was asked for it. */
    queried: (name: string): Promise<void> =>
      asked.some((query) => query.includes(name))
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ name, resolve })),
  };
}

// Port 53 is for root alone, too.
test.skipIf(!mayMount())(
  'look-ups of shadow and control that hang keep no client waiting, not behind reloads with new names, nor behind the death of a thread, nor the end',
  { timeout: 60_000 },
  async () => {
    const origin = await startOrigin((_request, reply) => reply.send({ body: 'hello' }));
    const { wrapper, queried } = await silence(['primary-1.test', 'primary-2.test', 'primary-3.test']);
    const config = (round: number) => ({
      primary: { url: `http://primary-${round}.test:${origin.port}`, timeouts: { connect: '1s' } },
      shadow: `http://shadow-${round}.test:9`,
      control: `http://control-${round}.test:9`,
      shutdown: { grace: '0s', deadline: '3s' },
    });
    const understudy = await startUnderstudy(config(1), {
      wrapper,
      env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: 'edge-0' },
    });
    const ask = async () => {
      const response = await fetch(`http://127.0.0.1:${understudy.port}/`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await ask()).toBe('200 hello');
    await Promise.race([queried('shadow-1'), queried('control-1')]);
    for (const round of [2, 3]) {
      writeFileSync(understudy.file, configText(config(round)));
      const reloaded = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, { method: 'POST' });
      expect(reloaded.ok).toBe(true);
      expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill('200 hello'));
    }
    understudy.kill('SIGUSR2');
    await understudy.logged(({ msg }) => msg === 'listening again');
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill('200 hello'));
    expect(await understudy.stop()).toBe(0);
  },
);
