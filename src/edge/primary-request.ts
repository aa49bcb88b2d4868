import type { Fields, LegTiming } from '../model/exchange.ts';
import type { Connection } from '../wire/http1/connection.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { Waiter } from '../wire/pool.ts';
import type { Failure, ResponseHandler } from '../wire/response-handler.ts';
import type { TunnelEnd } from './http1/upgrade.ts';
import type { Upstream } from './plan.ts';
import type { ReceivedRequest } from './received-request.ts';

/** Who sends a request to the primary, and is told what comes back, or that there was no connection for it. */
export type PrimaryHandler = ResponseHandler & Pick<Waiter, 'onNoConnection'>;

/**
 * A request on its way to the primary. Where no connection is to spare it waits for one, and holds its body meanwhile;
 * where a kept-alive connection has died under it, it may be sent once more.
 */
export class PrimaryRequest implements Waiter {
  readonly #received: ReceivedRequest;
  readonly #handler: PrimaryHandler;
  #text = '';
  #upstream: Upstream | undefined;
  /** Undefined while it waits for one. */
  #connection: Connection | undefined;
  /** Body that came before there was a connection to send it on. */
  #held: Buffer[] | undefined;
  /** Undefined until the request has ended. */
  #trailers: Fields | undefined;

  constructor(received: ReceivedRequest, handler: PrimaryHandler) {
    this.#received = received;
    this.#handler = handler;
  }

  /** Sends the head, as soon as there is a connection. `text`: with its empty line. */
  send(text: string, upstream: Upstream): void {
    this.#text = text;
    this.#upstream = upstream;
    const connection = upstream.pool.acquire(this);
    if (connection !== undefined) this.#begin(connection);
  }

  /** False when it has to be held: no more is wanted until the handler's `onDrain`. */
  body(chunk: Buffer): boolean {
    if (this.#connection !== undefined) {
      this.#connection.body(chunk);
      return true;
    }
    this.#held ??= [];
    this.#held.push(chunk);
    return false;
  }

  end(trailers: Fields): void {
    this.#trailers = trailers;
    this.#connection?.end(trailers);
  }

  /** Writes what is pending. False when the primary wants no more until the handler's `onDrain`. */
  flush(): boolean {
    return this.#connection?.flush() ?? true;
  }

  /** Stops reading the response until `resume`. */
  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  /** Of a response that has come to its end. */
  timing(): LegTiming {
    return this.#connection!.timing();
  }

  /** Hands the primary's socket over, as `Connection.detach` does. */
  detach(): TunnelEnd {
    return this.#connection!.detach();
  }

  /**
   * Sends it once more after a failure. False where that must not be: only what may be sent twice is, and only when the
   * server can't have answered (RFC 9110, section 9.2.2).
   */
  retry(failure: Failure): boolean {
    const { head } = this.#received;
    if (!failure.stale || !isIdempotent(head.method) || head.bodyLength !== 0) return false;
    this.#connection = undefined;
    const { pool } = this.#upstream!;
    const connection = pool.connect() ?? pool.acquire(this);
    if (connection !== undefined) this.#begin(connection);
    return true;
  }

  /** Gives it up. A connection with half a message on it carries no other. */
  abandon(): void {
    if (this.#connection === undefined) this.#upstream?.pool.cancel(this);
    else this.#connection.abort();
  }

  onConnection(connection: Connection): void {
    this.#begin(connection);
    this.#handler.onDrain();
  }

  onNoConnection(): void {
    this.#handler.onNoConnection();
  }

  #begin(connection: Connection): void {
    this.#connection = connection;
    const { head } = this.#received;
    const text = this.#upstream!.rewrite?.(this.#text) ?? this.#text;
    connection.begin(this.#handler, head.method, text, head.bodyLength === 'chunked' ? 'chunked' : 'plain');
    if (this.#held !== undefined) {
      for (const chunk of this.#held) connection.body(chunk);
      this.#held = undefined;
    }
    if (this.#trailers !== undefined) connection.end(this.#trailers);
    connection.flush();
  }
}
