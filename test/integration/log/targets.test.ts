/** What the log says of targets: when they can't be reached and when they can again, and why. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { certificateFile, identity } from '../../support/certificates.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** A port where nobody listens, and that nobody else is given meanwhile. */
async function closedPort(): Promise<{ port: number; url: string; open(server: Server): Promise<void> }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  const open = async (server: Server) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    afterThisTest(() => server.close());
  };
  return { port, url: `http://127.0.0.1:${port}`, open };
}

/** A server that answers each connection without reading; one that is reset meanwhile is none of its concern. */
const answering = () =>
  createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));

const status = async ({ port }: Understudy) => (await fetch(`http://127.0.0.1:${port}/`)).status;

test('a primary that is gone is told of once, with the reason, and once more when it is back', async () => {
  const primary = await closedPort();
  const shadow = await startOrigin((_request, reply) => reply.send());
  const understudy = await startUnderstudy({ primary: primary.url, shadow: shadow.url });
  for (let request = 0; request < 5; request++) expect(await status(understudy)).toBe(502);
  const gone = await understudy.logged(({ msg }) => msg === 'the primary can not be reached');
  expect(gone).toMatchObject({
    level: 'error',
    thread: 'edge-0',
    url: primary.url,
    error: `connect ECONNREFUSED 127.0.0.1:${primary.port}`,
  });
  await primary.open(answering());
  expect(await status(understudy)).toBe(200);
  const back = await understudy.logged(({ msg }) => msg === 'the primary can be reached again');
  expect(back).toMatchObject({ level: 'info', url: primary.url });
  const told = understudy.logs().filter(({ msg }) => msg?.includes('reached'));
  expect(told.map(({ msg }) => msg)).toEqual(['the primary can not be reached', 'the primary can be reached again']);
}, 30_000);

test("a shadow's breaker says when it opens, and why, and when it closes", async () => {
  const primary = await startOrigin((_request, reply) => reply.send());
  const shadow = await closedPort();
  const understudy = await startUnderstudy({ primary: primary.url, shadow: shadow.url });
  for (let request = 0; request < 30; request++) expect(await status(understudy)).toBe(200);
  const refused = `connect ECONNREFUSED 127.0.0.1:${shadow.port}`;
  const gone = await understudy.logged(({ msg }) => msg === 'the shadow can not be reached');
  expect(gone).toMatchObject({ thread: 'mirror-0', error: refused });
  const open = await understudy.logged(({ msg }) => msg?.includes('breaker_open') === true);
  expect(open).toMatchObject({ level: 'warn', thread: 'mirror-0', failure: 'unreachable', error: refused });
  await shadow.open(answering());
  const closed = understudy.logged(({ msg }) => msg === 'the shadow answers again: copies are sent');
  let asking = true;
  void closed.then(() => {
    asking = false;
  });
  while (asking) await status(understudy);
  expect(understudy.logs().filter(({ msg }) => msg?.includes('breaker_open'))).toHaveLength(1);
}, 30_000);

test('a target whose certificate is not trusted is told of, in words', async () => {
  const server = createTlsServer(identity('expired')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisTest(() => server.close());
  const { port } = server.address() as AddressInfo;
  const shadow = await startOrigin((_request, reply) => reply.send());
  const understudy = await startUnderstudy({
    primary: { url: `https://127.0.0.1:${port}`, tls: { ca: certificateFile('ca') } },
    shadow: shadow.url,
  });
  expect(await status(understudy)).toBe(502);
  const gone = await understudy.logged(({ msg }) => msg === 'the primary can not be reached');
  expect(gone).toMatchObject({ error: "the target's certificate, or one that it depends on, has expired" });
}, 30_000);
