import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, type TestCase, type TestSuites } from 'junit2json';
import { afterAll, describe, expect, it } from 'vitest';
import { gate } from '../../../src/cli/gate.ts';
import { junit, markdown } from '../../../src/cli/gate-reports.ts';
import { readVerdict } from '../../../src/results/verdict.ts';
import { rehearsal, signature } from '../../support/flushes.ts';
import { good, judgedStore, PLACE, SECONDS, type Second, SecondsWriter, times } from '../../support/judged-store.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const directory = mkdtempSync(join(tmpdir(), 'understudy-gate-'));
afterAll(() => rmSync(directory, { recursive: true }));

let stores = 0;

async function recorded(seconds: readonly Second[]): Promise<SecondsWriter> {
  const store = new SecondsWriter(join(directory, `${++stores}.db`));
  await store.write(seconds);
  return store;
}

/** Runs the gate; `meanwhile` happens each time it sleeps, and makes it so many milliseconds later. */
async function run(argv: readonly string[], meanwhile: () => Promise<void> = async () => {}) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  let now = NOON;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
    await meanwhile();
  };
  const io = { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now };
  const code = await gate(argv, io, { sleep, now: () => now });
  return { code, ...written, waited: now - NOON };
}

describe('the exit code', () => {
  it.each<[string, readonly Second[], number]>([
    ['pass', SECONDS.pass, 0],
    ['regression', SECONDS.regression, 1],
    ['inconclusive', SECONDS.inconclusive, 3],
    ['invalid', SECONDS.invalid, 4],
    ['invalid', [], 4],
  ])('of %s', async (verdict, parts, code) => {
    const { path } = await recorded(parts);
    const result = await run(['--store', path, '--timeout', '3s']);
    expect([result.code, result.stdout]).toEqual([code, expect.stringContaining(`Verdict: ${verdict}`)]);
    expect(result.waited).toBe(code < 2 ? 0 : 3_000);
  });

  it.each([
    [['--timeout', 'soon']],
    [['--epsilon', '0%']],
    [['--epsilon', '0.1']],
    [['--margin', '101%']],
    [['--margin', '5']],
    [['--min-exchanges', '-1']],
    [['--admin', '127.0.0.1:1', '--store', 'a.db']],
    [['--store', join(directory, 'none.db')]],
    [['--admin', 'nowhere']],
    [['now']],
  ])('of wrong usage: %j', async (argv) => {
    const { code, stderr } = await run(argv);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^gate: /)]);
  });
});

it('says before it waits that a report can not be written', async () => {
  const { path } = await recorded(SECONDS.inconclusive);
  const { code, stderr, waited } = await run(['--store', path, '--junit', join(directory, 'none', 'gate.xml')]);
  expect([code, waited]).toEqual([2, 0]);
  expect(stderr).toMatch(/^gate: \S+none\/gate\.xml: /);
});

it('waits for what comes, and never makes a pass of time that runs out', async () => {
  const store = await recorded(SECONDS.inconclusive);
  const waiting = run(['--store', store.path, '--timeout', '1h'], () => store.write(times(10, good)));
  expect(await waiting).toMatchObject({ code: 0, waited: expect.any(Number) });
  expect((await waiting).waited).toBeLessThan(10_000);
});

it('is invalid, in the JUnit file too, where what it asked before is gone when the time is over', async () => {
  const { path } = await recorded(SECONDS.inconclusive);
  const xml = join(directory, 'gone.xml');
  const vanish = async () => rmSync(path, { force: true });
  const { code, stdout } = await run(['--store', path, '--timeout', '2s', '--junit', xml], vanish);
  expect([code, stdout]).toEqual([4, expect.stringContaining(path)]);
  const [measurement] = await casesIn(readFileSync(xml, 'utf8'));
  expect(measurement).toMatchObject({ result: 'error', message: expect.stringContaining(path) });
});

it('tells in a log once a minute what it waits for', async () => {
  const { path } = await recorded(SECONDS.inconclusive);
  const { stderr } = await run(['--store', path, '--timeout', '150s']);
  expect(stderr.split('\n').filter((line) => line.startsWith('inconclusive: orders'))).toHaveLength(3);
});

it('judges by what it is asked for', async () => {
  const { path } = await recorded(times(15, good));
  const asked = ['--store', path, '--timeout', '0s', '--epsilon', '1%'];
  expect((await run(asked)).code).toBe(0);
  expect((await run([...asked, '--min-exchanges', '2000'])).code).toBe(3);
  expect((await run([...asked, '--route', 'orders'])).code).toBe(0);
  expect((await run([...asked, '--margin', '20%'])).code).toBe(0);
  const narrower = await run([...asked, '--margin', '2%']);
  expect([narrower.code, narrower.stdout]).toEqual([3, expect.stringContaining('held against another margin')]);
  expect((await run([...asked, '--rehearsal', 'none'])).code).toBe(4);
  expect((await run([...asked, '--route', 'none'])).code).toBe(4);
});

it('refuses a service that the results do not know, and tells those that they know', async () => {
  const { path } = await recorded(times(15, good));
  const { code, stderr } = await run(['--store', path, '--service', 'defualt']);
  expect(code).toBe(2);
  expect(stderr).toContain('no service is called "defualt" (did you mean "default"?); allowed: default');
});

it('says at once that the route has no results, and waits, since its first request may be to come', async () => {
  const typo = 'no request of the route "orderz" was recorded yet (did you mean "orders"?); recorded: orders';
  const store = await recorded(times(15, good));
  const wrong = await run(['--store', store.path, '--route', 'orderz', '--timeout', '3s']);
  expect([wrong.code, wrong.stderr, wrong.stdout]).toEqual([4, `invalid: ${typo}\n`, expect.stringContaining(typo)]);
  const late = { routes: { late: good.routes!['orders']! } };
  const come = () => store.write(times(10, late));
  const waited = await run(['--store', store.path, '--route', 'late', '--timeout', '1h'], come);
  expect([waited.code, waited.stdout]).toEqual([0, expect.stringContaining('pass')]);
});

it('with a baseline judges by what that had not', async () => {
  const of = (version: string) => ({ rehearsal: rehearsal({ version, presentSince: Number(version) }) });
  const mismatching = { ...SECONDS.regression[0]!, signatures: [signature({ places: [PLACE], count: 9 })] };
  const { path } = await recorded([
    ...times(5, { ...mismatching, ...of('1') }),
    ...times(60, { ...mismatching, ...of('2') }),
  ]);
  const asked = ['--store', path, '--timeout', '0s'];
  expect((await run(asked)).code).toBe(1);
  const passed = await run([...asked, '--baseline', '1']);
  expect([passed.code, passed.stdout]).toEqual([
    0,
    expect.stringMatching(/^Verdict \(version 2, beside what \S+ had\): pass/),
  ]);
  const unknown = await run([...asked, '--baseline', '0.9']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('"0.9"; allowed: 1 (')]);
});

it('writes the verdict as JSON, JUnit and Markdown', async () => {
  const { path } = await recorded(SECONDS.regression);
  const [xml, summary] = [join(directory, 'gate.xml'), join(directory, 'gate.md')];
  const { code, stdout } = await run(['--store', path, '--json', '--junit', xml, '--markdown', summary]);
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { schemaVersion: 1, verdict: 'regression' }]);
  const cases = await casesIn(readFileSync(xml, 'utf8'));
  expect(cases.map(({ name, result }) => [name, result])).toEqual([
    ['measurement', 'passed'],
    ['orders: responses', 'failure'],
    ['orders: failures', 'passed'],
    ['orders: latency', 'passed'],
    ['orders: evidence', 'error'],
  ]);
  expect(cases[1]!.message).toContain('$.<b>&" (value) differs in 540 of 6,000 exchanges');
  expect(cases[4]!.message).toContain('harm is likely');
  expect(readFileSync(summary, 'utf8')).toContain('| orders | ❌ regression | 6,000 |');
  expect(readFileSync(summary, 'utf8')).not.toContain('<b>');
});

it('in JUnit what is not certain is an error, and nothing is skipped', async () => {
  const verdict = await readVerdict(await judgedStore(SECONDS.inconclusive), { now: NOON });
  const results = (await casesIn(junit(verdict))).map(({ name, result }) => `${name}: ${result}`);
  expect(results).toContain('orders: responses: error');
  expect(await casesIn(junit({ ...verdict, verdict: 'invalid', services: [] }))).toMatchObject([{ result: 'error' }]);
  expect(markdown({ ...verdict, services: [] })).toContain('Nothing was recorded.');
});

/** What a reader of JUnit files finds. The totals that the file has are those of its cases. */
async function casesIn(text: string) {
  const { testsuite = [], ...totals } = (await parse(text)) as TestSuites;
  const suites = testsuite.map(({ testcase = [], ...attributes }) => ({ testcase, ...attributes }));
  for (const each of suites) expect(each).toMatchObject({ ...countsOf(each.testcase), skipped: 0 });
  const cases = suites.flatMap(({ testcase }) => testcase);
  expect(totals).toMatchObject(countsOf(cases));
  return cases.map((each) => {
    const [problem] = [...(each.failure ?? []), ...(each.error ?? [])];
    expect(each.skipped).toBeUndefined();
    expect(problem?.inner?.split('\n').join('; ')).toBe(problem?.message);
    return { name: each.name, result: each.failure ? 'failure' : each.error ? 'error' : 'passed', ...problem };
  });
}

function countsOf(cases: readonly TestCase[]) {
  const number = (kind: 'failure' | 'error') => cases.filter((each) => each[kind] !== undefined).length;
  return { tests: cases.length, failures: number('failure'), errors: number('error') };
}
