import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { TargetTls } from '../../../src/config/target-types.ts';
import type { Connection } from '../../../src/wire/http1/connection.ts';
import type { Pool } from '../../../src/wire/pool.ts';
import { certificate, identity } from '../../support/certificates.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startHttpOrigin, startOrigin } from '../../support/origin.ts';
import { get, poolTo } from '../../support/wire.ts';

interface TlsOrigin {
  readonly port: number;
  /** The client's side of each connection, as far as the server knows it. */
  readonly sockets: readonly TLSSocket[];
  readonly requests: number;
}

/** A server that answers whatever it reads with `ok`. */
async function startTlsOrigin(options: TlsOptions = {}): Promise<TlsOrigin> {
  const sockets: TLSSocket[] = [];
  let requests = 0;
  const server = createServer({ ...identity('local'), ...options }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', () => {
      requests++;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisTest(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    sockets,
    get requests() {
      return requests;
    },
  };
}

function poolOver(port: number, tls: Partial<TargetTls> = {}, host = '127.0.0.1'): Pool {
  return poolTo(port, {
    target: { protocol: 'https', host, tls: { ca: certificate('ca'), insecure: false, ...tls } },
  });
}

function acquire(pool: Pool): Connection {
  return pool.acquire({ onStream: () => {}, onNoStream: () => {} })!;
}

async function failureOf(pool: Pool) {
  return (await get(acquire(pool)).over()).failure;
}

describe('a target that can be trusted', () => {
  test('is spoken to in HTTP/1.1 over TLS 1.2 or later, with the connect measured to the end of the handshake', async () => {
    const origin = await startTlsOrigin({ ALPNProtocols: ['h2', 'http/1.1'] });
    const connection = acquire(poolOver(origin.port));
    const told = await get(connection).over();
    expect(told).toMatchObject({ body: 'ok', failure: undefined });
    expect(origin.sockets[0]!.alpnProtocol).toBe('http/1.1');
    expect(origin.sockets[0]!.getProtocol()).toMatch(/^TLSv1\.[23]$/);
    expect(connection.timing().connect).toBeGreaterThan(0);
  });

  test('is asked for by its name, and an address by none', async () => {
    const origin = await startTlsOrigin();
    await get(acquire(poolOver(origin.port, {}, 'localhost'))).over();
    await get(acquire(poolOver(origin.port))).over();
    await get(acquire(poolOver(origin.port, { serverName: 'a.test' }))).over();
    expect(origin.sockets.map(({ servername }) => servername)).toEqual(['localhost', false, 'a.test']);
  });

  test('gets to see our certificate', async () => {
    const origin = await startTlsOrigin({ requestCert: true, ca: certificate('ca') });
    const told = await get(acquire(poolOver(origin.port, { identity: identity('client') }))).over();
    expect(told.body).toBe('ok');
    expect(origin.sockets[0]!.getPeerCertificate().subject.CN).toBe('client');
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('resumes its session on the next connection (%s)', async (version) => {
    const origin = await startTlsOrigin({ minVersion: version, maxVersion: version });
    const pool = poolOver(origin.port);
    const first = acquire(pool);
    await get(first).over();
    const second = pool.acquireFresh()!;
    await get(second).over();
    expect(origin.sockets.map((socket) => socket.isSessionReused())).toEqual([false, true]);
  });

  test('may be unchecked where the configuration says so', async () => {
    const origin = await startTlsOrigin(identity('expired'));
    const tls = { insecure: true, serverName: 'other.test' };
    const told = await get(acquire(poolTo(origin.port, { target: { protocol: 'https', tls } }))).over();
    expect(told.body).toBe('ok');
  });
});

describe('a target that can not be trusted is unreachable, and the failure says why', () => {
  test.each([
    ['expired', {}, 'has expired'],
    ['second', {}, "for another name: IP: 127.0.0.1 is not in the cert's list: "],
    ['local', { serverName: 'other.test' }, "for another name: Host: other.test. is not in the cert's altnames"],
    ['local', { ca: certificate('other-ca') }, 'not among the trusted ones'],
    ['stranger', {}, 'not among the trusted ones'],
    ['ca', {}, 'for another name'],
  ] as const)('certificate %s, with %o', async (name, tls, detail) => {
    const origin = await startTlsOrigin(identity(name));
    const failure = await failureOf(poolOver(origin.port, tls));
    expect(failure).toMatchObject({ kind: 'unreachable', stale: false });
    expect(failure!.detail).toContain(detail);
    expect(origin.requests).toBe(0);
  });

  test('a public authority did not sign it', async () => {
    const origin = await startTlsOrigin();
    const pool = poolTo(origin.port, { target: { protocol: 'https' } });
    expect(await failureOf(pool)).toMatchObject({
      kind: 'unreachable',
      detail: expect.stringContaining('not among the trusted ones'),
    });
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('it asks for a certificate that we do not have (%s)', async (version) => {
    const origin = await startTlsOrigin({
      requestCert: true,
      ca: certificate('ca'),
      minVersion: version,
      maxVersion: version,
    });
    const failure = await failureOf(poolOver(origin.port));
    expect(failure).toMatchObject({ kind: 'unreachable' });
    expect(failure!.detail).toMatch(/asks for a client certificate|alert handshake failure/);
  });

  test('it speaks plain HTTP', async () => {
    const origin = await startHttpOrigin((_request, response) => response.end());
    expect(await failureOf(poolOver(origin.port))).toMatchObject({
      kind: 'unreachable',
      detail: 'the target does not speak TLS',
    });
  });

  test('it closes within the handshake', async () => {
    const origin = await startOrigin({ connected: ({ socket }) => void socket.end() });
    expect(await failureOf(poolOver(origin.port))).toMatchObject({ kind: 'unreachable' });
  });

  test('it speaks no version later than 1.1', async () => {
    const origin = await startTlsOrigin({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await failureOf(poolOver(origin.port))).toMatchObject({ kind: 'unreachable' });
  });
});
