import { createServer, type Server, type Socket } from 'node:net';
import type { Config, ListenAddress } from '../config/types.ts';
import { ClientConnection } from './client-connection.ts';
import type { EdgeContext } from './context.ts';

/** The listening side: one socket, its clients, and how it begins and ends. */
export class Edge {
  readonly #context: EdgeContext;
  readonly #server: Server;
  readonly #clients = new Set<ClientConnection>();
  #onEmpty: (() => void) | undefined;

  constructor(context: EdgeContext) {
    this.#context = context;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = context.settings.config.client.connections;
  }

  /**
   * @param sharing `shared` where other edge threads listen on the same port (SO_REUSEPORT)
   * @returns the port, which the system chose when 0 was asked for
   * @throws the system's error, with its `code`
   */
  listen(address: ListenAddress, sharing: 'exclusive' | 'shared'): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen(
      { host: address.host, port: address.port, reusePort: sharing === 'shared', backlog: 4096 },
      () => {
        this.#server.removeListener('error', reject);
        const bound = this.#server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port);
      },
    );
    return promise;
  }

  configure(config: Config, routeRows: readonly number[]): void {
    this.#context.configure(config, routeRows);
    this.#server.maxConnections = config.client.connections;
  }

  /** Takes no more connections, lets every client finish its request, and resolves when all are gone. */
  drain(): Promise<void> {
    this.#context.mirror = 'draining';
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
    this.#context.settings.primary.retire();
  }

  #accept(socket: Socket): void {
    const client = new ClientConnection(this.#context, socket, 'http', (closed) => {
      this.#clients.delete(closed);
      if (this.#clients.size === 0) this.#onEmpty?.();
    });
    this.#clients.add(client);
  }
}
