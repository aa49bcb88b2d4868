import { createHash } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { expectSameAnswers, type Request } from './clients/client.ts';
import { curl } from './clients/curl.ts';
import { undici } from './clients/undici.ts';
import { startNginx } from './nginx.ts';
import { startStage } from './stage.ts';

const MODIFIED = 1_700_000_000;
const HASH = createHash('sha256').update('nginx').digest();

/** Files that each instance serves; the same ones, so that nginx gives them the same entity tags. */
function files(): string {
  const folder = temporaryDirectory();
  const contents = {
    'page.html': '<p>Hello</p>\n'.repeat(2_000),
    'large.bin': Buffer.alloc(20_000_000, HASH),
    empty: '',
  };
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), MODIFIED, MODIFIED);
  }
  return folder;
}

const REQUESTS: readonly Request[] = [
  { path: '/page.html' },
  { method: 'HEAD', path: '/page.html' },
  { path: '/large.bin' },
  { path: '/large.bin', headers: { Range: 'bytes=5-' } },
  { path: '/large.bin', headers: { Range: 'bytes=19999990-' } },
  { path: '/page.html', headers: { 'If-Modified-Since': new Date(MODIFIED * 1_000).toUTCString() } },
  { path: '/empty' },
  // Compressed as it is sent, so in chunks.
  { path: '/page.html', headers: { 'Accept-Encoding': 'gzip' } },
  { path: '/nowhere' },
  { path: '/moved' },
  { path: '/slow/page.html' },
  { path: '/nothing' },
  { path: '/page.html' },
];

test.each([
  ['keeps connections', 'sendfile on; keepalive_timeout 60s;'],
  ['closes them after each answer', 'sendfile on; keepalive_timeout 0;'],
  ['closes them after a few', 'sendfile on; keepalive_requests 3;'],
  ['sends without sendfile, in small writes', 'sendfile off; output_buffers 1 1k; postpone_output 0; tcp_nodelay off;'],
])('nginx that %s serves its files through Understudy as by itself', async (_what, directives) => {
  const folder = files();
  const start = async () => {
    const { port, target } = await startNginx(`
      ${directives}
      types { text/html html; }
      gzip on;
      gzip_types text/html;
      server {
        listen 127.0.0.1:PORT;
        root ${folder};
        location = /moved { absolute_redirect off; return 301 /page.html; }
        location = /nothing { return 204; }
        location /slow/ { limit_rate 100k; alias ${folder}/; }
      }`);
    // For requests with a Via it would compress nothing.
    return { port, target: { url: target, headers: { remove: ['via'] } } };
  };
  const stage = await startStage(start, { mirror: { maxBody: '64MiB', buffer: '256MiB', tape: '128MiB' } });
  for (const client of [curl, undici]) {
    await expectSameAnswers(client, { direct: stage.direct.port, through: stage.through.port }, REQUESTS);
  }
  const counted = await stage.outcomes(2 * REQUESTS.length);
  expect(counted.outcomes('match')).toBe(2 * REQUESTS.length);
});
