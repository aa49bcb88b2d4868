/** What the edge turns away is counted, and the first of each kind is told of. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { expect, test } from 'vitest';
import { certificate, identity } from '../../support/certificates.ts';
import { ask, type EdgeOptions, type RunningEdge, startEdge } from '../../support/edge.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { connectSecure } from '../../support/tls-client.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

const edgeWith = async (options: EdgeOptions): Promise<RunningEdge> =>
  startEdge(await startOrigin((_request, reply) => reply.send()), options);

/** A connection that says these bytes, and is over when the edge has closed it. */
async function spent(edge: RunningEdge, bytes: string): Promise<void> {
  const client = await connectRaw(edge.port);
  await client.send(bytes);
  await client.closed();
}

test('a connection beyond the limit', async () => {
  const edge = await edgeWith({ client: { connections: 1 } });
  const only = await connectRaw(edge.port);
  await only.send(GET);
  await only.response();
  for (let more = 0; more < 3; more++) expect(await ask(edge, GET)).toMatchObject({ status: 503 });
  expect(edge.refusals.connections('limit')).toBe(3);
  expect(edge.refusals.requests(503)).toBe(3);
  expect(edge.notices).toEqual([
    {
      level: 'warn',
      message: 'a client was turned away: as many connections are open as client.connections allows',
      facts: { client: '127.0.0.1' },
    },
  ]);
});

test('a connection beyond the limit of its address', async () => {
  const edge = await edgeWith({ client: { connectionsPerAddress: 1 } });
  const only = await connectRaw(edge.port);
  await only.send(GET);
  await only.response();
  expect(await ask(edge, GET)).toMatchObject({ status: 503 });
  expect(edge.refusals.connections('address_limit')).toBe(1);
  expect(edge.notices.map(({ facts }) => facts)).toEqual([{ client: '127.0.0.1' }]);
});

test('a connection of a trusted proxy without a good PROXY header, but not one that says nothing at all', async () => {
  const edge = await edgeWith({ client: { proxyProtocol: true, trustedProxies: ['127.0.0.1'] } });
  const silent = await connectRaw(edge.port);
  silent.halfClose();
  await silent.closed();
  await spent(edge, GET);
  const half = await connectRaw(edge.port);
  await half.send('PROXY ');
  half.halfClose();
  await half.closed();
  expect(edge.refusals.connections('proxy_header')).toBe(2);
  expect(edge.notices.map(({ facts }) => facts)).toEqual([{ client: '127.0.0.1', error: 'it is malformed' }]);
});

test('a TLS handshake that fails, but not a look whether the port is open', async () => {
  const edge = await edgeWith({ tls: { identities: [identity('local')] } });
  const look = connect(edge.port, '127.0.0.1');
  await once(look, 'connect');
  look.resetAndDestroy();
  await spent(edge, GET);
  expect(edge.refusals.connections('tls')).toBe(1);
  expect(edge.notices).toEqual([
    {
      level: 'info',
      message: 'a TLS handshake with a client failed',
      facts: { client: '127.0.0.1', error: 'http request' },
    },
  ]);
});

test("a client's certificate that is not accepted is named", async () => {
  const edge = await edgeWith({ tls: { identities: [identity('local')], clientCa: certificate('ca') } });
  for (const options of [{}, identity('stranger'), identity('expired')]) {
    const { client } = await connectSecure(edge.port, options);
    await client.closed();
  }
  await expect.poll(() => edge.refusals.connections('tls')).toBe(3);
  expect(edge.notices.map(({ facts }) => facts['error'])).toEqual(['peer did not return a certificate']);
});

test('requests that the edge answers itself, one notice for each status', async () => {
  const edge = await edgeWith({ client: { headerCount: 10 } });
  const bad = 'GET / HTTP/1.1\r\nHost : a\r\n\r\n';
  for (const bytes of [bad, bad, `GET / HTTP/1.1\r\nHost: a\r\n${'X: v\r\n'.repeat(10)}\r\n`]) await ask(edge, bytes);
  expect(await ask(edge, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ status: 405 });
  expect(await ask(edge, GET)).toMatchObject({ status: 200 });
  expect([400, 431, 405, 503].map((code) => edge.refusals.requests(code as 400))).toEqual([2, 1, 1, 0]);
  expect(edge.endings()).toMatchObject({ 'skipped:refused': 4 });
  expect(edge.notices.map(({ message, facts }) => [message, facts['client'], facts['status']])).toEqual(
    [400, 431, 405].map((status) => ['a request was refused', '127.0.0.1', status]),
  );
});

test('an answer of the primary that is not whole', async () => {
  const origin = await startOrigin((_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n'));
  const edge = await startEdge(origin);
  for (let request = 0; request < 3; request++) expect(await ask(edge, GET)).toMatchObject({ status: 502 });
  expect(edge.notices).toEqual([
    {
      level: 'warn',
      message: 'the primary gave no complete response',
      facts: {
        failure: 'invalid',
        error: expect.any(String),
        method: 'GET',
        path: '/',
        route: 'default',
        requestId: expect.any(String),
      },
    },
  ]);
});

test('a TLS handshake on a Unix socket that fails', async () => {
  const socketPath = join(temporaryDirectory(), 'edge.sock');
  const edge = await edgeWith({ socketPath, tls: { identities: [identity('local')] } });
  const secure = tlsConnect({ path: socketPath, ca: certificate('ca'), servername: 'a.test' });
  await once(secure, 'secureConnect');
  const plain = connect(socketPath);
  plain.write(GET);
  await once(plain.resume(), 'close');
  secure.destroy();
  await once(secure, 'close');
  expect(edge.refusals.connections('tls')).toBe(1);
  expect(edge.notices.map(({ facts }) => facts)).toEqual([{ client: 'unknown', error: 'http request' }]);
});
