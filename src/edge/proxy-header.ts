import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import type { Deadline, Deadlines } from '../wire/deadlines.ts';
import { parseProxyHeader } from '../wire/proxy-protocol.ts';

export interface ProxyHeaderHandler {
  /** `source`: the address that the header names, if any. The socket is paused. */
  onSource(source: string | undefined): void;
  /** The input is not a header; the connection is closed. */
  onBad(error: string): void;
}

/**
 * Takes the PROXY header off a connection before anything else is read. Without a good header in time, the connection
 * is closed.
 */
export class ProxyHeaderReader implements Deadline {
  readonly deadline: number;
  readonly #socket: Socket;
  readonly #deadlines: Deadlines;
  readonly #handler: ProxyHeaderHandler;
  #received = Buffer.alloc(0);

  /** @param patience milliseconds for the whole header */
  constructor(
    socket: Socket,
    time: { readonly clock: Clock; readonly deadlines: Deadlines; readonly patience: number },
    handler: ProxyHeaderHandler,
  ) {
    this.#socket = socket;
    this.#deadlines = time.deadlines;
    this.#handler = handler;
    this.deadline = time.clock.monotonic() + time.patience;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onEnd).on('close', this.#onClose);
    time.deadlines.add(this);
  }

  onDeadline(): void {
    this.#close('it was not complete in time');
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received = Buffer.concat([this.#received, chunk]);
    const header = parseProxyHeader(this.#received);
    switch (header.kind) {
      case 'incomplete':
        break;
      case 'malformed':
        this.#close('it is malformed');
        break;
      case 'complete':
        this.#leave();
        this.#socket.pause();
        this.#socket.unshift(this.#received.subarray(header.length));
        this.#handler.onSource(header.source);
        break;
    }
  };

  readonly #onEnd = (): void => this.#close('the connection ended within it');

  readonly #onClose = (): void => this.#deadlines.delete(this);

  /** A balancer that only checks whether the port is open sends nothing: that is not an error. */
  #close(error: string): void {
    if (this.#received.length > 0) this.#handler.onBad(error);
    this.#leave();
    this.#socket.on('error', () => {}).destroy();
  }

  #leave(): void {
    this.#deadlines.delete(this);
    this.#socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('error', this.#onEnd)
      .off('close', this.#onClose);
  }
}
