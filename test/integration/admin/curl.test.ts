/** What the page copies as curl is run as it is, by bash and curl, and asks for what the client asked for. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { asCurl } from '../../../src/results/exchange/curl.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';

type Request = RecordedExchange['request'];

function request({ body = '', ...parts }: Partial<Omit<Request, 'body'>> & { readonly body?: string }): Request {
  const bytes = Buffer.byteLength(body);
  return {
    ...{ method: bytes > 0 ? 'POST' : 'GET', target: '/', fields: [] },
    body: { encoding: 'utf8', content: body, length: bytes, truncated: false },
    ...parts,
  };
}

/** The request that arrives when the command is run, in a locale that knows no characters beyond ASCII. */
async function sent(asked: Request) {
  const origin = await startOrigin((_, reply) => reply.send());
  const at = { ...asked, fields: ['Host', new URL(origin.url).host, ...asked.fields] };
  const command = asCurl({ request: at }, 'http');
  await promisify(execFile)('bash', ['--norc', '-c', command], { env: { PATH: process.env['PATH'], LC_ALL: 'C' } });
  return origin.requests.at(-1)!;
}

test.each([
  '/orders?filter[a]=1&b={x,y}&c=[1-3]',
  '/o?q=\'$(id)\'&r=`id`&s="$HOME"!',
  '/a/../b/./c?d=/../e',
  '/a/%2e%2E/b',
  '//a//b',
  '/\\a^b|c<d>e"f',
  '/caf\u00c3\u00a9?\u0085=\u00ff',
  'http://other.example/absolute?x#y',
])('the target %s', async (target) => {
  expect(await sent(request({ target }))).toMatchObject({ method: 'GET', target });
});

test('methods of all kinds', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE', "M'ETHOD"]) {
    expect(await sent(request({ method }))).toMatchObject({ method });
  }
  expect(await sent(request({ method: 'OPTIONS', target: '*' }))).toMatchObject({ method: 'OPTIONS', target: '*' });
});

test.each([
  `{"a":"it's \\"quoted\\" $HOME !! \\\\ \u202e é 😀\n"}`,
  '@/etc/passwd',
  '--data x',
  '\r\n',
  'a\r\nb\n\tc\n',
  '\u0001\u001b[31m\u007f\u0080\u0085\u009f\u00a0\u00ffab12',
  "'\u0085'",
])('the body %j', async (body) => {
  const { body: arrived, fields } = await sent(request({ body }));
  expect(arrived).toEqual(Buffer.from(body));
  expect(valuesOf(fields, 'content-type')).toEqual([]);
});

test('header fields: their bytes, empty ones, and those that look like files or options', async () => {
  const fields = [
    ...['X-File', '@/etc/passwd', 'X-Empty', '', 'X-Twice', '1', 'X-Twice', '2', 'X-Odd', `it's "$HOME" \`id\` \\ !;`],
    ...['X-Latin', 'caf\u00e9 \u0085', 'X-Semicolon', ';', 'Content-Type', 'text/plain; charset=utf-8'],
    ...['Content-Encoding', 'gzip', 'Content-Length', '99', 'Transfer-Encoding', 'chunked'],
  ];
  const { fields: arrived, body } = await sent(request({ fields, body: 'a' }));
  for (const name of ['x-file', 'x-empty', 'x-twice', 'x-odd', 'x-latin', 'x-semicolon', 'content-type'])
    expect([name, ...valuesOf(arrived, name)]).toEqual([name, ...valuesOf(fields, name)]);
  expect(valuesOf(arrived, 'content-encoding')).toEqual([]);
  expect(body.toString()).toBe('a');
});

test('a host that is no address stays a field, and is not asked', async () => {
  for (const host of ['user@evil.example', 'evil.example/x?', "a' -o /tmp/x '"]) {
    const command = asCurl({ request: request({ fields: ['Host', host] }) }, 'http');
    expect(command).toContain('http://127.0.0.1:8080/ ');
    expect(command).toContain('Host: ');
  }
});
