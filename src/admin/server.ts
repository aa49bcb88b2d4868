import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAddress, isLoopback, type ListenAddress } from '../config/address.ts';
import { createServer } from '../lib/node-http.ts';
import { systemEvery } from '../lib/schedule.ts';
import { UnderstudyError } from '../model/errors.ts';
import { Connections } from './connections.ts';
import type { AdminDependencies } from './dependencies.ts';
import { createDispatcher, type Reply } from './dispatcher.ts';
import { adminEndpoints } from './endpoints.ts';
import { Entrance } from './entrance.ts';
import { EventStreams } from './event-streams.ts';
import { liveSights } from './live-sights.ts';
import { pageFiles } from './page-files.ts';
import { Problem } from './problem.ts';

export interface AdminServer {
  /**
   * Resolves with the address on which it listens. Rejects with an `UnderstudyError`: `admin_unprotected` if other
   * machines could reach it without a token, `port_in_use`, `listen_failed`.
   */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** Finishes requests in flight, but waits no longer than a second for any client. */
  close(): Promise<void>;
}

const BODY_LIMIT = 64 * 1024;
const CLOSE_GRACE = 1000;

const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
};
/** How long a client may leave a response unread, in milliseconds. */
const STALL_TIMEOUT = 30_000;

/** The content comes from strangers: it must never be run, framed, cached or taken for another type. */
const PROTECTION = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function createAdminServer(deps: AdminDependencies): AdminServer {
  const { logger, token, now, reading } = deps;
  const entrance = new Entrance({ token, now, logger });
  const { instance, version } = deps.health();
  const streams = new EventStreams({
    look: () => liveSights(deps),
    hello: () => ({ instance, version, at: now() }),
    every: systemEvery,
  });
  const dispatch = createDispatcher(adminEndpoints(deps, { entrance, streams }), {
    logger,
    entrance,
    page: pageFiles(),
    reading,
    onPage: deps.expectQuestions,
    onChange: (what) => streams.tell(what),
  });
  const connections = new Connections({ limit: deps.connections, log: logger, now: () => performance.now() });
  const server = createServer(LIMITS, async (request, response) => {
    const { method = '', url = '', headers, socket } = request;
    const reply = await dispatch({
      method,
      target: url,
      headers,
      address: socket.remoteAddress ?? '',
      readBody: () => readBody(request),
    });
    response.shouldKeepAlive &&= server.listening;
    send(response, reply);
    response.on('finish', () => connections.answered(request.socket));
  });
  server.on('connection', (socket) => connections.enter(socket));
  server.timeout = STALL_TIMEOUT;

  return {
    async listen(address) {
      if (token === undefined && !isLoopback(address.host)) throw unprotected(address);
      server.listen({ host: address.host, port: address.port });
      try {
        await once(server, 'listening');
      } catch (error) {
        throw adminNotListening(address, error as NodeJS.ErrnoException);
      }
      server.on('error', (err) => logger.error({ err }, 'admin server failed'));
      const { address: host, port } = server.address() as AddressInfo;
      return { host, port };
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      streams.close();
      server.close();
      const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE);
      await closed;
      clearTimeout(impatience);
    },
  };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const isWhole = typeof body === 'string' || Buffer.isBuffer(body);
  const length =
    !isWhole || status === 204 || status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...PROTECTION, ...length, ...headers } as Record<string, string | string[]>);
  if (isWhole) response.end(body);
  // A HEAD request has no body, and must not leave a stream open.
  else if (response.req.method === 'HEAD') response.end();
  else body.attach(response);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_LIMIT) break;
      chunks.push(chunk);
    }
  } catch {
    throw new Problem('invalid_body', 'The body did not arrive.');
  }
  if (size <= BODY_LIMIT) return Buffer.concat(chunks);
  // A client that is cut off while it sends may never see the response, so the rest is read and discarded.
  request.resume();
  throw new Problem('too_large', `A body may have ${BODY_LIMIT} bytes at most.`);
}

function unprotected(address: ListenAddress): UnderstudyError {
  return new UnderstudyError(
    'admin_unprotected',
    `the admin address ${formatAddress(address)} can be reached from other machines and has no token: set admin.token, or listen on 127.0.0.1`,
  );
}

/** An error message for the person who starts it. `error`: the system's. */
export function adminNotListening(address: ListenAddress, error: NodeJS.ErrnoException): UnderstudyError {
  if (error.code === 'EADDRINUSE') {
    return new UnderstudyError(
      'port_in_use',
      `the admin address ${formatAddress(address)} is in use: stop the process that holds it, or choose another with --admin or admin: in the config`,
      { cause: error },
    );
  }
  return new UnderstudyError(
    'listen_failed',
    `cannot listen on the admin address ${formatAddress(address)}: ${error.message}`,
    {
      cause: error,
    },
  );
}
