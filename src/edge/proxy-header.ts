import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import type { Deadline, Deadlines } from '../wire/deadlines.ts';
import { parseProxyHeader } from '../wire/proxy-protocol.ts';

/** Takes the PROXY header off a connection before anyone else reads it. Without a good one, in time, it is closed. */
export class ProxyHeaderReader implements Deadline {
  readonly deadline: number;
  readonly #socket: Socket;
  readonly #deadlines: Deadlines;
  readonly #onSource: (source: string | undefined) => void;
  #received = Buffer.alloc(0);

  /** @param patience milliseconds for all of the header; `onSource` gets the address that the header names, if any; the socket is paused then */
  constructor(
    socket: Socket,
    time: { readonly clock: Clock; readonly deadlines: Deadlines; readonly patience: number },
    onSource: (source: string | undefined) => void,
  ) {
    this.#socket = socket;
    this.#deadlines = time.deadlines;
    this.#onSource = onSource;
    this.deadline = time.clock.monotonic() + time.patience;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onEnd).on('close', this.#onClose);
    time.deadlines.add(this);
  }

  onDeadline(): void {
    this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received = Buffer.concat([this.#received, chunk]);
    const header = parseProxyHeader(this.#received);
    switch (header.kind) {
      case 'incomplete':
        break;
      case 'malformed':
        this.#socket.destroy();
        break;
      case 'complete':
        this.#leave();
        this.#socket.pause();
        this.#socket.unshift(this.#received.subarray(header.length));
        this.#onSource(header.source);
        break;
    }
  };

  readonly #onEnd = (): void => {
    this.#socket.destroy();
  };

  readonly #onClose = (): void => this.#deadlines.delete(this);

  #leave(): void {
    this.#deadlines.delete(this);
    this.#socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('error', this.#onEnd)
      .off('close', this.#onClose);
  }
}
