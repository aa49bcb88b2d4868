/**
 * `node bench/dashboard/run.ts [--store FILE] [--rounds N]`
 *
 * Asks the API for what the dashboard shows, of a proxy with a week of results: 200 routes, 10,000 signatures. A store
 * that is named is made if it does not exist, and kept. Goals: each answer within 300 ms, those of the overview
 * together within a second. Exit codes: 0 it was measured, whatever the figures are; 2 it could not be.
 */
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { placementOf } from '../harness/machine.ts';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilAnswering } from '../harness/processes.ts';
import { formatSpread, spread } from '../harness/spread.ts';
import { renderTable } from '../harness/table.ts';
import { exitWith } from '../session.ts';
import { writeFixture } from './fixture.ts';

const DAY = 24 * 3_600_000;
const GOAL = { call: 300, overview: 1_000 } as const;

await exitWith(async () => {
  const { values } = parseArgs({ options: { store: { type: 'string' }, rounds: { type: 'string', default: '5' } } });
  const folder = await mkdtemp(join(tmpdir(), 'understudy-dashboard-'));
  try {
    const store = resolve(values.store ?? join(folder, 'results.db'));
    if (!existsSync(store)) await writeFixture(store, Date.now());
    console.log(`a store of ${Math.round(statSync(store).size / 2 ** 20)} MiB\n`);
    const [port, admin] = [await freePort(), await freePort()];
    const target = `http://127.0.0.1:${await freePort()}`;
    const main = new URL('../../src/main.ts', import.meta.url).pathname;
    const started = launch({
      command: process.execPath,
      args: [
        main,
        'serve',
        '--listen',
        `127.0.0.1:${port}`,
        '--admin',
        `127.0.0.1:${admin}`,
        '--primary',
        target,
        '--shadow',
        target,
        '--store',
        store,
      ],
      cores: placementOf(1).proxy,
      log: join(folder, 'understudy.log'),
    });
    await untilAnswering(started, admin);
    const api = `http://127.0.0.1:${admin}/api/v1/`;
    await timed(`${api}summary`);
    const rows: [string, ...string[]][] = [];
    const overview: number[] = [];
    for (const { path, isOverview } of calls()) {
      const times: number[] = [];
      for (let round = 0; round < Number(values.rounds); round++) times.push(await timed(api + path));
      const found = spread(times);
      if (isOverview) overview.push(found.median);
      rows.push([path, formatSpread(found, 0), found.median <= GOAL.call ? '' : `over ${GOAL.call} ms`]);
    }
    await stop(started);
    console.log(renderTable(['call', 'ms', ''], rows));
    const sum = overview.reduce((total, each) => total + each, 0);
    console.log(`\nthe overview, one after another: ${Math.round(sum)} ms; goal: at most ${GOAL.overview} ms`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function calls(): readonly { readonly path: string; readonly isOverview?: true }[] {
  const [day, week] = [Date.now() - DAY, Date.now() - 7 * DAY];
  return [
    { path: 'summary', isOverview: true },
    { path: 'verdict', isOverview: true },
    { path: `timeline?from=${day}`, isOverview: true },
    { path: 'causes?state=open&limit=10', isOverview: true },
    { path: 'rehearsals', isOverview: true },
    { path: `summary?from=${week}` },
    { path: `timeline?from=${week}&points=168` },
    { path: `timeline?from=${day}&route=route-3` },
    { path: 'causes?sort=count&text=field1&offset=100' },
    { path: `causes/${(0x100005).toString(16).padStart(12, '0')}` },
    { path: 'routes?sort=rate&limit=50' },
    { path: `routes?from=${week}&limit=50` },
    { path: 'latency' },
    { path: 'latency/route-3' },
    { path: 'signatures?limit=100' },
    { path: 'health' },
    { path: 'rules' },
  ];
}

async function timed(url: string): Promise<number> {
  const before = performance.now();
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return performance.now() - before;
}
