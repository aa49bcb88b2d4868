import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ENTRY, ROOT } from '../harness/entry.ts';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilAnswering } from '../harness/processes.ts';
import type { Peer, RunningPeer, Site } from './peer.ts';

export const understudyEdge = understudyPeer('understudy, mirror off', 'off');
export const understudyMirror = understudyPeer('understudy with mirror', 'on');
/** As the rule says that every timestamp may differ, none of them is a mismatch. */
export const understudyAccepting = understudyPeer('understudy with a rule', 'on', [
  { path: '$.updatedAt', as: 'timestamp', within: '5s' },
]);

function understudyPeer(name: string, mirror: 'on' | 'off', rules: readonly unknown[] = []): Peer {
  return {
    name,
    mirrors: mirror === 'on',
    speaksTls: true,
    version: () => {
      if (!existsSync(ENTRY.path))
        throw new Error(`${ENTRY.path} not found; BENCH_ENTRY names what is measured as Understudy`);
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      return `${version} from ${ENTRY.name}`;
    },
    start: (site) => startUnderstudy(site, mirror, rules),
  };
}

export interface RunningUnderstudy extends RunningPeer {
  /** The port of 127.0.0.1 for the admin API. */
  readonly admin: number;
}

export async function startUnderstudy(
  site: Site,
  mirror: 'on' | 'off',
  rules: readonly unknown[] = [],
): Promise<RunningUnderstudy> {
  const [port, admin] = [await freePort(), await freePort()];
  const folder = await mkdtemp(join(site.folder, 'understudy-'));
  const config = join(folder, 'understudy.yaml');
  await writeFile(config, stringify({ ...proxyConfig(port, admin, folder, site, mirror), compare: { rules } }));
  const started = launch({
    command: process.execPath,
    args: [ENTRY.path, 'serve', '-c', config],
    cores: site.cores,
    log: join(folder, 'understudy.log'),
  });
  await untilAnswering(started, port, site.tls && 'TLS');
  return {
    pid: started.pid,
    port,
    admin,
    outcomes: () => outcomesFrom(admin),
    recorded: () => recordedIn(admin),
    stop: () => stop(started),
  };
}

/** The defaults, but for uploads, which are mirrored only where a config says so. */
function proxyConfig(port: number, admin: number, folder: string, site: Site, mirror: 'on' | 'off') {
  return {
    listen: {
      address: `127.0.0.1:${port}`,
      ...(site.tls && { tls: { cert: site.tls.certificate, key: site.tls.key } }),
    },
    admin: `127.0.0.1:${admin}`,
    primary: `http://127.0.0.1:${site.primary}`,
    shadow: `http://127.0.0.1:${site.shadow}`,
    mirror: { enabled: mirror === 'on', methods: ['GET', 'HEAD', 'PUT'] },
    edges: site.cores.length,
    store: join(folder, 'understudy.db'),
  };
}

async function recordedIn(admin: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${admin}/api/v1/summary`, { signal: AbortSignal.timeout(5_000) });
  const { results } = (await response.json()) as {
    results: { outcomes: { ending: string; count: number }[] };
  };
  return results.outcomes.find(({ ending }) => ending === 'mismatch')?.count ?? 0;
}

/** `match`, `skipped:tape_full` and so on, added up over the routes. */
async function outcomesFrom(admin: number): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${admin}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const outcomes = new Map<string, number>();
  for (const [, labels = '', value] of (await response.text()).matchAll(
    /^understudy_outcomes_total\{(.*)\} (\S+)$/gm,
  )) {
    const [outcome = '', reason = ''] = ['outcome', 'reason'].map(
      (label) => new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels)?.[1],
    );
    const name = reason === '' ? outcome : `${outcome}:${reason}`;
    if (Number(value) > 0) outcomes.set(name, (outcomes.get(name) ?? 0) + Number(value));
  }
  return outcomes;
}
