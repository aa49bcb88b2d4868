import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { report } from '../../../src/cli/report.ts';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { readCausePage } from '../../../src/results/cause-page.ts';
import { certificateFile } from '../../support/certificates.ts';
import { example, flush, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const HOSTILE = '<script>stolen()</script>';

async function run(...argv: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await report(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: NOON });
  return { code, ...written };
}

/** A closed store with two causes on one route, and the ids of these. */
async function recordedStore() {
  const folder = temporaryDirectory();
  const path = join(folder, 'results.db');
  const store = await SqliteStore.open({ path, run: { id: 'r', startedAt: 0 }, now: () => 0, warn: expect.fail });
  const differing = [{ path: '$.tax', kind: 'value', left: '1', right: JSON.stringify(HOSTILE) }] as const;
  await store.write(
    flush({
      sequence: 1,
      at: NOON - 60_000,
      routes: { orders: { requests: 100, endings: { match: 97, mismatch: 3 } } },
      signatures: [
        signature({
          id: 's1',
          count: 1,
          places: [{ path: '$.tax', kind: 'value' }],
          examples: [example('x1', 1, { differences: differing })],
        }),
        signature({ id: 's2', count: 2, places: [{ path: '$.total', kind: 'value' }] }),
      ],
    }),
  );
  await store.close();
  const reader = await SqliteReader.openFile(path);
  const query = { sort: 'count', order: 'asc', offset: 0, limit: 10, now: NOON } as const;
  const [tax, total] = (await readCausePage(reader, query)).causes;
  await reader.close();
  return { path, file: join(folder, 'report.html'), ids: { tax: tax!.id, total: total!.id } };
}

describe('report --html', () => {
  it('writes all causes into one file that needs no other, and says where', async () => {
    const { path, file } = await recordedStore();
    expect(await run('--store', path, '--html', file)).toEqual({ code: 0, stdout: `written to ${file}\n`, stderr: '' });
    const html = readFileSync(file, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('$.tax');
    expect(html).toContain('$.total');
    expect(html).not.toMatch(/<(?:script|img|link|iframe)/);
  });

  it('writes one cause with its examples, as text whatever was recorded, and no other', async () => {
    const { path, file, ids } = await recordedStore();
    expect(await run('--store', path, '--html', file, '--cause', ids.tax)).toMatchObject({ code: 0 });
    const html = readFileSync(file, 'utf8');
    expect(html).toContain('&lt;script&gt;stolen()');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('$.total');
  });

  it.each([
    ['http', ''],
    ['https', `, tls: {cert: ${certificateFile('local', 'crt')}, key: ${certificateFile('local', 'key')}}`],
  ])('has commands for curl to %s where that is how the clients of the configuration come', async (scheme, tls) => {
    const { path, file, ids } = await recordedStore();
    const config = `${path}.yaml`;
    writeFileSync(config, `listen: {address: '127.0.0.1:0'${tls}}\nstore: ${path}\n`);
    expect(await run('-c', config, '--html', file, '--cause', ids.tax)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`curl -i .*${scheme}://`));
  });

  it.each([
    [['--cause', 'x'], '--cause: found without --html'],
    [['--html', 'r.html', '--json'], '--json: found together with --html'],
    [['--html', 'r.html', '--against', '1'], '--against: found together with --html'],
  ])('refuses %s', async (argv, said) => {
    const { path } = await recordedStore();
    const { code, stdout, stderr } = await run('--store', path, ...argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  it('says which cause or route is not there, or why the file cannot be written, and writes none', async () => {
    const { path, file } = await recordedStore();
    const asked = ['--store', path, '--html', file];
    expect((await run(...asked, '--cause', 'nosuch')).stderr).toContain('--cause: found "nosuch"; allowed: an id');
    expect((await run(...asked, '--route', 'nosuch')).stderr).toContain('"nosuch"; allowed: orders');
    expect(existsSync(file)).toBe(false);
    const away = join(file, 'below', 'report.html');
    const { code, stderr } = await run('--store', path, '--html', away);
    expect(code).toBe(2);
    expect(stderr).toContain(`--html: ${away} cannot be written; found no such file or directory`);
  });
});
