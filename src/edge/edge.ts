import { createServer, type Server, type Socket } from 'node:net';
import type { ListenAddress } from '../config/address.ts';
import type { Config } from '../config/types.ts';
import type { Origin } from './client-stream.ts';
import type { Configured, EdgeContext } from './context.ts';
import { ClientConnection } from './http1/client-connection.ts';
import { turnAway } from './http1/turn-away.ts';
import { ProxyHeaderReader } from './proxy-header.ts';
import { TlsEntrance } from './tls-entrance.ts';
import { UNIX_CLIENT } from './trusted-proxies.ts';
import { removeDeadSocket } from './unix-socket.ts';

/** Connections that the system holds until they are accepted. */
const BACKLOG = 4096;

/** The listening side: one socket and its clients, from start to end. */
export class Edge {
  readonly #context: EdgeContext;
  readonly #server: Server;
  readonly #tls: TlsEntrance | undefined;
  readonly #clients = new Set<ClientConnection>();
  readonly #addresses = new Map<string, number>();
  #onEmpty: (() => void) | undefined;

  /** `secret`: what the keys of TLS session tickets are made from. */
  constructor(context: EdgeContext, secret: Uint8Array) {
    this.#context = context;
    this.#tls = this.#tlsEntrance(secret);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#enter(socket));
    this.#server.maxConnections = mostAccepted(context.settings.config);
    this.#server.on('drop', (dropped) =>
      context.refusals.connection(this.#limit, { client: dropped?.remoteAddress ?? '' }),
    );
  }

  /**
   * @param sharing `shared` where other edge threads listen on the same port (SO_REUSEPORT)
   * @returns the port, which the system chose when 0 was asked for
   * @throws the system's error, with its `code`
   */
  async listen(address: ListenAddress, sharing: 'exclusive' | 'shared'): Promise<number> {
    const { host, port, socketPath } = address;
    if (socketPath !== undefined) await removeDeadSocket(socketPath);
    const where = socketPath === undefined ? { host, port, reusePort: sharing === 'shared' } : { path: socketPath };
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen({ ...where, backlog: BACKLOG }, () => {
      this.#server.removeListener('error', reject);
      // Mostly too many open files. The listener stays: the next connection may succeed.
      this.#server.on('error', ({ message }) => this.#context.refusals.connection('accept', { error: message }));
      const bound = this.#server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port);
    });
    return promise;
  }

  configure(to: Configured): void {
    const { config } = to;
    this.#context.configure(to);
    if (config.listen.tls !== undefined) this.#tls?.renew(config.listen.tls);
    this.#server.maxConnections = mostAccepted(config);
  }

  /** `secret`: what the keys of TLS session tickets are made from, from now on. */
  renewTickets(secret: Uint8Array): void {
    this.#tls?.renewTickets(secret);
  }

  /** Keeps accepting, but closes each connection after its next response. */
  windDown(): void {
    this.#context.connections = 'last_response';
  }

  /** Takes no more connections, lets every client finish its request, and resolves when all are gone. */
  drain(): Promise<void> {
    this.#context.mirroring = 'draining';
    this.#server.close();
    for (const client of this.#clients) client.drain();
    if (this.#clients.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEmpty = resolve;
    return promise;
  }

  /** Closes what is left, at once. */
  close(): void {
    this.#server.close();
    for (const client of this.#clients) client.destroy();
    this.#context.retire();
  }

  #tlsEntrance(secret: Uint8Array): TlsEntrance | undefined {
    const { listen, client } = this.#context.settings.config;
    if (listen.tls === undefined) return undefined;
    return new TlsEntrance(listen.tls, {
      secret,
      handshakeTimeout: client.headTimeout,
      onSecure: (socket, address) => this.#accept(socket, { address, scheme: 'https' }),
      onFailed: (client, error) => this.#context.refusals.connection('tls', { client, error }),
    });
  }

  #enter(socket: Socket): void {
    const { client, listen } = this.#context.settings.config;
    const address = listen.socketPath === undefined ? clientAddress(socket) : UNIX_CLIENT;
    if (address === '') {
      // It was reset before it was accepted, for example by a health check of a balancer. Its address is no longer
      // known.
      socket.on('error', () => {}).destroy();
      return;
    }
    if (client.proxyProtocol && this.#context.isTrusted(address)) {
      const { clock, deadlines } = this.#context;
      const time = { clock, deadlines, patience: client.headTimeout };
      new ProxyHeaderReader(socket, time, {
        onSource: (source = address) => {
          this.#enterFrom(socket, source);
          // TLS takes over the data that was already read.
          if (this.#tls === undefined) socket.resume();
        },
        onBad: (error) => this.#context.refusals.connection('proxy_header', { client: address, error }),
      });
    } else {
      this.#enterFrom(socket, address);
    }
  }

  #enterFrom(socket: Socket, address: string): void {
    if (this.#tls === undefined) this.#accept(socket, { address, scheme: 'http' });
    else this.#tls.take(socket, address);
  }

  #accept(socket: Socket, origin: Origin): void {
    const { connections } = this.#context.settings.config.client;
    const { address } = origin;
    const refusal =
      this.#clients.size >= connections ? this.#limit : this.#isCrowded(address) ? 'address_limit' : undefined;
    if (refusal !== undefined) {
      this.#context.refusals.connection(refusal, { client: address });
      turnAway(this.#context, socket, address);
      return;
    }
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
    this.#clients.add(new ClientConnection(this.#context, socket, origin, (closed) => this.#onClosed(closed)));
  }

  /** Which limit refuses further clients when the maximum is reached. */
  get #limit(): 'limit' | 'descriptors' {
    return this.#context.settings.config.client.connectionsBy === 'descriptors' ? 'descriptors' : 'limit';
  }

  /**
   * Whether this address has too many connections. A trusted proxy may have any number, since it speaks for many
   * clients.
   */
  #isCrowded(address: string): boolean {
    const limit = this.#context.settings.config.client.connectionsPerAddress;
    return limit !== undefined && (this.#addresses.get(address) ?? 0) >= limit && !this.#context.isTrusted(address);
  }

  #onClosed(client: ClientConnection): void {
    this.#clients.delete(client);
    const left = this.#addresses.get(client.address)! - 1;
    if (left === 0) this.#addresses.delete(client.address);
    else this.#addresses.set(client.address, left);
    if (this.#clients.size === 0) this.#onEmpty?.();
  }
}

/** The most open connections, including those that get a 503. Any beyond this are closed without a response. */
function mostAccepted({ client, descriptors }: Config): number {
  return client.connections + descriptors.turnedAway;
}

/** An IPv4 client on a dual-stack socket is known by its IPv4 address. */
function clientAddress({ remoteAddress = '' }: Socket): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice('::ffff:'.length) : remoteAddress;
}
