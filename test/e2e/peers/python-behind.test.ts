import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { begin } from '../../support/programs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { expectSameAnswers, type Request } from './clients/client.ts';
import { curl } from './clients/curl.ts';
import { undici } from './clients/undici.ts';
import { startStage } from './stage.ts';

const MODIFIED = 1_700_000_000;

const REQUESTS: readonly Request[] = [
  { path: '/' },
  { path: '/page.html' },
  { method: 'HEAD', path: '/page.html' },
  { path: '/page.html', headers: { 'If-Modified-Since': new Date(MODIFIED * 1_000).toUTCString() } },
  { path: '/nowhere' },
  { path: '/folder' },
  { method: 'POST', path: '/page.html', body: 'which it does not support' },
  { path: '/large.bin' },
];

/** Python's own file server, which writes head and body apart. */
async function startPython(protocol: string, folder: string): Promise<{ port: number; target: string }> {
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder, '--protocol', protocol];
  const { said } = begin('python3', args);
  const listening = / port (\d+)/;
  await expect.poll(said, { timeout: 20_000 }).toMatch(listening);
  const port = Number(listening.exec(said())![1]);
  return { port, target: `http://127.0.0.1:${port}` };
}

test.each(['HTTP/1.0', 'HTTP/1.1'])(
  "Python's http.server is the same through Understudy, speaking %s",
  async (protocol) => {
    const folder = temporaryDirectory();
    for (const [name, content] of Object.entries({
      'page.html': '<p>Hello</p>',
      'large.bin': Buffer.alloc(5_000_000, 7),
    })) {
      writeFileSync(join(folder, name), content);
      utimesSync(join(folder, name), MODIFIED, MODIFIED);
    }
    const stage = await startStage(() => startPython(protocol, folder), { mirror: { maxBody: '8MiB', tape: '64MiB' } });
    for (const client of [curl, undici]) {
      await expectSameAnswers(client, { direct: stage.direct.port, through: stage.through.port }, REQUESTS);
    }
    const counted = await stage.outcomes(2 * REQUESTS.length);
    expect(counted.outcomes('skipped', 'method')).toBe(2);
    expect(counted.outcomes('match')).toBe(2 * REQUESTS.length - 2);
  },
);
