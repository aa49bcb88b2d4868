import { expect, test } from 'vitest';
import { expectSameAnswers, type Request } from './clients/client.ts';
import { curl } from './clients/curl.ts';
import { undici } from './clients/undici.ts';
import { startNginx } from './nginx.ts';
import { startApplicationStage } from './stage.ts';

const FILES = new URL('../../fixtures/applications/files.mjs', import.meta.url);

const REQUESTS: readonly Request[] = [
  { path: '/' },
  { method: 'HEAD', path: '/data.json' },
  { path: '/data.json', headers: { 'Accept-Encoding': 'gzip' } },
  { path: '/image.bin', headers: { Range: 'bytes=0-99' } },
  { path: '/image.bin', headers: { 'If-None-Match': '*' } },
  { path: '/docs' },
  { path: '/nowhere' },
  { method: 'POST', path: '/nowhere', body: 'a body that nobody wants' },
  { path: '/large.bin' },
];

const WAYS = {
  'HTTP/1.0': 'proxy_http_version 1.0;',
  'HTTP/1.1, closing': 'proxy_http_version 1.1;',
  'HTTP/1.1, keeping connections': 'proxy_http_version 1.1; proxy_set_header Connection "";',
  'HTTP/1.1, streaming':
    'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_request_buffering off;',
};

test.each(Object.entries(WAYS))(
  'behind an nginx that speaks %s clients get what they get without Understudy',
  async (_way, directives) => {
    const stage = await startApplicationStage(FILES, { client: { trustedProxies: ['127.0.0.1'] } });
    const start = (port: number) =>
      startNginx(`
      upstream service { server 127.0.0.1:${port}; keepalive 8; }
      server {
        listen 127.0.0.1:PORT;
        location / {
          proxy_pass http://service;
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          ${directives}
        }
      }`);
    const [direct, through] = await Promise.all([start(stage.direct.port), start(stage.through.port)]);
    for (const client of [curl, undici]) {
      await expectSameAnswers(client, { direct: direct.port, through: through.port }, REQUESTS);
    }
    const counted = await stage.outcomes(2 * REQUESTS.length);
    expect(counted.outcomes('match')).toBe(2 * 7);
    expect(counted.outcomes('skipped', 'method')).toBe(2);
    expect(counted.outcomes('skipped', 'too_large')).toBe(2);
  },
);
