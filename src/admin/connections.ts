import type { Socket } from 'node:net';
import type { Logger } from 'pino';

/** Milliseconds between two log lines. */
const INTERVAL = 60_000;

/**
 * The clients of the admin server, up to a limit. A client beyond it replaces the one whose request has been
 * incomplete for longest, so that slow clients never keep a short probe out.
 */
export class Connections {
  readonly #limit: number;
  readonly #log: Logger;
  readonly #now: () => number;
  /** In the order in which they came, or got their last response. */
  readonly #sockets = new Set<Socket>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #closed = 0;

  /** `now`: a monotonic time in milliseconds. */
  constructor({ limit, log, now }: { readonly limit: number; readonly log: Logger; readonly now: () => number }) {
    this.#limit = limit;
    this.#log = log;
    this.#now = now;
  }

  enter(socket: Socket): void {
    for (const slowest of this.#sockets) {
      if (this.#sockets.size < this.#limit) break;
      this.#sockets.delete(slowest);
      slowest.destroy();
      this.#closed++;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#closed > 0) this.#tell();
  }

  /** A response was received completely. */
  answered(socket: Socket): void {
    if (this.#sockets.delete(socket)) this.#sockets.add(socket);
  }

  #tell(): void {
    if (this.#now() - this.#toldAt < INTERVAL) return;
    this.#toldAt = this.#now();
    const facts = { connections: this.#limit, closed: this.#closed };
    this.#log.warn(facts, 'the admin address has too many clients: the slowest are closed');
    this.#closed = 0;
  }
}
