/** What clients notice when a target's name stands for other addresses than before: nothing. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import type { Names } from '../../../src/wire/names.ts';
import { certificate, identity } from '../../support/certificates.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { MovableClock } from '../../support/clock.ts';
import { ask, type EdgeOptions, type RunningEdge, startEdge } from '../../support/edge.ts';
import { connectRaw } from '../../support/raw-client.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const OLD = '127.0.0.21';
const NEW = '127.0.0.22';

interface Instance {
  readonly port: number;
  readonly connections: Socket[];
  close(): void;
}

/** A server on an address of its own that answers each request, whatever it is, with that address. */
async function instance(host: string, port = 0, tls?: object): Promise<Instance> {
  const connections: Socket[] = [];
  const serve = (socket: Socket) => {
    connections.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const last = chunk.toString('latin1').endsWith('\r\n\r\n') || chunk.toString('latin1').endsWith('end');
      if (last) socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${host.length}\r\n\r\n${host}`);
    });
  };
  const server: Server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  server.on('tlsClientError', () => {});
  server.listen(port, host);
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of connections) socket.destroy();
  };
  afterThisTest(close);
  return { port: (server.address() as AddressInfo).port, connections, close };
}

class ScriptedNames implements Names {
  says: string[];
  asked = 0;
  mood: 'answering' | 'failing' | 'silent' = 'answering';

  constructor(...says: string[]) {
    this.says = says;
  }

  readonly lookUp: Names['lookUp'] = (_host, done) => {
    this.asked++;
    const found = this.says.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (this.mood === 'failing') setImmediate(done, Object.assign(new Error('no'), { code: 'EAI_AGAIN' }), []);
    else if (this.mood === 'answering') setImmediate(done, null, found);
  };

  timeToLive = async (): Promise<number | undefined> => undefined;
}

const NAME = 'localhost';

async function edgeTo(
  port: number,
  names: Names,
  options: EdgeOptions = {},
): Promise<{ edge: RunningEdge; clock: MovableClock }> {
  const clock = new MovableClock();
  const target = { url: `http://${NAME}:${port}`, host: NAME, ...options.target };
  return { edge: await startEdge({ port }, { ...options, target, names, clock }), clock };
}

async function said(edge: RunningEdge, bytes = GET): Promise<string> {
  const { status, body } = await ask(edge, bytes);
  return status === 200 ? body.toString() : `${status}`;
}

test('a burst after silence reaches the new address, and nobody fails', async () => {
  const { port, close } = await instance(OLD);
  const names = new ScriptedNames(OLD);
  const { edge, clock } = await edgeTo(port, names);
  expect(await said(edge)).toBe(OLD);
  close();
  await instance(NEW, port);
  names.says = [NEW];
  clock.advance(45_000);
  const burst = await Promise.all(Array.from({ length: 20 }, () => said(edge)));
  expect(new Set(burst)).toEqual(new Set([NEW]));
  expect(edge.notices).toEqual([]);
});

test.each([
  ['GET', GET],
  ['POST with a body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nend'],
  ['POST with a large body', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300003\r\n\r\n${'x'.repeat(300_000)}end`],
  ['PATCH in chunks', 'PATCH / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nend\r\n0\r\n\r\n'],
])('a failed connect is tried again on fresh addresses before the old ones are over: %s', async (_what, bytes) => {
  const { port, close } = await instance(OLD);
  const names = new ScriptedNames(OLD);
  const { edge, clock } = await edgeTo(port, names, { timeouts: { keepAlive: 0 } });
  expect(await said(edge)).toBe(OLD);
  close();
  await instance(NEW, port);
  names.says = [NEW];
  clock.advance(2_000);
  expect(await said(edge, bytes)).toBe(NEW);
  expect(edge.endings()).toEqual({ 'skipped:disabled': 2 });
});

test('a handshake with whoever has the old address now is a failed connect, too', async () => {
  const trusted = identity('local');
  const { port, close } = await instance(OLD, 0, trusted);
  const names = new ScriptedNames(OLD);
  const tls = { ca: certificate('ca'), insecure: false };
  const target = { protocol: 'https', tls } as const;
  const { edge, clock } = await edgeTo(port, names, { target, timeouts: { keepAlive: 0 } });
  expect(await said(edge)).toBe(OLD);
  close();
  await instance(OLD, port, identity('stranger'));
  await instance(NEW, port, trusted);
  names.says = [NEW];
  clock.advance(2_000);
  expect(await said(edge)).toBe(NEW);
});

test('an address that does not answer is given up for a fresh one in half of the connect timeout', async () => {
  const { port, close } = await instance(OLD, 0, identity('local'));
  const names = new ScriptedNames(OLD);
  const tls = { ca: certificate('ca'), insecure: false };
  const target = { protocol: 'https', tls } as const;
  const { edge, clock } = await edgeTo(port, names, { target, timeouts: { keepAlive: 0 } });
  expect(await said(edge)).toBe(OLD);
  close();
  // It accepts, and says nothing.
  const silent = createServer(() => {}).listen(port, OLD);
  await once(silent, 'listening');
  afterThisTest(() => silent.close());
  await instance(NEW, port, identity('local'));
  names.says = [NEW];
  clock.advance(2_000);
  const accepted = once(silent, 'connection');
  const reply = said(edge);
  const [held] = (await accepted) as [Socket];
  clock.advance(2_600);
  expect(await reply).toBe(NEW);
  held.destroy();
});

test('the old address serves on while the name can not be looked up', async () => {
  const { port } = await instance(OLD);
  const names = new ScriptedNames(OLD);
  const { edge, clock } = await edgeTo(port, names, { timeouts: { keepAlive: 0 } });
  expect(await said(edge)).toBe(OLD);
  names.mood = 'failing';
  clock.advance(45_000);
  expect(await said(edge)).toBe(OLD);
  names.mood = 'silent';
  clock.advance(45_000);
  const reply = said(edge);
  await expect.poll(() => names.asked).toBe(3);
  clock.advance(2_000);
  expect(await reply).toBe(OLD);
  expect(edge.endings()).toEqual({ 'skipped:disabled': 3 });
});

test('under steady traffic a kept connection to an address that is gone is not used for long', async () => {
  const { port, connections } = await instance(OLD);
  await instance(NEW, port);
  const names = new ScriptedNames(OLD);
  const { edge, clock } = await edgeTo(port, names);
  const client = await connectRaw(edge.port);
  const next = async () => {
    await client.send(GET);
    return (await client.response()).body.toString();
  };
  expect(await next()).toBe(OLD);
  names.says = [NEW];
  expect(await next()).toBe(OLD);
  clock.advance(10_000);
  await once(connections[0]!, 'close');
  expect(await next()).toBe(NEW);
  expect(names.asked).toBe(2);
});

test('a connection that carries an exchange when its address is gone carries it to the end', async () => {
  const { port } = await instance(OLD);
  await instance(NEW, port);
  const names = new ScriptedNames(OLD);
  const { edge, clock } = await edgeTo(port, names);
  const client = await connectRaw(edge.port);
  void client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nxx');
  await expect.poll(() => names.asked).toBe(1);
  names.says = [NEW];
  clock.advance(12_000);
  await expect.poll(() => names.asked).toBe(2);
  await client.send('end');
  expect((await client.response()).body.toString()).toBe(OLD);
  await client.send(GET);
  expect((await client.response()).body.toString()).toBe(NEW);
});

test.each([
  ['a name', { host: NAME }],
  ['an address', {}],
])('a connection to %s that is older than connectionAge is not used again', async (_what, target) => {
  const { port, connections } = await instance('127.0.0.1');
  const clock = new MovableClock();
  const names = new ScriptedNames('127.0.0.1');
  const edge = await startEdge(
    { port },
    { target, names, clock, timeouts: { connectionAge: 60_000, keepAlive: 86_400_000 } },
  );
  expect(await said(edge)).toBe('127.0.0.1');
  clock.advance(50_000);
  expect(await said(edge)).toBe('127.0.0.1');
  expect(connections).toHaveLength(1);
  clock.advance(10_000);
  await once(connections[0]!, 'close');
  expect(await said(edge)).toBe('127.0.0.1');
  expect(connections).toHaveLength(2);
});

test('an address of the other family is found, too', async () => {
  const { port } = await instance('::1');
  const names = new ScriptedNames(OLD);
  const { edge, clock } = await edgeTo(port, names);
  expect(await said(edge)).toBe('502');
  names.says = ['::1'];
  clock.advance(2_000);
  expect(await said(edge)).toBe('::1');
});

test('a reload that leaves the primary as it is keeps its connections, and one that changes it what is known of its name', async () => {
  const { port, connections } = await instance('127.0.0.1');
  const names = new ScriptedNames('127.0.0.1');
  const { edge } = await edgeTo(port, names);
  const { config, routeRows } = edge.context.settings;
  expect(await said(edge)).toBe('127.0.0.1');
  names.mood = 'silent';
  const equal = structuredClone({ ...config, client: { ...config.client, idleTimeout: 9_000 } });
  edge.edge.configure({ config: equal, routeRows });
  expect(await said(edge)).toBe('127.0.0.1');
  expect(connections).toHaveLength(1);
  const [service] = config.services;
  const { timeouts } = service!.primary;
  const changed = { ...service!.primary, timeouts: { ...timeouts, firstByte: 9_000 } };
  edge.edge.configure({ config: { ...config, services: [{ ...service!, primary: changed }] }, routeRows });
  expect(await said(edge)).toBe('127.0.0.1');
  expect(connections).toHaveLength(2);
  expect(names.asked).toBe(1);
});
