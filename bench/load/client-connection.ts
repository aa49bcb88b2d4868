import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

export interface AnswerHandlers {
  /** The request under way was answered in full, or its connection was lost. */
  ended(connection: ClientConnection, result: 'ok' | 'failed'): void;
  /** The connection is gone, whether or not a request was under way. */
  closed(connection: ClientConnection): void;
  /** After each read, when everything in it has been handled. */
  read(): void;
}

/** A kept-alive HTTP/1.1 connection with one request under way at most; answers must have a Content-Length. */
export class ClientConnection {
  /** The number of the request under way; -1 when there is none. */
  request = -1;
  readonly #socket: Socket;
  readonly #handlers: AnswerHandlers;
  #held: Buffer | undefined;
  #remaining = 0;
  #ok = false;

  static async open(port: number, handlers: AnswerHandlers): Promise<ClientConnection> {
    const connection = new ClientConnection(port, handlers);
    await once(connection.#socket, 'connect');
    connection.#socket.on('error', () => {});
    connection.#socket.on('close', () => connection.#lost());
    return connection;
  }

  private constructor(port: number, handlers: AnswerHandlers) {
    this.#handlers = handlers;
    // One buffer for all reads of the connection: what is kept of it is copied.
    const buffer = Buffer.allocUnsafe(64 * 1024);
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.#received(buffer.subarray(0, length));
          return true;
        },
      },
    });
  }

  send(head: Buffer, request: number): void {
    this.request = request;
    this.#socket.write(head);
  }

  #received(chunk: Buffer): void {
    if (this.#remaining > 0) {
      this.#remaining -= chunk.length;
    } else {
      const data = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
      const end = data.indexOf(HEAD_END);
      if (end === -1) {
        this.#held = Buffer.from(data);
        return;
      }
      this.#held = undefined;
      const head = data.toString('latin1', 0, end);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      if (length === undefined) throw new Error(`an answer without Content-Length: ${head}`);
      this.#ok = head.startsWith('HTTP/1.1 200');
      this.#remaining = Number(length) - (data.length - end - HEAD_END.length);
    }
    if (this.#remaining < 0) throw new Error('bytes after the end of an answer');
    if (this.#remaining === 0) this.#end(this.#ok ? 'ok' : 'failed');
    this.#handlers.read();
  }

  #lost(): void {
    if (this.request !== -1) this.#end('failed');
    this.#handlers.closed(this);
  }

  #end(result: 'ok' | 'failed'): void {
    this.#handlers.ended(this, result);
    this.request = -1;
  }
}
