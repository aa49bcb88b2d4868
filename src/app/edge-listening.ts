import type { Logger } from 'pino';
import type { ListenAddress } from '../config/address.ts';
import type { ToEdge } from '../threads/messages.ts';
import { LONGEST_PAUSE } from './supervisor.ts';

export interface EdgeListeningOptions {
  readonly send: (message: ToEdge) => void;
  readonly isStopping: () => boolean;
  readonly log: Logger;
}

/** The listening of a lane's edge, and of each successor. */
export class EdgeListening {
  readonly #options: EdgeListeningOptions;
  readonly #first: PromiseWithResolvers<number> = Promise.withResolvers();
  #wanted: { readonly address: ListenAddress; readonly sharing: 'exclusive' | 'shared' } | undefined;
  #state: 'never' | 'has_listened' = 'never';

  constructor(options: EdgeListeningOptions) {
    this.#options = options;
    // An edge may die before anybody awaits this.
    this.#first.promise.catch(() => {});
  }

  /** Until this is true, a failure of the edge is a failure of the start. */
  get hasListened(): boolean {
    return this.#state === 'has_listened';
  }

  /**
   * Resolves to the port. Rejects with the system's `code` when the address is not available, or with the error given
   * to `fail`.
   */
  listen(address: ListenAddress, sharing: 'exclusive' | 'shared'): Promise<number> {
    this.#wanted = { address, sharing };
    this.#tell();
    return this.#first.promise;
  }

  /** A successor has started. */
  onStarted(): void {
    if (this.#wanted !== undefined) this.#tell();
  }

  onListening(port: number): void {
    this.#wanted = { ...this.#wanted!, address: { ...this.#wanted!.address, port } };
    this.#first.resolve(port);
    if (this.hasListened) this.#options.log.info({ port }, 'listening again');
    this.#state = 'has_listened';
  }

  /** At the start the user must fix this. Later the port was ours, and will be free again. */
  onFailed(code: string, message: string): void {
    this.fail(Object.assign(new Error(message), { code }));
    if (!this.hasListened) return;
    const { log, isStopping } = this.#options;
    log.error({ error: message }, 'the port is not free again yet');
    setTimeout(() => {
      if (!isStopping()) this.#tell();
    }, LONGEST_PAUSE).unref();
  }

  /** The edge died before it could listen. */
  fail(error: Error): void {
    this.#first.reject(error);
  }

  #tell(): void {
    this.#options.send({ type: 'listen', ...this.#wanted! });
  }
}
