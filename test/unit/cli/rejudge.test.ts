import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rejudge } from '../../../src/cli/rejudge.ts';
import { renderRejudgement } from '../../../src/cli/rejudge-text.ts';
import { RuleTally, rejudgeSignature } from '../../../src/cli/rejudgement.ts';
import { makeRejudge } from '../../../src/compare/rejudge.ts';
import { parseConfigText } from '../../../src/config/load.ts';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { recorded, signature } from '../../support/flushes.ts';
import { SecondsWriter } from '../../support/judged-store.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOW = Date.UTC(2026, 10, 22);

async function run(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await rejudge(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: NOW });
  return { code, ...written };
}

describe('the arguments of rejudge', () => {
  it('are told by --help', async () => {
    const { code, stdout } = await run('--help');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: understudy rejudge/) });
  });

  it.each([
    [['--stor', 'x'], /^rejudge: --stor: unknown flag \(did you mean --store\?\)/],
    [['x.db'], /^rejudge: found the argument "x\.db"; allowed: only flags/],
    [['-c', '/nowhere/a.yaml'], /^\/nowhere\/a\.yaml.*cannot be read/],
  ])('%j are refused', async (argv, message) => {
    expect(await run(...argv)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('name a store that must be there', async () => {
    const store = join(temporaryDirectory(), 'none.db');
    expect(await run('--store', store)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(store) });
  });
});

describe('a proposed rule for a route that nobody configured', () => {
  const RULE = `routes:
  - name: GET/products/:id # a new route: requests that it matches are reported under it
    match: {path: "/products/:id", methods: [GET]}
    compare:
      rules:
        - {path: $.total, within: 1}
`;

  it('is tried on what was recorded before it was served, and after', async () => {
    const directory = temporaryDirectory();
    const [store, config] = [join(directory, 'a.db'), join(directory, 'a.yaml')];
    writeFileSync(config, RULE);
    const found = (id: string, route: string) => {
      const request = { ...recorded().request, target: '/products/7' };
      const exchange = pair({ total: 1 }, { total: 2 }, { id, route, request });
      return signature({ id, route, examples: [{ priority: 0.5, exchange }] });
    };
    const signatures = [found('before', 'GET /products/:id'), found('after', 'GET/products/:id')];
    await new SecondsWriter(store).write([{ signatures }]);
    const { code, stdout } = await run('-c', config, '--store', store);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Of 2 signatures of mismatches 2 would be gone, 0 partly, 0 would stay/),
    });
    expect(stdout).toContain(`  used in 2 of 2 examples: {path: $.total, within: 1} (${config}:6)\n`);
  });
});

function leg(body: unknown, truncated = false) {
  const content = JSON.stringify(body);
  const { primary } = recorded();
  return { ...primary, body: { encoding: 'utf8' as const, content, length: content.length, truncated } };
}

function pair(primary: unknown, shadow: unknown, parts: Partial<RecordedExchange> = {}): RecordedExchange {
  return recorded({ primary: leg(primary), shadow: leg(shadow), differences: [], ...parts });
}

const YAML = `compare:
  rules:
    - {path: $.never, ignore: true}
    - {path: $.total, within: 1}
    - {path: $.old, ignore: true, until: 2026-01-01}
`;

function judgedUnderRules(...exchanges: readonly RecordedExchange[]) {
  const loaded = parseConfigText(YAML, 'a.yaml', { env: {}, cpus: 1, now: NOW });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const route = loaded.config.routes.at(-1)!;
  const tally = new RuleTally(loaded.config, NOW);
  const judged = makeRejudge(route.compare);
  const row = { service: 'default', ...signature() };
  const found = rejudgeSignature(row, exchanges, judged, (_, used) => tally.add(route, used));
  return { found, rules: tally.rows() };
}

const near = pair({ total: 1 }, { total: 2 });
const far = pair({ total: 1 }, { total: 20 });
const cut = recorded({ shadow: leg({ total: 2 }, true) });

describe('a signature under the rules as they are now', () => {
  it.each([
    ['accepted', [near, near], { total: 2, accepted: 2, mismatch: 0, untried: 0 }],
    ['partly', [near, far, cut], { total: 3, accepted: 1, mismatch: 1, untried: 1 }],
    ['mismatch', [far, cut], { total: 2, accepted: 0, mismatch: 1, untried: 1 }],
    ['untried', [cut], { total: 1, accepted: 0, mismatch: 0, untried: 1 }],
    ['no_examples', [], { total: 0, accepted: 0, mismatch: 0, untried: 0 }],
  ])('is %s by its examples', (now, exchanges, examples) => {
    expect(judgedUnderRules(...exchanges).found).toMatchObject({ id: 's1', now, examples });
  });

  it('names what could not be tried, once for all examples', () => {
    const { untried } = judgedUnderRules(cut, cut, near).found;
    expect(untried).toEqual([{ path: '$.total', kind: 'value', why: 'cut', examples: 2 }]);
  });

  it('is not held back by what was noise when it was recorded', () => {
    const [left, right] = [
      { total: 1, id: 'a' },
      { total: 2, id: 'b' },
    ];
    const noise = [{ path: '$.id', kind: 'value', left: '"a"', right: '"b"' }] as const;
    expect(judgedUnderRules(pair(left, right)).found.now).toBe('mismatch');
    expect(judgedUnderRules(pair(left, right, { noise })).found.now).toBe('accepted');
  });

  it('tells in how many examples each rule was of use, and which rules match nothing', () => {
    expect(judgedUnderRules(near, far).rules).toEqual([
      { rule: '{path: $.total, within: 1}', origin: 'a.yaml:4', state: 'used', examples: 1, of: 2 },
      { rule: '{path: $.never, ignore: true}', origin: 'a.yaml:3', state: 'unused', examples: 0, of: 2 },
      { rule: '{path: $.old, ignore: true}', origin: 'a.yaml:5', state: 'expired', examples: 0, of: 2 },
    ]);
  });
});

describe('what rejudge prints', () => {
  it('says what would be gone, partly gone and stay, why something can not be told, and what each rule is good for', () => {
    const text = renderRejudgement({
      schemaVersion: 1,
      generatedAt: NOW,
      signatures: [
        { ...judgedUnderRules(near).found, id: 'gone', count: 1_200 },
        { ...judgedUnderRules(near, far).found, id: 'partly', shadowStatus: 201 },
        { ...judgedUnderRules(far).found, id: 'staying', route: 'a\u001b[2J' },
        { ...judgedUnderRules(cut).found, id: 'unknown' },
        { ...judgedUnderRules().found, id: 'bare' },
        { ...judgedUnderRules(near).found, id: 'as-before', ending: 'accepted' },
        { ...judgedUnderRules(far).found, id: 'again', ending: 'accepted' },
      ],
      rules: [...judgedUnderRules(near, far).rules, ...judgedUnderRules().rules.slice(0, 1)],
    });
    expect(text).toBe(`Of 5 signatures of mismatches 1 would be gone, 1 partly, 1 would stay, 2 can't be told.

Gone
  orders, status 200: 1,200 times, signature gone
    value at $.total
    1 of 1 example accepted

Partly gone
  orders, status 200 → 201: 1 time, signature partly
    value at $.total
    1 of 2 examples accepted, 1 not

Staying
  a\\u001b[2J, status 200: 1 time, signature staying
    value at $.total
    0 of 1 example accepted, 1 not

Can't be told
  orders, status 200: 1 time, signature unknown
    value at $.total
    0 of 1 example accepted, 1 untried
    untried in 1 example: value at $.total, because the body was recorded in part
  orders, status 200: 1 time, signature bare
    value at $.total
    no example was kept

Recorded as accepted, but not, or not certainly, accepted now
  orders, status 200: 1 time, signature again
    value at $.total
    0 of 1 example accepted, 1 not

Rules
  used in 1 of 2 examples: {path: $.total, within: 1} (a.yaml:4)
  matches nothing in 2 examples: {path: $.never, ignore: true} (a.yaml:3)
  expired: {path: $.old, ignore: true} (a.yaml:5)
  not tried, because its routes have no examples: {path: $.never, ignore: true} (a.yaml:3)
`);
  });

  it('says when there are no mismatches', () => {
    const text = renderRejudgement({ schemaVersion: 1, generatedAt: NOW, signatures: [], rules: [] });
    expect(text).toBe('No mismatches were recorded.\n');
  });
});
