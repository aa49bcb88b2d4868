/** One rehearsal: both versions, the present one twice as the control, Understudy before them, the service's real client, and the report. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../harness/ports.ts';
import { install } from './install.ts';
import { begin, complete, end, startEdition } from './processes.ts';
import type { Service } from './service.ts';
import { type Row, type Verification, verify } from './verify.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
/** Milliseconds that the copies may take to settle, once the client is done. */
const SETTLE_LIMIT = 60_000;

export interface Rehearsal extends Verification {
  /** As `understudy report` prints it. */
  readonly report: string;
  readonly requests: number;
}

/** Rejects where a version can't be installed or started, or the client fails. */
export async function rehearse(service: Service): Promise<Rehearsal> {
  const { name, primary, shadow, client } = service;
  const [left, right, clientPackages] = [
    await install(`${name}/${primary.version}`, primary.packages),
    await install(`${name}/${shadow.version}`, shadow.packages),
    client === undefined ? '' : await install(`${name}/client`, client),
  ];
  const folder = await mkdtemp(join(tmpdir(), `understudy-${name}-`));
  const below = async (part: string): Promise<string> => {
    const path = join(folder, part);
    await mkdir(path);
    return path;
  };
  try {
    const targets = await Promise.all([
      startEdition(primary, left, await below('primary')),
      startEdition(shadow, right, await below('shadow')),
      startEdition(primary, left, await below('control')),
    ]);
    const [port, admin] = [await freePort(), await freePort()];
    const config = join(folder, 'understudy.yaml');
    const store = join(folder, 'understudy.db');
    await writeFile(
      config,
      stringify({
        listen: `127.0.0.1:${port}`,
        admin: `127.0.0.1:${admin}`,
        primary: targets[0].origin,
        shadow: targets[1].origin,
        control: targets[2].origin,
        store,
        shutdown: { grace: '0s' },
        ...service.config,
      }),
    );
    const proxy = begin(
      {
        command: process.execPath,
        args: [MAIN, 'serve', '-c', config],
        // What is expected are copies of all requests, also on a machine that is short of time.
        env: { UNDERSTUDY_MIRROR_PAUSE_WHEN_EVENT_LOOP_LAG: 'none' },
      },
      folder,
      join(folder, 'understudy.log'),
    );
    await untilReady(admin);
    const origin = `http://127.0.0.1:${port}`;
    await service.drive({ origin, installed: clientPackages, folder: await below('client') });
    const requests = await settled(admin);
    await end(proxy);
    await Promise.all(targets.map((target) => target.stop()));
    const report = (...args: readonly string[]): Promise<string> =>
      complete({ command: process.execPath, args: [MAIN, 'report', '--store', store, ...args] }, folder);
    const { signatures } = JSON.parse(await report('--json')) as { signatures: readonly Row[] };
    return { report: await report(), requests, ...verify(signatures, service.expected) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilReady(admin: number): Promise<void> {
  const deadline = performance.now() + SETTLE_LIMIT;
  while (performance.now() < deadline) {
    const response = await fetch(`http://127.0.0.1:${admin}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await delay(50);
  }
  throw new Error('Understudy was not ready in time');
}

/** How many requests there were, once each has its outcome. */
async function settled(admin: number): Promise<number> {
  const deadline = performance.now() + SETTLE_LIMIT;
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
    const [requests, outcomes] = ['understudy_requests_total', 'understudy_outcomes_total'].map((name) =>
      [...metrics.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0),
    );
    if (requests === outcomes) return requests!;
    if (performance.now() > deadline) throw new Error(`${requests} requests, but only ${outcomes} outcomes`);
    await delay(100);
  }
}
