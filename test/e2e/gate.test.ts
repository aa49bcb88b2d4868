/**
 * The gate on real processes: one Understudy before several services, each with three instances whose answers and delays
 * differ as its verdict wants it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, type TestSuites } from 'junit2json';
import { expect, test } from 'vitest';
import { afterThisTest } from '../support/cleanup.ts';
import { startHttpOrigin } from '../support/origin.ts';
import { runUnderstudy, startUnderstudy, type Understudy } from '../support/understudy.ts';

const TOKEN = 'a-token/of+this.test~';
const headers = { authorization: `Bearer ${TOKEN}` };

/** What one instance does otherwise than the others. */
interface Ways {
  readonly total?: number;
  /** Milliseconds. */
  readonly delay?: number;
  /** Every so many requests its response breaks off. */
  readonly failsEvery?: number;
  readonly version?: string;
}

/** One instance of the service. What it does is looked up for each request. */
async function instance(ways: () => Ways = () => ({})): Promise<string> {
  let requests = 0;
  const { url } = await startHttpOrigin(async (_request, response) => {
    const { total = 10, delay = 0, failsEvery = Number.POSITIVE_INFINITY, version = '1' } = ways();
    if (delay > 0) await sleep(delay);
    if (++requests % failsEvery === 0) {
      response.setHeader('content-length', 100);
      return void response.write('{', () => response.destroy());
    }
    response.setHeader('x-app-version', version);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ total }));
  });
  return url;
}

/** Targets of a service whose instances are the same but for these ways. */
async function service(ways: { primary?: Ways; shadow?: Ways | (() => Ways); control?: Ways }) {
  const { shadow } = ways;
  const [primary, next, control] = await Promise.all([
    instance(() => ways.primary ?? {}),
    instance(typeof shadow === 'function' ? shadow : () => shadow ?? {}),
    instance(() => ways.control ?? {}),
  ]);
  return { primary, shadow: next!, control: control! };
}

/** Requests of each service at a steady pace, until the test ends or it is told to stop. */
function audience(port: number, names: readonly string[]): () => Promise<void> {
  const stop = new AbortController();
  afterThisTest(() => stop.abort());
  const ask = (name: string) =>
    fetch(`http://127.0.0.1:${port}/${name}/orders`).then(
      (response) => response.text(),
      () => undefined,
    );
  const going = (async () => {
    while (!stop.signal.aborted) {
      for (const name of names) void ask(name);
      await sleep(PACE);
    }
  })();
  return () => {
    stop.abort();
    return going;
  };
}

const PACE = 40;

const PASSED = new Set(['passed']);

interface Judged {
  readonly verdict: string;
  readonly services: readonly { readonly exchanges: number; readonly reasons: readonly string[] }[];
}

async function verdictOf({ adminPort }: Understudy, query: string): Promise<Judged> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/verdict?${query}`, { headers });
  return (await response.json()) as Judged;
}

test('each verdict is reached, with its exit code, JUnit and summary; a new version is judged by itself; a killed proxy passes nothing', async () => {
  let present: Ways = { total: 11, version: '1' };
  const services = {
    same: await service({}),
    slow_primary: await service({ primary: { delay: 60 } }),
    wrong: await service({ shadow: { total: 11 } }),
    slower: await service({ shadow: { delay: 60 } }),
    unsure: await service({ control: { failsEvery: 4 } }),
    overloaded: await service({ shadow: { delay: 3_000 }, control: { delay: 3_000 } }),
    released: await service({ shadow: () => present }),
  };
  const names = Object.keys(services) as (keyof typeof services)[];
  const understudy = await startUnderstudy({
    admin: { address: '127.0.0.1:0', token: TOKEN },
    // Looser than usual, so that little traffic will do.
    verdict: { alpha: '10%', epsilon: '5%', margin: '20%', floor: '10ms', minExchanges: 100 },
    services: Object.fromEntries(
      names.map((name) => {
        const { shadow, ...targets } = services[name];
        const versionFrom = name === 'released' && { versionFrom: { header: 'x-app-version' } };
        return [name, { match: { path: `/${name}/*` }, ...targets, shadow: { url: shadow, ...versionFrom } }];
      }),
    ),
  });
  const { directory, adminPort, port, store } = understudy;
  // Of the one that has to reach two verdicts, one after the other, more.
  const stop = audience(port, [...names, 'released', 'released']);
  const admin = `127.0.0.1:${adminPort}`;
  let runs = 0;
  const gate = async (name: string, ...flags: string[]) => {
    const files = [join(directory, `${++runs}.xml`), join(directory, `${runs}.md`)] as const;
    const args = ['gate', '--service', name, '--junit', files[0], '--markdown', files[1], ...flags];
    const { code, stdout, stderr } = await runUnderstudy(args, { env: { UNDERSTUDY_ADMIN_TOKEN: TOKEN } });
    const [xml, markdown] = files.map((file) => readFileSync(file, 'utf8'));
    const { testsuite = [] } = (await parse(xml!)) as TestSuites;
    const results = testsuite
      .flatMap(({ testcase = [] }) => testcase)
      .map((each) => (each.failure ? 'failure' : each.error ? 'error' : each.skipped ? 'skipped' : 'passed'));
    return { code, stdout, stderr, markdown, results: new Set(results) };
  };
  const running = (name: string, ...flags: string[]) => gate(name, '--admin', admin, '--timeout', '60s', ...flags);

  const waiting = { timeout: 60_000, interval: 500 };
  await expect.poll(async () => (await verdictOf(understudy, 'service=released')).verdict, waiting).toBe('regression');
  present = { version: '2' };

  // The version before is the present one until a copy to the new one is answered: the gate waits for the one it is told.
  const [second, first] = await Promise.all([
    running('released', '--rehearsal', '2'),
    running('released', '--rehearsal', '1'),
  ]);
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('Verdict (version 2): pass') });
  expect(second.markdown).toContain('| ✅ pass |');
  expect(first).toMatchObject({ code: 1, stdout: expect.stringContaining('Verdict (version 1): regression') });

  const [same, slowPrimary] = await Promise.all([running('same'), running('slow_primary')]);
  expect([same.code, slowPrimary.code, same.results, slowPrimary.results]).toEqual([0, 0, PASSED, PASSED]);

  const [wrong, slower] = await Promise.all([running('wrong'), running('slower')]);
  expect([wrong.code, slower.code]).toEqual([1, 1]);
  expect(wrong.stdout).toMatch(/Verdict: regression\. .*\$\.total \(value\) differs in .* and never in the control/);
  expect(slower.stdout).toContain('the shadow is slower than the margin');
  for (const { results } of [wrong, slower]) expect(results).toContain('failure');

  const now = ['--admin', admin, '--timeout', '0s'];
  const [unsure, overloaded] = await Promise.all([gate('unsure', ...now), gate('overloaded', ...now)]);
  expect([unsure.code, unsure.stdout]).toEqual([3, expect.stringContaining('the control gave no response to')]);
  expect([overloaded.code, overloaded.stdout]).toEqual([4, expect.stringContaining('of the copies were lost')]);
  for (const { results } of [unsure, overloaded]) expect(results).toContain('error');

  const stranger = await runUnderstudy(['gate', '--admin', admin, '--timeout', '60s']);
  expect(stranger).toMatchObject({ code: 2, stderr: expect.stringContaining('UNDERSTUDY_ADMIN_TOKEN') });

  const known = await verdictOf(understudy, 'service=same');
  understudy.kill('SIGKILL');
  await Promise.all([stop(), understudy.exited]);
  const killed = await gate('same', '--store', store, '--timeout', '0s', '--json');
  expect(killed.code).toBe(3);
  const { services: kept } = JSON.parse(killed.stdout) as Judged;
  expect(kept[0]!.exchanges).toBeGreaterThanOrEqual(known.services[0]!.exchanges);
  expect((await gate('wrong', '--store', store, '--timeout', '0s')).code).toBe(1);
}, 120_000);
