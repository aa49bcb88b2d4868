import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { identity } from '../../support/certificates.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { type EdgeOptions, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { proxyV2 } from '../../support/proxy-protocol.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { connectSecure } from '../../support/tls-client.ts';

const V1 = 'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\n';
const GET = 'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n';

async function edgeBehindBalancer(client: EdgeOptions['client'] = {}, options: EdgeOptions = {}) {
  const origin = await startOrigin((_request, reply) => reply.send());
  const limits = { proxyProtocol: true, trustedProxies: ['127.0.0.1'], ...client };
  return { origin, edge: await startEdge(origin, { ...options, client: limits }) };
}

async function forwardedFor(origin: Origin, count = 1): Promise<readonly string[]> {
  const requests = await origin.received(count);
  return valuesOf(requests[count - 1]!.fields, 'x-forwarded-for');
}

describe('a connection of a trusted proxy', () => {
  test('is that of the client which its header names, and which is not trusted itself', async () => {
    const { origin, edge } = await edgeBehindBalancer();
    const client = await connectRaw(edge.port);
    await client.send(V1 + GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    expect(await forwardedFor(origin)).toEqual(['203.0.113.7']);
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    expect(await forwardedFor(origin, 2)).toEqual(['203.0.113.7']);
  });

  test('may name a proxy that is trusted', async () => {
    const { origin, edge } = await edgeBehindBalancer({ trustedProxies: ['127.0.0.1', '203.0.113.0/24'] });
    const client = await connectRaw(edge.port);
    await client.send(V1 + GET);
    await client.response();
    expect(await forwardedFor(origin)).toEqual(['192.0.2.1, 203.0.113.7']);
  });

  test('may come byte by byte', async () => {
    const { origin, edge } = await edgeBehindBalancer();
    const client = await connectRaw(edge.port);
    const rest = Buffer.from([203, 0, 113, 8, 10, 0, 0, 1, 1, 1, 1, 1]);
    for (const byte of proxyV2({ family: 0x11, rest })) await client.send(Buffer.from([byte]));
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    expect(await forwardedFor(origin)).toEqual(['203.0.113.8']);
  });

  test('that speaks for itself is its own', async () => {
    const { origin, edge } = await edgeBehindBalancer();
    const client = await connectRaw(edge.port);
    await client.send(proxyV2({ command: 0x20, family: 0, rest: Buffer.alloc(0) }));
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    expect(await forwardedFor(origin)).toEqual(['192.0.2.1, 127.0.0.1']);
  });

  test('goes on with TLS', async () => {
    const { origin, edge } = await edgeBehindBalancer({}, { tls: { identities: [identity('local')] } });
    const raw = connect(edge.port, '127.0.0.1');
    afterThisTest(() => raw.destroy());
    await once(raw, 'connect');
    raw.write(V1);
    const { client } = await connectSecure(edge.port, { socket: raw });
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    const [request] = await origin.received(1);
    expect(valuesOf(request!.fields, 'x-forwarded-for')).toEqual(['203.0.113.7']);
    expect(valuesOf(request!.fields, 'x-forwarded-proto')).toEqual(['https']);
  });

  test.each([
    ['without a header', GET],
    ['with a malformed one', 'PROXY TCP4 nobody 10.0.0.1 1 1\r\n'],
    ['with one that is cut short by something else', 'PROXY TCP4 203.0.113.7\r\n'],
  ])('%s is closed without a word', async (_name, bytes) => {
    const { origin, edge } = await edgeBehindBalancer();
    const client = await connectRaw(edge.port);
    await client.send(bytes);
    expect((await client.closed()).rest).toBe('');
    expect(origin.connections).toEqual([]);
  });

  test('that ends, or stays silent, within its header is closed', async () => {
    const { edge } = await edgeBehindBalancer({ headTimeout: 50 });
    const [ended, silent] = [await connectRaw(edge.port), await connectRaw(edge.port)];
    await ended.send('PROXY ');
    ended.halfClose();
    await silent.send('PROXY ');
    expect((await ended.closed()).rest).toBe('');
    expect((await silent.closed()).rest).toBe('');
  });
});

test('a connection of anyone else has no such header: it is malformed HTTP', async () => {
  const { origin, edge } = await edgeBehindBalancer({ trustedProxies: ['192.0.2.0/24'] });
  const plain = await connectRaw(edge.port);
  await plain.send(GET);
  expect(await plain.response()).toMatchObject({ status: 200 });
  expect(await forwardedFor(origin)).toEqual(['127.0.0.1']);
  const liar = await connectRaw(edge.port);
  await liar.send(V1 + GET);
  expect(await liar.response()).toMatchObject({ status: 400 });
});
