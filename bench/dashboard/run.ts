/**
 * Opens the pages of the dashboard in chromium, and asks the API for what they show, of a proxy with a week of results:
 * 200 routes, 10,000 signatures. A store that is named is made if it does not exist, and kept as it is. With `--load`,
 * clients send so many requests a second meanwhile, and every response differs. Goals: each page is whole within a
 * second, each answer comes within 300 ms. Exit codes: 0 all reach their goal, 1 one does not, 2 it could not be measured.
 */
import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { calledWith } from '../harness/command-line.ts';
import { ENTRY } from '../harness/entry.ts';
import { placementOf } from '../harness/machine.ts';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilAnswering } from '../harness/processes.ts';
import { formatSpread, type Spread, spread } from '../harness/spread.ts';
import { renderTable } from '../harness/table.ts';
import { launchLoad } from '../load/open-loop.ts';
import { DIFFERING_PATH } from '../origin/answer.ts';
import { startOrigin } from '../origin/origin.ts';
import { exitWith } from '../session.ts';
import { callTimes } from './call-times.ts';
import { writeFixture } from './fixture.ts';
import { PAGES, startChromium, timeOfPage } from './page-times.ts';

/** Milliseconds. */
const GOAL = { call: 300, page: 1_000 } as const;

const { values } = calledWith({
  command: 'npm run bench:dashboard --',
  about:
    'Times the pages of the dashboard in chromium, and the calls of the API, with 200 routes and 10,000 signatures.',
  flags: {
    store: { takes: 'text', about: 'a file to keep the results in: made if it does not exist' },
    rounds: { takes: 'count', about: 'how often each page is opened', default: 5 },
    load: { takes: 'count', about: 'requests a second meanwhile, each of which differs', default: 0, least: 0 },
  },
});

/** Milliseconds after which a proxy has done what it does at its start. */
const SETTLED = 3_000;

await exitWith(async () => {
  await using house = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'understudy-dashboard-'));
  house.defer(() => rm(folder, { recursive: true, force: true }));
  const store = await prepareStore(folder, values.store);
  const origin = await startOrigin(folder);
  house.defer(() => origin.stop());
  const [port, admin] = [await freePort(), await freePort()];
  const addresses = ['--listen', `127.0.0.1:${port}`, '--admin', `127.0.0.1:${admin}`];
  const here = (of: number) => `http://127.0.0.1:${of}`;
  const started = launch({
    command: process.execPath,
    args: [
      ENTRY.path,
      'serve',
      ...addresses,
      '--primary',
      here(origin.primary),
      '--shadow',
      here(origin.shadow),
      '--store',
      store,
    ],
    cores: placementOf(1).proxy,
    log: join(folder, 'understudy.log'),
  });
  house.defer(() => stop(started));
  await untilAnswering(started, admin);
  if (values.load > 0) {
    const load = launchLoad(port, values.load, join(folder, 'load.log'), DIFFERING_PATH);
    house.defer(() => stop(load));
  }
  const late = [
    ...(await measurePages(here(admin), values.rounds)),
    ...(await measureCalls(`${here(admin)}/api/v1/`, values.rounds)),
  ];
  if (late.length > 0) console.log(`over the goal: ${late.join(', ')}`);
  return late.length > 0 ? 1 : 0;
});

/** A copy of the named store, as what is recorded and migrated meanwhile must not change it. */
async function prepareStore(folder: string, named: string | undefined): Promise<string> {
  const store = join(folder, 'results.db');
  const kept = resolve(named ?? store);
  if (!existsSync(kept)) await writeFixture(kept, Date.now());
  if (kept !== store) await copyFile(kept, store);
  console.log(`a store of ${Math.round(statSync(store).size / 2 ** 20)} MiB\n`);
  return store;
}

/** First the overview, as the page finds the proxy: nobody has asked it anything yet. Gives those over the goal. */
async function measurePages(origin: string, rounds: number): Promise<readonly string[]> {
  const browser = await startChromium();
  if (browser === undefined) throw new Error('no chromium here: the pages can not be measured');
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    // Else the first page is charged with the start of the proxy, and of the browser's own processes.
    await (await context.newPage()).goto('about:blank');
    await delay(SETTLED);
    const rows: string[][] = [];
    const late: string[] = [];
    for (const page of PAGES) {
      const first = await timeOfPage(context, origin, page);
      const again: number[] = [];
      for (let round = 0; round < rounds; round++) again.push(await timeOfPage(context, origin, page));
      const found = spread(again);
      const isLate = Math.max(first, found.median) > GOAL.page;
      if (isLate) late.push(page.path);
      rows.push([page.path, first.toFixed(0), formatSpread(found, 0), isLate ? `over ${GOAL.page} ms` : '']);
    }
    console.log(renderTable(['page', 'first, ms', 'again, ms', ''], rows));
    console.log();
    return late;
  } finally {
    await browser.close();
  }
}

/** Gives those over the goal. */
async function measureCalls(api: string, rounds: number): Promise<readonly string[]> {
  const found = await callTimes(api, rounds);
  const rows = found.map(({ path, times }) => [
    path,
    formatSpread(times, 0),
    isLate(times) ? `over ${GOAL.call} ms` : '',
  ]);
  console.log(renderTable(['call', 'ms', ''], rows));
  const together = found.filter(({ isOverview }) => isOverview).reduce((sum, { times }) => sum + times.median, 0);
  console.log(`\nthe calls of the overview, one after another: ${Math.round(together)} ms`);
  return found.filter(({ times }) => isLate(times)).map(({ path }) => path);
}

function isLate({ median }: Spread): boolean {
  return median > GOAL.call;
}
