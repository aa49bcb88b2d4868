import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { report } from '../../../src/cli/report.ts';
import { claimStore } from '../../../src/record/sqlite/claim.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import type { Report } from '../../../src/results/report.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { example, flush, recorded, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const HOUR = 3_600_000;

interface Io {
  readonly tty?: boolean;
  readonly env?: Record<string, string>;
}

async function run(argv: readonly string[], { tty = false, env = {} }: Io = {}) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await report(argv, {
    stdout: { write: (text) => stdout.push(text), isTTY: tty, columns: 100 },
    stderr: { write: (text) => stderr.push(text) },
    env,
    now: NOON,
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** A store that is open for writing, as beside a running proxy, with an early mismatch on one route and a late one on another. */
async function inUse(): Promise<string> {
  const path = join(temporaryDirectory(), 'results.db');
  const claim = claimStore(path);
  afterThisTest(() => claim.release());
  const store = await SqliteStore.open({ path, run: { id: 'run-1', startedAt: 0 }, now: () => 0, warn: expect.fail });
  afterThisTest(() => store.close());
  const legs = { primary: [1, 2], shadow: [2, 3] };
  await store.write(
    flush({
      sequence: 1,
      at: NOON - 5 * HOUR,
      routes: { orders: { requests: 10, endings: { match: 7, mismatch: 3 }, legs, deltas: [1] } },
      signatures: [signature({ count: 3, examples: [example('x1', 0.5)] })],
    }),
  );
  await store.write(
    flush({
      sequence: 2,
      at: NOON - 60_000,
      routes: {
        orders: { requests: 4, endings: { match: 4 } },
        users: { requests: 3, endings: { mismatch: 2, shadow_timeout: 1 } },
      },
      signatures: [
        signature({ id: 's2', route: 'users', count: 2 }),
        signature({ id: 's3', route: 'users', ending: 'shadow_timeout', shadowStatus: 0, places: [] }),
      ],
    }),
  );
  return path;
}

describe('understudy report', () => {
  it('tells from a store in use what was recorded', async () => {
    const { code, stdout, stderr } = await run(['--store', await inUse()]);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^Verdict: invalid\. .*\nJudged: .*\nAlso: .*\n\n2 routes, 17 requests, 5 mismatches of 1 cause, 1 failure of the shadow; no route is clean\n/,
    );
    expect(stdout).toContain(
      '1. 2 routes, status 200: 5 times\n   $.total has another value: 1 → 2\n   on orders: 3 times\n   on users: 2 times\n   for example GET /api/orders/1\n   each step: understudy explain ',
    );
    expect(stdout).toContain('1. users, shadow_timeout: 1 time\n');
    expect(stdout).not.toContain('\u001b');
  });

  it('tells the same as JSON', async () => {
    const { code, stdout } = await run(['--json', '--store', await inUse()]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Report;
    expect(Object.keys(found).toSorted()).toEqual([
      'causes',
      'configuredRules',
      'expected',
      'expectedCauses',
      'experiments',
      'failureCauses',
      'failures',
      'fixed',
      'fixedCauses',
      'from',
      'gaps',
      'generatedAt',
      'redactions',
      'rehearsal',
      'rehearsals',
      'routes',
      'rules',
      'schemaVersion',
      'services',
      'signatures',
      'to',
      'totals',
      'verdict',
      'window',
    ]);
    expect(found).toMatchObject({
      schemaVersion: 1,
      generatedAt: NOON,
      window: {},
      from: NOON - 5 * HOUR,
      to: NOON - 60_000,
      totals: { requests: 17, mismatches: 5, signatures: 2, causes: 1, failures: 1 },
      routes: [
        { route: 'orders', requests: 14, state: 'mismatching', delta: { count: 1 } },
        { route: 'users', requests: 3, state: 'mismatching' },
      ],
      signatures: [
        {
          id: 's1',
          count: 3,
          example: { id: 'x1', method: 'GET', target: recorded().request.target, differences: recorded().differences },
        },
        { id: 's2', count: 2 },
      ],
      causes: [
        {
          count: 5,
          places: [{ path: '$.total', kind: 'value', count: 5 }],
          follows: [],
          statuses: [{ primary: 200, shadow: 200 }],
          routes: [
            { route: 'orders', count: 3, signatures: ['s1'] },
            { route: 'users', count: 2, signatures: ['s2'] },
          ],
          example: { id: 'x1' },
        },
      ],
      failureCauses: [{ ending: 'shadow_timeout', count: 1, places: [], routes: [{ route: 'users', count: 1 }] }],
      failures: [{ id: 's3', ending: 'shadow_timeout', count: 1 }],
      gaps: [],
    });
    expect(found.signatures[1]).not.toHaveProperty('example');
  });

  it('tells only what lies in the window that is asked for', async () => {
    const found = JSON.parse((await run(['--json', '--since', '1h', '--store', await inUse()])).stdout) as Report;
    expect(found.window).toEqual({ from: NOON - HOUR });
    expect(found.totals).toMatchObject({ requests: 7, mismatches: 2, signatures: 1 });
    expect(found.routes.map(({ route, state }) => [route, state])).toEqual([
      ['orders', 'clean'],
      ['users', 'mismatching'],
    ]);
  });

  it('tells only of the route that is asked for, and which there are when it is none', async () => {
    const store = await inUse();
    const found = JSON.parse((await run(['--json', '--route', 'users', '--store', store])).stdout) as Report;
    expect(found.totals).toMatchObject({ requests: 3, mismatches: 2, failures: 1 });
    expect(found.routes.map(({ route }) => route)).toEqual(['users']);
    expect(found.signatures.map(({ id }) => id)).toEqual(['s2']);
    const wrong = await run(['--route', 'user', '--store', store]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('"user"; allowed: orders, users');
  });

  it('is colored on a terminal that wants it', async () => {
    const store = await inUse();
    expect((await run(['--store', store], { tty: true })).stdout).toContain('\u001b[1m');
    expect((await run(['--store', store], { tty: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
    expect((await run(['--store', store], { tty: true, env: { TERM: 'dumb' } })).stdout).not.toContain('\u001b');
  });

  it('says that a new store holds nothing yet', async () => {
    const path = join(temporaryDirectory(), 'results.db');
    const store = await SqliteStore.open({ path, run: { id: 'run-1', startedAt: 0 }, now: () => 0, warn: expect.fail });
    await store.finish(1);
    await store.close();
    expect(await run(['--store', path])).toEqual({ code: 0, stdout: 'No requests were recorded.\n', stderr: '' });
  });

  it('finds the store that the configuration names', async () => {
    const store = await inUse();
    const config = join(temporaryDirectory(), 'understudy.yaml');
    writeFileSync(config, `store: ${store}\n`);
    expect((await run(['-c', config])).stdout).toContain('17 requests');
    expect((await run([], { env: { UNDERSTUDY_CONFIG: config } })).stdout).toContain('17 requests');
    expect((await run([], { env: { UNDERSTUDY_STORE: store } })).stdout).toContain('17 requests');
  });

  it.each([
    [
      'a store that is not there',
      ['--store', '/nowhere/results.db'],
      'there is none; start `understudy serve` with it',
    ],
    ['a duration that is none', ['--since', 'yesterday'], 'allowed: 30s, 10m, 1h, 2d'],
    ['a limit of none', ['--limit', '0'], 'allowed: 1 to 1000'],
    ['a limit that is no number', ['--limit', '1e2'], 'allowed: 1 to 1000'],
    ['a limit and no limit', ['--limit', '5', '--all'], 'allowed: one of them'],
    ['an unknown flag', ['--storr', 'x'], 'did you mean --store?'],
    ['an argument', ['results.db'], 'allowed: only flags'],
    ['a configuration that is not there', ['-c', '/nowhere/understudy.yaml'], '/nowhere/understudy.yaml'],
  ])('exits with 2 and says what to do: %s', async (_, argv, hint) => {
    const { code, stdout, stderr } = await run(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(hint);
  });

  it('lists 20 causes, or as many as it is asked for, and all of them as JSON', async () => {
    const path = join(temporaryDirectory(), 'results.db');
    const store = await SqliteStore.open({ path, run: { id: 'r', startedAt: 0 }, now: () => 0, warn: () => {} });
    const signatures = Array.from({ length: 30 }, (_, index) => {
      const places = [{ path: `$.a${index}`, kind: 'value' as const }];
      return signature({ id: `s${index}`, count: index + 1, places });
    });
    const endings = { mismatch: 465 };
    const rules = [{ route: 'orders', rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1', hits: 1 }];
    await store.write(
      flush({ sequence: 1, at: NOON, routes: { orders: { requests: 465, endings } }, signatures, rules }),
    );
    await store.close();
    const listed = async (...flags: string[]) => {
      const { stdout } = await run(['--store', path, ...flags]);
      expect(stdout).toContain('Mismatches recorded before a rule was added stay mismatches');
      expect(stdout).toContain('understudy rejudge (in a checkout npm run rejudge)');
      return stdout.match(/signature s[0-9]+/g)!.length;
    };
    expect(await listed()).toBe(20);
    expect(await listed('--limit', '3')).toBe(3);
    expect(await listed('--all')).toBe(30);
    const asJson = async (...flags: string[]) => {
      const found = JSON.parse((await run(['--json', '--store', path, ...flags])).stdout) as Report;
      return [found.causes.length, found.signatures.length, found.totals.causes];
    };
    expect(await asJson()).toEqual([30, 30, 30]);
    expect(await asJson('--limit', '4')).toEqual([4, 4, 30]);
  });

  it('reports from no store in memory', async () => {
    const config = join(temporaryDirectory(), 'understudy.yaml');
    writeFileSync(config, 'store: ":memory:"\n');
    const { code, stderr } = await run(['-c', config]);
    expect(code).toBe(2);
    expect(stderr).toContain('keeps nothing to report');
  });

  it('explains itself', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--since DURATION');
  });
});
