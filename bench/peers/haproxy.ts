import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROXY_CORE } from '../harness/machine.ts';
import { freePort } from '../harness/ports.ts';
import { findProgram, launch, stop, untilListening } from '../harness/processes.ts';
import type { Peer } from './peer.ts';

export const haproxy: Peer = {
  name: 'haproxy',
  mirrors: false,
  version: () => {
    const program = findProgram('haproxy');
    if (program === undefined) return undefined;
    return /version (\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stdout)?.[1];
  },
  start: async (site) => {
    const port = await freePort();
    const folder = await mkdtemp(join(site.folder, 'haproxy-'));
    const config = join(folder, 'haproxy.cfg');
    await writeFile(config, proxyConfig(port, site.primary));
    const log = join(folder, 'haproxy.log');
    const started = launch({ command: findProgram('haproxy')!, args: ['-db', '-f', config], core: PROXY_CORE, log });
    await untilListening(started, port);
    return { pid: started.pid, port, stop: () => stop(started) };
  },
};

function proxyConfig(port: number, primary: number): string {
  return `
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
listen proxy
  bind 127.0.0.1:${port}
  server primary 127.0.0.1:${primary} pool-max-conn 256
`;
}
