import type { Fields, LegTiming } from '../model/exchange.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { Failure, ResponseHandler, StreamWaiter, TargetStream, TunnelEnd } from '../wire/target-stream.ts';
import type { Upstream } from './plan.ts';

/** Receives the response, or the notice that there was no stream for the request. */
export type TargetHandler = ResponseHandler & Pick<StreamWaiter, 'onNoStream'>;

/**
 * A request on its way to the target that serves the client. Where no stream is free it waits for one, and holds its
 * body meanwhile. Where a kept-alive connection has died, it may be sent again.
 */
export class TargetRequest implements StreamWaiter {
  readonly #handler: TargetHandler;
  #upstream: Upstream | undefined;
  #head!: OutgoingRequest;
  /** Undefined while it waits for a stream. */
  #stream: TargetStream | undefined;
  /** Body that came before there was a stream to send it on. */
  #held: Buffer[] | undefined;
  /** Undefined until the request has ended. */
  #trailers: Fields | undefined;

  constructor(handler: TargetHandler) {
    this.#handler = handler;
  }

  /** Sends the head, as soon as there is a stream. */
  send(head: OutgoingRequest, upstream: Upstream): void {
    this.#head = head;
    this.#upstream = upstream;
    const stream = upstream.pool.acquire(this);
    if (stream !== undefined) this.#begin(stream);
  }

  /** False when it has to be held: no more is wanted until the handler's `onDrain`. */
  body(chunk: Buffer): boolean {
    if (this.#stream !== undefined) {
      this.#stream.body(chunk);
      return true;
    }
    this.#held ??= [];
    this.#held.push(chunk);
    return false;
  }

  end(trailers: Fields): void {
    this.#trailers = trailers;
    this.#stream?.end(trailers);
  }

  /** Writes what is pending. False when the target wants no more until the handler's `onDrain`. */
  flush(): boolean {
    return this.#stream?.flush() ?? true;
  }

  /** Stops reading the response until `resume`. */
  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  /** Only valid for a complete response. */
  timing(): LegTiming {
    return this.#stream!.timing();
  }

  /** The target's end of a tunnel, as `TargetStream.detach` hands it over. */
  detach(): TunnelEnd {
    return this.#stream!.detach();
  }

  /**
   * Sends the request again after a failure. False where that is not allowed: only an idempotent request is repeated,
   * and only when the server can't have answered (RFC 9110, section 9.2.2).
   */
  retry(failure: Failure): boolean {
    if (!failure.stale || !isIdempotent(this.#head.method) || this.#head.bodyLength !== 0) return false;
    this.#stream = undefined;
    const { pool } = this.#upstream!;
    const stream = pool.acquireFresh() ?? pool.acquire(this);
    if (stream !== undefined) this.#begin(stream);
    return true;
  }

  /** Gives the request up. The target can't take the part sent so far as a whole message. */
  abandon(): void {
    if (this.#stream === undefined) this.#upstream?.pool.cancel(this);
    else this.#stream.abort();
  }

  onStream(stream: TargetStream): void {
    this.#begin(stream);
    this.#handler.onDrain();
  }

  onNoStream(): void {
    this.#handler.onNoStream();
  }

  #begin(stream: TargetStream): void {
    this.#stream = stream;
    stream.begin(this.#handler, this.#upstream!.rewrite?.(this.#head) ?? this.#head);
    if (this.#held !== undefined) {
      for (const chunk of this.#held) stream.body(chunk);
      this.#held = undefined;
    }
    if (this.#trailers !== undefined) stream.end(this.#trailers);
    stream.flush();
  }
}
