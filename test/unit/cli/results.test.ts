import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { results } from '../../../src/cli/results.ts';
import { claimStore } from '../../../src/record/sqlite/claim.ts';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { example, flush, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOON = Date.UTC(2026, 10, 3, 12);

async function run(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await results(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: NOON });
  return { code, ...written };
}

/** A closed store with a few results, of a run that did not come to its end. */
async function recordedStore(): Promise<string> {
  const path = join(temporaryDirectory(), 'results.db');
  const store = await SqliteStore.open({ path, run: { id: 'r', startedAt: 0 }, now: () => 0, warn: expect.fail });
  await store.write(
    flush({
      sequence: 1,
      at: NOON - 60_000,
      routes: { orders: { requests: 1_200, endings: { match: 1_198, mismatch: 2 } } },
      signatures: [signature({ count: 2, examples: [example('x', 0.5)] })],
    }),
  );
  await store.close();
  return path;
}

async function contents(path: string) {
  const reader = await SqliteReader.openFile(path);
  try {
    const { requests, gaps } = await reader.summary();
    return { requests, gaps, signatures: (await reader.signatures({})).length };
  } finally {
    await reader.close();
  }
}

describe('the arguments of results', () => {
  it.each([
    [[], /found nothing; allowed: clear/],
    [['claer', '--store', 'a.db'], /found "claer"; allowed: clear/],
    [['clear', 'all', '--store', 'a.db'], /found "clear all"; allowed: clear/],
    [['clear'], /found neither --store nor --admin/],
    [['clear', '--store', 'a.db', '--admin', 'localhost:1'], /found both --store and --admin/],
    [['clear', '--admin', 'nowhere'], /--admin: not an address; found "nowhere"/],
    [['clear', '--admin', 'http://me:secret@localhost:1'], /--admin: not an address/],
    [['clear', '--admin', 'ftp://localhost:1'], /--admin: not an address/],
    [['clear', '--stroe', 'a.db'], /unknown flag \(did you mean --store\?\)/],
  ])('%j are refused with what is allowed', async (argv, message) => {
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^results: .+\nunderstudy results --help lists all\n$/);
  });

  it('are told by --help', async () => {
    const { code, stdout } = await run('--help');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: understudy results clear/) });
  });
});

describe('clearing a store', () => {
  it('deletes its results, says what they were, and leaves no gap', async () => {
    const store = await recordedStore();
    expect(await run('clear', '--store', store)).toEqual({
      code: 0,
      stdout: `store ${store}: deleted the results of 1,200 requests (1,198 match, 2 mismatch), recorded from 2026-11-03 11:59:00Z to 2026-11-03 11:59:00Z\n`,
      stderr: '',
    });
    expect(await contents(store)).toEqual({ requests: 0, gaps: [], signatures: 0 });
    expect((await run('clear', '--store', store)).stdout).toContain('no requests were recorded');
  });

  it('is refused while another process records to it, with what to do', async () => {
    const store = await recordedStore();
    const claim = claimStore(store);
    afterThisTest(() => claim.release());
    expect(await run('clear', '--store', store)).toEqual({
      code: 2,
      stdout: '',
      stderr: `store ${store}: in use: a running proxy records to it; clear it through that proxy with --admin URL, or stop the proxy first\n`,
    });
    expect(await contents(store)).toMatchObject({ requests: 1_200, signatures: 1 });
  });

  it('neither makes a store that is missing nor touches what is none', async () => {
    const directory = temporaryDirectory();
    const [missing, other] = [join(directory, 'missing.db'), join(directory, 'notes.txt')];
    writeFileSync(other, 'no store at all, and much too dear to be lost');
    for (const path of [missing, other]) {
      expect(await run('clear', '--store', path)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(path),
      });
    }
    expect(existsSync(missing)).toBe(false);
    expect(existsSync(`${missing}-lock`)).toBe(false);
    expect(readFileSync(other, 'utf8')).toMatch(/^no store at all/);
    expect((await run('clear', '--store', ':memory:')).code).toBe(2);
  });
});
