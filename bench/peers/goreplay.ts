import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/ports.ts';
import { findProgram, launch, stop, tail, untilListening } from '../harness/processes.ts';
import { nginxProxy, nginxVersion, prepareNginx } from './nginx.ts';
import type { Peer } from './peer.ts';
import { programVersion } from './program-peer.ts';

const PROGRAM = 'goreplay';
const VERSION = { args: ['--help'], pattern: /Current Version: v?(\S+)/ };

/** GoReplay forwards nothing itself: it reads off the wire what comes to another proxy, for which it must be root. */
export const goReplay: Peer = {
  name: 'nginx with goreplay',
  mirrors: true,
  speaksTls: false,
  install: 'apt-get install libpcap-dev nginx; go install github.com/buger/goreplay@latest; run as root',
  version: () =>
    nginxVersion() === undefined || process.getuid?.() !== 0 ? undefined : programVersion(PROGRAM, VERSION),
  start: async (site) => {
    const port = await freePort();
    const { command, args, log } = await prepareNginx(nginxProxy(port, site, 'off'), site.folder, site.cores.length);
    // nginx becomes a child of GoReplay, so that the two are measured, and ended, as one.
    const both = '"$1" "$2" "$3" "$4" "$5" & exec "$6" --input-raw "$7" --output-http "$8"';
    const targets = [`127.0.0.1:${port}`, `http://127.0.0.1:${site.shadow}`];
    const started = launch({
      command: 'sh',
      args: ['-c', both, 'sh', command, ...args, findProgram(PROGRAM)!, ...targets],
      cores: site.cores,
      log,
    });
    await untilListening(started, port);
    await untilCapturing(log);
    return { pid: started.pid, port, stop: () => stop(started) };
  },
};

/** It names the interface that it reads from; what came before is lost. */
async function untilCapturing(log: string, limit = 10_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!tail(log).includes('Interface:')) {
    if (performance.now() > deadline) throw new Error(`captured nothing within ${limit} ms:\n${tail(log)}`);
    await delay(20);
  }
}
