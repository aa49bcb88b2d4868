import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ListenTls } from '../../../src/config/types.ts';
import { certificate, identity } from '../../support/certificates.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { edgeConfig, type RunningEdge, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { rowAt } from '../../support/rows.ts';
import { connectSecure } from '../../support/tls-client.ts';

const TLS: ListenTls = { identities: [identity('local'), identity('second')] };
const GET = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';

async function edgeOver(tls = TLS, options: Parameters<typeof startEdge>[1] = {}) {
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'hello' }));
  return { origin, edge: await startEdge(origin, { tls, ...options }) };
}

/** The name of the certificate that a client gets which asks for this one. */
async function certificateFor(edge: RunningEdge, servername?: string): Promise<string> {
  const options = { rejectUnauthorized: false, ...(servername !== undefined && { servername }) };
  const { socket } = await connectSecure(edge.port, options);
  return String(socket.getPeerCertificate().subject.CN);
}

async function isResumed(edge: RunningEdge, session: Buffer, version: 'TLSv1.2' | 'TLSv1.3'): Promise<boolean> {
  const { socket, client } = await connectSecure(edge.port, { session, maxVersion: version });
  await client.send(GET);
  await client.response();
  return socket.isSessionReused();
}

describe('a client over TLS', () => {
  test('gets its answers, one after another, and the primary learns of https', async () => {
    const { origin, edge } = await edgeOver();
    const { client, socket } = await connectSecure(edge.port, { ALPNProtocols: ['h2', 'http/1.1'] });
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('hello') });
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
    expect(socket.alpnProtocol).toBe('http/1.1');
    const [request] = await origin.received(1);
    expect(valuesOf(request!.fields, 'x-forwarded-proto')).toEqual(['https']);
    expect(valuesOf(request!.fields, 'x-forwarded-for')).toEqual(['127.0.0.1']);
  });

  test('of HTTP/1.0 alone, as it says in the handshake, is served', async () => {
    const { edge } = await edgeOver();
    const { client, socket } = await connectSecure(edge.port, { ALPNProtocols: ['http/1.0'] });
    await client.send('GET / HTTP/1.0\r\n\r\n');
    expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('hello') });
    expect(socket.alpnProtocol).toBe('http/1.0');
  });

  test('gets an answer to what it sent before it ended its side', async () => {
    const { edge } = await edgeOver();
    const { client } = await connectSecure(edge.port);
    await client.send(GET);
    client.halfClose();
    expect(await client.response()).toMatchObject({ status: 200 });
    expect(await client.closed()).toEqual({ how: 'end', rest: '' });
  });

  test('gets a large answer, and sends a large body, whole', async () => {
    const body = Buffer.alloc(5_000_000, 'understudy ');
    const origin = await startOrigin((request, reply) => reply.send({ body: request.body }));
    const edge = await startEdge(origin, { tls: TLS });
    const { client } = await connectSecure(edge.port);
    void client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
    void client.send(body);
    const answer = await client.response();
    expect(answer.body.equals(body)).toBe(true);
  });

  test('is refused like any other when what it says is malformed', async () => {
    const { edge } = await edgeOver();
    const { client } = await connectSecure(edge.port);
    await client.send('GET / HTTP/1.1\r\nHost : a\r\n\r\n');
    expect(await client.response()).toMatchObject({ status: 400 });
    expect(await client.closed()).toMatchObject({ rest: '' });
  });

  test('sees the end of its connection when the primary breaks off', async () => {
    const origin = await startOrigin({
      request: async ({ connection }, reply) => {
        await reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
        connection.socket.resetAndDestroy();
      },
    });
    const edge = await startEdge(origin, { tls: TLS });
    const { client } = await connectSecure(edge.port);
    await client.send(GET);
    await client.until('half');
    expect((await client.closed()).rest).toBe('');
    await expect.poll(() => edge.endings()).toMatchObject({ primary_failed: 1 });
  });
});

describe('the certificate', () => {
  test.each([
    ['a.test', 'local'],
    ['b.test', 'second'],
    ['deep.b.test', 'second'],
    ['unknown.test', 'local'],
    [undefined, 'local'],
  ])('for a client that asks for %s is %s', async (servername, expected) => {
    const { edge } = await edgeOver();
    expect(await certificateFor(edge, servername)).toBe(expected);
  });

  test('is another one after a reload, for new connections alone', async () => {
    const { origin, edge } = await edgeOver();
    const { client } = await connectSecure(edge.port);
    const renewed = edgeConfig(origin.port, { tls: { identities: [identity('second')] } });
    edge.edge.configure({ config: renewed, routeRows: [rowAt(0)] });
    expect(await certificateFor(edge)).toBe('second');
    expect(await certificateFor(edge, 'a.test')).toBe('second');
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
  });
});

describe('a handshake fails', () => {
  test('with a client that speaks no HTTP/1', async () => {
    const { edge } = await edgeOver();
    await expect(connectSecure(edge.port, { ALPNProtocols: ['h2'] })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
  });

  test('with a client that speaks no TLS later than 1.1', async () => {
    const { edge } = await edgeOver();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(connectSecure(edge.port, old)).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  test('with a client that speaks plain HTTP, which reaches no primary', async () => {
    const { origin, edge } = await edgeOver();
    const client = await connectRaw(edge.port);
    await client.send(GET);
    expect((await client.closed()).rest).not.toContain('HTTP/');
    expect(origin.connections).toEqual([]);
  });

  test('with a client that does not go on with it, in time', async () => {
    const { edge } = await edgeOver(TLS, { client: { headTimeout: 50 } });
    const client = await connectRaw(edge.port);
    await client.send(Buffer.from([22, 3, 1]));
    expect(await client.closed()).toMatchObject({ rest: '' });
  });

  test('and leaves the edge as it was, whatever the client sends', async () => {
    const { edge } = await edgeOver();
    for (let seed = 0; seed < 20; seed++) {
      const socket = connect(edge.port, '127.0.0.1').on('error', () => {});
      afterThisTest(() => socket.destroy());
      socket.write(Buffer.from([22, 3, 3, 0, 40, 1, ...Array.from({ length: 60 }, (_, at) => (at * seed * 7) & 255)]));
      socket.resetAndDestroy();
    }
    const { client } = await connectSecure(edge.port);
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
  });
});

describe('where clients need a certificate', () => {
  const mutual: ListenTls = { ...TLS, clientCa: certificate('ca') };

  test.each([undefined, 'b.test'])('one of the authority gets in (asking for %s)', async (servername) => {
    const { edge } = await edgeOver(mutual);
    const options = { ...identity('client'), rejectUnauthorized: false, ...(servername && { servername }) };
    const { client } = await connectSecure(edge.port, options);
    await client.send(GET);
    expect(await client.response()).toMatchObject({ status: 200 });
  });

  test.each([
    ['none', {}],
    ['one of another authority', identity('stranger')],
    ['one that has expired', identity('expired')],
  ])('%s does not', async (_name, options) => {
    const { origin, edge } = await edgeOver(mutual);
    for (const servername of ['a.test', 'b.test']) {
      const { client } = await connectSecure(edge.port, { ...options, servername });
      void client.send(GET);
      expect((await client.closed()).rest).toBe('');
    }
    expect(origin.connections).toEqual([]);
  });

  test('a session from before the authority changed is not resumed', async () => {
    const { origin, edge } = await edgeOver(mutual);
    const known = { ...identity('client'), maxVersion: 'TLSv1.2' } as const;
    const { session } = await connectSecure(edge.port, known);
    const other: ListenTls = { ...TLS, clientCa: certificate('other-ca') };
    edge.edge.configure({ config: edgeConfig(origin.port, { tls: other }), routeRows: [rowAt(0)] });
    await expect(connectSecure(edge.port, { ...known, session: await session() })).rejects.toMatchObject({
      code: expect.stringMatching(/ALERT|ECONNRESET/),
    });
  });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session (%s)', (version) => {
  const secret = Buffer.alloc(32, 1);

  async function sessionOf(edge: RunningEdge): Promise<Buffer> {
    const { client, session } = await connectSecure(edge.port, { maxVersion: version });
    await client.send(GET);
    await client.response();
    return session();
  }

  test('is resumed by the same edge thread, and by another with the same secret', async () => {
    const { origin, edge } = await edgeOver(TLS, { ticketSecret: secret });
    const other = await startEdge(origin as Origin, { tls: TLS, ticketSecret: secret });
    const session = await sessionOf(edge);
    expect(await isResumed(edge, session, version)).toBe(true);
    expect(await isResumed(other, session, version)).toBe(true);
  });

  test('is not resumed under another secret, but begun anew', async () => {
    const { origin, edge } = await edgeOver(TLS, { ticketSecret: secret });
    const other = await startEdge(origin, { tls: TLS });
    expect(await isResumed(other, await sessionOf(edge), version)).toBe(false);
  });

  test('is begun anew once its keys are renewed, and then resumed by every thread that has the new ones', async () => {
    const { origin, edge } = await edgeOver(TLS, { ticketSecret: secret });
    const other = await startEdge(origin, { tls: TLS, ticketSecret: secret });
    const old = await sessionOf(edge);
    for (const each of [edge, other]) each.edge.renewTickets(Buffer.alloc(32, 2));
    expect(await isResumed(edge, old, version)).toBe(false);
    expect(await isResumed(other, await sessionOf(edge), version)).toBe(true);
  });

  test('outlives a reload that changes no certificate', async () => {
    const { origin, edge } = await edgeOver(TLS, { ticketSecret: secret });
    const session = await sessionOf(edge);
    edge.edge.configure({ config: edgeConfig(origin.port, { tls: TLS }), routeRows: [rowAt(0)] });
    expect(await isResumed(edge, session, version)).toBe(true);
  });
});
