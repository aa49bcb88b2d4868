import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PROXY_CORE } from '../harness/machine.ts';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilListening } from '../harness/processes.ts';
import type { Peer } from './peer.ts';

const PROGRAM = new URL('node-http-proxy-program.ts', import.meta.url).pathname;

export const nodeHttpProxy: Peer = {
  name: 'node-http-proxy',
  mirrors: false,
  version: () => {
    try {
      return (createRequire(import.meta.url)('http-proxy/package.json') as { version: string }).version;
    } catch {
      return undefined;
    }
  },
  start: async (site) => {
    const port = await freePort();
    const folder = await mkdtemp(join(site.folder, 'node-http-proxy-'));
    const started = launch({
      command: process.execPath,
      args: [PROGRAM, String(port), String(site.primary)],
      core: PROXY_CORE,
      log: join(folder, 'node-http-proxy.log'),
    });
    await untilListening(started, port);
    return { pid: started.pid, port, stop: () => stop(started) };
  },
};
