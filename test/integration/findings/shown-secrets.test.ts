import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { descriptorSet } from '../../support/descriptor-set.ts';
import { field } from '../../support/protobuf-message.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

/*
 * Secrets in all that a client and its targets may say, looked for in all that anybody may read of it: what the admin
 * server shows, what the commands print, the logs, and the files.
 */

const planted: string[] = [];

/** No part of it is common, and nothing in its form gives it away. */
function plant(): string {
  const at = planted.length;
  const secret = `Pl4nted-${at}-s3cret-${at * 7919}-x9`;
  planted.push(secret);
  return secret;
}

function plantKey(): string {
  const secret = `sk_live_Pl4nt${planted.length}aBcDeFgHiJkLm`;
  planted.push(secret);
  return secret;
}

function plantSigned(): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = encode({ sub: planted.length, name: 'Jane' });
  planted.push(payload);
  return `${encode({ alg: 'HS256' })}.${payload}.c2lnbmF0dXJlLWJ5dGVz`;
}

const DESCRIPTORS = descriptorSet('shop.v1', { Session: { user: [1, 'string'], password: [2, 'string'] } });

/** By the path: what differs, and where a secret is in it. */
const RESPONSES: Readonly<Record<string, () => readonly [type: string, body: string | Buffer]>> = {
  '/json': () => ['application/json', JSON.stringify({ user: { password: plant(), n: planted.length } })],
  '/sessions': () => ['application/json', JSON.stringify({ sessions: { [plant()]: { at: planted.length } } })],
  '/text': () => ['text/plain', `line ${planted.length}\npassword: ${plant()}\nthe key is ${plantKey()}\n`],
  '/form': () => ['application/x-www-form-urlencoded', `n=${planted.length}&password=${plant()}`],
  '/xml': () => ['application/xml', `<a><n>${planted.length}</n><password>${plant()}</password></a>`],
  '/html': () => ['text/html', `<p>${planted.length}</p><input name="csrf_token" value="${plant()}">`],
  '/csv': () => ['text/csv', `id,password\n${planted.length},${plant()}\n`],
  '/proto': () => [
    'application/x-protobuf',
    Buffer.concat([field.length(1, `user ${planted.length}`), field.length(2, plant())]),
  ],
  '/type': () => ['application/json', JSON.stringify({ token: planted.length % 2 === 0 ? plant() : { a: plant() } })],
  '/long': () => ['application/json', JSON.stringify({ token: `${plant()}${'x'.repeat(500)}`, n: planted.length })],
};

async function serve(side: 'primary' | 'shadow'): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0]!;
    request.resume().on('end', () => {
      if (path.startsWith('/fails') && side === 'primary') {
        request.socket.end(`HTTP/1.1 200 OK\r\nX-Token ${plant()}\r\n\r\n`);
        return;
      }
      if (path.startsWith('/invalid') && side === 'shadow') {
        request.socket.end(`HTTP/1.1 token=${plant()}\r\n\r\n`);
        return;
      }
      const [type, body] = RESPONSES[path]?.() ?? ['text/plain', `${side} says ${plantKey()}`];
      response.setHeader('Content-Type', type);
      response.setHeader('Set-Cookie', `sid=${plant()}; Path=/`);
      response.setHeader('Location', `/reset/${plant()}?token=${plant()}`);
      response.setHeader('X-Auth-Token', plant());
      response.setHeader('ETag', `"${side}"`);
      response.end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Of a stream, which never ends, the beginning. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text();
  for await (const beginning of response.body!) return Buffer.from(beginning).toString();
  return '';
}

const PATHS = [
  ...Object.keys(RESPONSES).map((path) => () => path),
  () => `/reset/${plant()}`,
  () => `/verify/email/${plant()}`,
  () => `/reset-password/${plant()}/confirm`,
  () => `/api/v1/tokens/${plant()}`,
  () => `/a;jsessionid=${plant()}/b`,
  () => `/token=${plant()}/x`,
  () => `/files/${plantKey()}/x`,
  () => `/magic/${plantSigned()}`,
  () => `/fails/reset/${plant()}`,
  () => `/fails/a;sid=${plant()}?token=${plant()}`,
  () => `/invalid?access_token=${plant()}`,
];

it('shows no secret on any page, in any output of a command, or in any line of a log', async () => {
  const understudy = await startUnderstudy(
    {
      primary: await serve('primary'),
      shadow: await serve('shadow'),
      log: { format: 'json', access: { format: 'combined', file: './access.log' } },
      compare: { protobuf: { descriptors: 'shop.binpb', message: 'shop.v1.Session' } },
    },
    { directory: directoryWith('shop.binpb', DESCRIPTORS) },
  );
  const targets = PATHS.flatMap((path) => [path(), path(), path()]);
  for (const target of targets) {
    const headers = {
      authorization: `Bearer ${plant()}`,
      cookie: `PHPSESSID=${plant()}`,
      'user-agent': `agent token=${plant()}`,
      referer: `https://shop.test/verify/${plant()}?session=${plant()}`,
      'x-request-context': JSON.stringify({ apiKey: plant() }),
    };
    const response = await fetch(`http://127.0.0.1:${understudy.port}${target}`, { headers, redirect: 'manual' });
    await response.arrayBuffer();
  }
  await sendBroken(understudy.port, `GET /a?token=${plant()} HTTP/1.1\r\nX Token: ${plant()}\r\n\r\n`);
  await sendBroken(understudy.port, `GET /reset/${plant()}#token=${plant()} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await sendBroken(
    understudy.port,
    `GET http://me:${plant()}@shop.test/ HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n`,
  );

  const read = (path: string) => fetch(`http://127.0.0.1:${understudy.adminPort}${path}`).then(textOf);
  const recorded = async () => {
    const { signatures } = JSON.parse(await read('/api/v1/signatures')) as { signatures: { count: number }[] };
    return signatures.reduce((sum, { count }) => sum + count, 0);
  };
  await expect.poll(recorded, { timeout: 30_000 }).toBeGreaterThanOrEqual(targets.length - 12);

  const pages = new Map<string, string>();
  const look = async (path: string): Promise<string> => {
    const page = await read(path);
    pages.set(path, page);
    return page;
  };
  const { paths } = JSON.parse(await look('/api/v1/openapi.json')) as { paths: Record<string, { get?: unknown }> };
  for (const path of ['/', ...Object.keys(paths).filter((path) => paths[path]!.get && !path.includes('{'))]) {
    await look(path);
  }
  const { signatures } = JSON.parse(await read('/api/v1/signatures')) as { signatures: { id: string }[] };
  const exchanges: string[] = [];
  for (const { id } of signatures) {
    await look(`/signatures/${id}`);
    for (const [, exchange] of (await look(`/api/v1/signatures/${id}`)).matchAll(/"id":\s*"([^"]+)"/g)) {
      if (exchange !== id && !pages.has(`/api/v1/exchanges/${exchange}`)) {
        exchanges.push(await look(`/api/v1/exchanges/${exchange}`));
        await look(`/api/v1/exchanges/${exchange}/explanation`);
      }
    }
  }
  const { causes } = JSON.parse(await read('/api/v1/causes')) as { causes: { id: string }[] };
  for (const { id } of causes) {
    await look(`/api/v1/causes/${id}`);
    await look(`/api/v1/causes/${id}/proposal`);
  }
  const recordedPairs = exchanges.filter((text) => text.includes('"differences"'));
  expect(recordedPairs.length).toBeGreaterThan(Object.keys(RESPONSES).length);

  for (const args of [['report'], ['report', '--json'], ['report', '--all'], ['rejudge'], ['rejudge', '--json']]) {
    const { stdout, stderr } = await runUnderstudy([...args, '-c', understudy.file], {
      directory: understudy.directory,
    });
    pages.set(args.join(' '), stdout + stderr);
    expect(stdout.length, args.join(' ')).toBeGreaterThan(100);
  }
  const pair = join(understudy.directory, 'pair.json');
  for (const [at, text] of recordedPairs.slice(0, 4).entries()) {
    writeFileSync(pair, text);
    const { stdout, stderr } = await runUnderstudy(['explain', pair, '-c', understudy.file], {
      directory: understudy.directory,
    });
    pages.set(`explain ${at}`, stdout + stderr);
    expect(stdout.length).toBeGreaterThan(50);
  }
  await understudy.stop();
  pages.set('log', JSON.stringify(understudy.logs()));
  for (const name of readdirSync(understudy.directory)) {
    pages.set(name, readFileSync(join(understudy.directory, name), 'latin1'));
  }

  const shown = [...pages].flatMap(([page, text]) =>
    planted.filter((secret) => text.includes(secret)).map((secret) => `${page}: ${secret}`),
  );
  expect(shown).toEqual([]);
  expect(planted.length).toBeGreaterThan(300);
  // That nothing was found means something only where the rest is found.
  expect(pages.get('log')).toContain('"path":"/fails/reset/[redacted]"');
  expect(pages.get('access.log')).toContain('GET /reset/[redacted] HTTP/1.1');
  expect(pages.get('/metrics')).toContain('route="GET /reset/:id"');
  expect(pages.get('/api/v1/redactions')).toContain('jsessionid');
}, 90_000);

function directoryWith(name: string, content: Uint8Array): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, name), content);
  return directory;
}

/** Something that is no request, as far as to the end of what is said to it. */
async function sendBroken(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.resume().write(text);
  await once(socket, 'close');
}
