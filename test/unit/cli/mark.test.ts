import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mark } from '../../../src/cli/mark.ts';
import { report } from '../../../src/cli/report.ts';
import { claimStore } from '../../../src/record/sqlite/claim.ts';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOON = Date.UTC(2026, 10, 3, 12);

async function run(command: typeof mark, argv: readonly string[], now = NOON) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await command(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now });
  return { code, ...written };
}

/** A closed store with four mismatches of three signatures, and a failure. */
async function recordedStore(): Promise<string> {
  const path = join(temporaryDirectory(), 'results.db');
  const store = await SqliteStore.open({ path, run: { id: 'r', startedAt: 0 }, now: () => 0, warn: expect.fail });
  const of = (id: string, place: string, count: number) =>
    signature({ id, count, places: [{ path: place, kind: 'value' }] });
  await store.write(
    flush({
      sequence: 1,
      at: NOON - 60_000,
      routes: { orders: { requests: 100, endings: { match: 95, mismatch: 4, shadow_timeout: 1 } } },
      signatures: [
        of('s1', '$.tax', 1),
        of('s2', '$.total', 2),
        of('s3', '$.id', 1),
        signature({ id: 's4', ending: 'shadow_timeout', shadowStatus: 0, places: [] }),
      ],
    }),
  );
  await store.close();
  return path;
}

async function marksIn(path: string) {
  const reader = await SqliteReader.openFile(path);
  try {
    const rows = await reader.signatures({ endings: ['mismatch', 'shadow_timeout'] });
    return Object.fromEntries(rows.map(({ id, mark: said }) => [id, said?.state]));
  } finally {
    await reader.close();
  }
}

describe('the arguments of mark', () => {
  it.each([
    [[], /found nothing; allowed: ids and one of open, expected, fixed/],
    [['s1'], /found "s1"; allowed: ids and one of/],
    [['expected', '--reason', 'r'], /found "expected"; allowed: ids and/],
    [['s1', 'fixed', 'open'], /allowed: ids and one of/],
    [['s1', 'expected'], /--reason: missing/],
    [['s1', 'expected', '--reason', '  '], /--reason: missing/],
    [
      ['s1', 'expected', '--reason', 'r', '--until', 'tomorrow'],
      /--until: not a day of the calendar; found "tomorrow"/,
    ],
    [['s1', 'expected', '--reason', 'r', '--until', '2026-02-30'], /--until: not a day of the calendar/],
    [['s1', 'expected', '--reason', 'r', '--until', '2026-11-02'], /--until: past; found "2026-11-02"/],
    [['s1', 'fixed', '--until', '2027-01-01'], /--until: not with fixed/],
    [['s1', 'open', '--owner', 'ann'], /--owner: not with open/],
    [['s1', 'fixed', '--store', 'a.db', '--admin', '127.0.0.1:1'], /both --store and --admin/],
    [['s1', 'fixed', '--admin', 'nowhere'], /--admin: not an address/],
    [['s1', 'fixed', '--reasons', 'r'], /--reasons: unknown flag \(did you mean --reason\?\)/],
  ])('are refused with what is wrong: %j', async (argv, message) => {
    const store = join(temporaryDirectory(), 'none.db');
    const isNamed = argv.includes('--store') || argv.includes('--admin');
    const ended = await run(mark, isNamed ? argv : [...argv, '--store', store]);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(store)).toBe(false);
  });
});

describe('marking in a store', () => {
  it('says what several signatures are, and the report lists them apart, below those that are open', async () => {
    const store = await recordedStore();
    const said = ['--reason', 'the new tax rate', '--owner', 'ann', '--until', '2026-11-03'];
    const ended = await run(mark, ['s1', 's4', 'expected', ...said, '--store', store]);
    expect(ended).toEqual({
      code: 0,
      stdout: `store ${store}: marked 2 signatures as expected: the new tax rate (ann, until 2026-11-03)\n`,
      stderr: '',
    });
    await run(mark, ['s2', 'fixed', '--store', store]);
    const { stdout: text } = await run(report, ['--store', store]);
    expect(text).toMatch(/^1 route, 100 requests, 1 mismatch of 1 cause, 2 expected, 2 fixed; no route is clean$/m);
    const [, open, expected, fixed] = text.split(/^(?:Mismatches|Expected|Fixed, and not seen since)$/m);
    expect(open).toContain('$.id');
    expect(open).not.toMatch(/\$\.tax|\$\.total|shadow_timeout/);
    expect(expected).toContain('expected: the new tax rate (ann, until 2026-11-03)');
    expect(expected).toContain('$.tax');
    expect(expected).toContain('timeout');
    expect(fixed).toContain('$.total');
    const found = JSON.parse((await run(report, ['--store', store, '--json'])).stdout);
    expect(found.totals).toMatchObject({ mismatches: 4, failures: 1, open: { mismatches: 1, failures: 0 }, causes: 1 });
    expect(found.signatures).toMatchObject([{ id: 's3', state: 'open' }]);
    const mark1 = { state: 'expected', reason: 'the new tax rate', owner: 'ann', until: Date.UTC(2026, 10, 4) };
    expect(found.expected).toMatchObject([
      { id: 's1', ...mark1 },
      { id: 's4', ...mark1 },
    ]);
    expect(found.fixed).toMatchObject([{ id: 's2', state: 'fixed' }]);
  });

  it('calls a route clean of which all mismatches are expected, until their time is over', async () => {
    const store = await recordedStore();
    const until = ['--reason', 'r', '--until', '2026-11-03', '--store', store];
    await run(mark, ['s1', 's2', 's3', 's4', 'expected', ...until]);
    const headlineAt = async (now: number) =>
      (await run(report, ['--store', store], now)).stdout.split('\n').find((line) => line.startsWith('1 route, '));
    expect(await headlineAt(NOON)).toBe('1 route, 100 requests, no mismatches, 5 expected; 1 route clean');
    const after = await run(report, ['--store', store], NOON + 86_400_000);
    expect(after.stdout).toMatch(
      /^1 route, 100 requests, 4 mismatches of 3 causes, 1 failure of the shadow; no route is/m,
    );
    expect(after.stdout).toContain('open again: was expected until 2026-11-03');
  });

  it('takes it back', async () => {
    const store = await recordedStore();
    await run(mark, ['s1', 'fixed', '--store', store]);
    expect(await marksIn(store)).toMatchObject({ s1: 'fixed' });
    expect(await run(mark, ['open', 's1', '--store', store])).toMatchObject({ code: 0, stderr: '' });
    expect(await marksIn(store)).toEqual({ s1: undefined, s2: undefined, s3: undefined, s4: undefined });
  });

  it('marks none where it does not know one of the ids', async () => {
    const store = await recordedStore();
    const ended = await run(mark, ['s1', 'nobody', 'fixed', '--store', store]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/no signature has the id nobody; .*nothing was marked/);
    expect(await marksIn(store)).toMatchObject({ s1: undefined });
  });

  it('is refused while another process records to it, with what to do', async () => {
    const store = await recordedStore();
    const claim = claimStore(store);
    afterThisTest(() => claim.release());
    const ended = await run(mark, ['s1', 'fixed', '--store', store]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(
      'in use: a running proxy records to it; mark it through that proxy with --admin URL',
    );
    expect(await marksIn(store)).toMatchObject({ s1: undefined });
  });
});
