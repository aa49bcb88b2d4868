import type { Fields, LegTiming } from '../model/exchange.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { Failure, ResponseHandler, StreamWaiter, TargetStream, TunnelEnd } from '../wire/target-stream.ts';
import type { Upstream } from './plan.ts';

/** Who sends a request, and is told what comes back, or that there was no stream for it. */
export type TargetHandler = ResponseHandler & Pick<StreamWaiter, 'onNoStream'>;

/**
 * A request on its way to the target that serves the client. Where no stream is to spare it waits for one, and holds its
 * body meanwhile; where a kept-alive connection has died under it, it may be sent once more.
 */
export class TargetRequest implements StreamWaiter {
  readonly #handler: TargetHandler;
  #upstream: Upstream | undefined;
  #head!: OutgoingRequest;
  /** Undefined while it waits for one. */
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

  /** Of a response that has come to its end. */
  timing(): LegTiming {
    return this.#stream!.timing();
  }

  /** The target's end of a tunnel, as `TargetStream.detach` hands it over. */
  detach(): TunnelEnd {
    return this.#stream!.detach();
  }

  /**
   * Sends it once more after a failure. False where that must not be: only what may be sent twice is, and only when the
   * server can't have answered (RFC 9110, section 9.2.2).
   */
  retry(failure: Failure): boolean {
    if (!failure.stale || !isIdempotent(this.#head.method) || this.#head.bodyLength !== 0) return false;
    this.#stream = undefined;
    const { pool } = this.#upstream!;
    const stream = pool.acquireFresh() ?? pool.acquire(this);
    if (stream !== undefined) this.#begin(stream);
    return true;
  }

  /** Gives it up: nobody takes half a message for a whole one. */
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
