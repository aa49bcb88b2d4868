import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEndpoint, parseListenAddress } from '../../../src/config/address.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw, RawClient } from '../../support/raw-client.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n';

async function connectTo(path: string): Promise<RawClient> {
  const socket = connect({ path, allowHalfOpen: true });
  afterThisTest(() => socket.destroy());
  await once(socket, 'connect');
  return new RawClient(socket);
}

const socketPath = () => join(temporaryDirectory(), 'understudy.sock');

describe('a listener on a Unix socket', () => {
  test.each([
    ['are clients without an address', [], 'unknown'],
    ['may be trusted', ['unix:'], '192.0.2.1, unknown'],
  ])('has clients that %s', async (_name, trustedProxies, expected) => {
    const origin = await startOrigin((_request, reply) => reply.send({ body: 'hello' }));
    const path = socketPath();
    await startEdge(origin, { socketPath: path, client: { trustedProxies } });
    const client = await connectTo(path);
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('hello') });
    const [request] = await origin.received(1);
    expect(valuesOf(request!.fields, 'x-forwarded-for')).toEqual([expected]);
  });

  test('shows its client that an answer broke off', async () => {
    const origin = await startOrigin({
      request: async ({ connection }, reply) => {
        await reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
        connection.socket.resetAndDestroy();
      },
    });
    const path = socketPath();
    await startEdge(origin, { socketPath: path });
    const client = await connectTo(path);
    await client.send(GET);
    await client.until('half');
    expect((await client.closed()).rest).toBe('');
  });

  test('takes the place of one that died, and of no other', async () => {
    const origin = await startOrigin((_request, reply) => reply.send());
    const path = socketPath();
    leaveDeadSocket(path);
    await startEdge(origin, { socketPath: path });
    await expect(startEdge(origin, { socketPath: path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const client = await connectTo(path);
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, 'precious');
    await expect(startEdge(origin, { socketPath: file })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(file)).toBe(true);
  });

  test('leaves nothing behind', async () => {
    const origin = await startOrigin((_request, reply) => reply.send());
    const path = socketPath();
    const edge = await startEdge(origin, { socketPath: path });
    expect(existsSync(path)).toBe(true);
    edge.close();
    await expect.poll(() => existsSync(path)).toBe(false);
  });
});

test('a target on a Unix socket answers as any other, and is unreachable where nobody listens', async () => {
  const path = socketPath();
  const server = createServer((request, response) => response.end(request.headers.host)).listen(path);
  await once(server, 'listening');
  afterThisTest(() => server.close());
  const parsed = parseEndpoint(`unix:${path}`);
  const target = 'value' in parsed ? parsed.value : {};
  const edge = await startEdge({ port: 1 }, { target });
  const client = await connectRaw(edge.port);
  await client.send(GET);
  expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('a') });
  await client.send('GET / HTTP/1.0\r\n\r\n');
  expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('localhost') });

  const nobody = await startEdge({ port: 1 }, { target: { ...target, socketPath: `${path}.none` } });
  const second = await connectRaw(nobody.port);
  await second.send(GET);
  expect(await second.response()).toMatchObject({ status: 502 });
});

test('an IPv6 listener serves IPv6 clients, and an IPv6 target is reached', async () => {
  const server = createServer((request, response) => response.end(request.headers['x-forwarded-for'])).listen(0, '::1');
  await once(server, 'listening');
  afterThisTest(() => server.close());
  const { port } = server.address() as { port: number };
  const target = parseEndpoint(`http://[::1]:${port}`);
  const listen = parseListenAddress('[::1]:0');
  if (!('value' in target) || !('value' in listen)) throw new Error('not read');
  const edge = await startEdge({ port }, { target: target.value, host: listen.value.host });
  const client = await connectRaw(edge.port, '::1');
  await client.send('GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n');
  expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('::1') });
});

/** As a process does that is killed while it listens. */
function leaveDeadSocket(path: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', script]);
  } catch {}
  expect(existsSync(path)).toBe(true);
}
