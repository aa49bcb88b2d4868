import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as Connection } from 'undici';
import { expect, test } from 'vitest';
import { beginServer } from '../../support/programs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { expectSameAnswers, type Request } from './clients/client.ts';
import { curl } from './clients/curl.ts';
import { startApplicationStage } from './stage.ts';

const FILES = new URL('../../fixtures/applications/files.mjs', import.meta.url);

const REQUESTS: readonly Request[] = [
  { path: '/' },
  { method: 'HEAD', path: '/data.json' },
  { path: '/data.json', headers: { 'Accept-Encoding': 'gzip' } },
  { path: '/image.bin', headers: { Range: 'bytes=0-99' } },
  { path: '/image.bin', headers: { 'If-None-Match': '*' } },
  { path: '/moved' },
  { path: '/nowhere' },
  { path: '/large.bin' },
];

/** HAProxy in front of a port, which it also looks at now and then to see whether somebody is there. */
function startHaproxy(port: number, mode: string, serverOptions: string): Promise<number> {
  const folder = temporaryDirectory();
  return beginServer('haproxy', (own) => {
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  ${mode === 'http' ? 'option forwardfor\n  http-reuse always' : ''}
listen service
  bind 127.0.0.1:${own}
  server only 127.0.0.1:${port} check inter 50ms ${serverOptions}
`,
    );
    return ['-db', '-f', file];
  });
}

/** What the service takes its client for, when that comes from an address of its own. */
async function whoami(port: number): Promise<unknown> {
  const connection = new Connection(`http://127.0.0.1:${port}`, { localAddress: '127.0.0.77' });
  const { body } = await connection.request({ method: 'GET', path: '/whoami', headers: { host: 'example.test' } });
  const answer = await body.json();
  await connection.close();
  return answer;
}

test.each([
  ['http', '', false],
  ['http', 'send-proxy', true],
  ['http', 'send-proxy-v2', true],
  ['tcp', 'send-proxy', true],
  ['tcp', 'send-proxy-v2', true],
])(
  'behind HAProxy in %s mode with "%s" clients get what they get without Understudy, under their own address',
  async (mode, options, proxyProtocol) => {
    const stage = await startApplicationStage(FILES, { client: { trustedProxies: ['127.0.0.1'], proxyProtocol } });
    const [direct, through] = await Promise.all([
      startHaproxy(stage.direct.port, mode, ''),
      startHaproxy(stage.through.port, mode, options),
    ]);
    await expectSameAnswers(curl, { direct, through }, REQUESTS);
    expect(await whoami(through)).toEqual({ ip: '127.0.0.77', protocol: 'http', hostname: 'example.test' });

    // What looks whether somebody is there is no request.
    const counted = await stage.outcomes(REQUESTS.length + 1);
    expect(counted.outcomes('match')).toBe(REQUESTS.length);
    expect(counted.outcomes('skipped', 'too_large')).toBe(1);
  },
);
