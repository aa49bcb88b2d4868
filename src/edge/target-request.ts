import type { Fields, LegTiming } from '../model/exchange.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { Failure, ResponseHandler, StreamWaiter, TargetStream, TunnelEnd } from '../wire/target-stream.ts';
import type { Upstream } from './upstream.ts';

/** Receives the response, or the notice that there was no stream for the request. */
export type TargetHandler = ResponseHandler & Pick<StreamWaiter, 'onNoStream'>;

/**
 * A request on its way to the target that serves the client. Where no stream is free it waits for one, and holds its
 * body meanwhile. Where a kept-alive connection has died, it may be sent again. Where the target can't take it, another
 * may serve in its place.
 */
export class TargetRequest implements StreamWaiter {
  readonly #handler: TargetHandler;
  #upstream: Upstream | undefined;
  /** The target that may serve instead, as long as that is possible. */
  #other: Upstream | undefined;
  #head!: OutgoingRequest;
  /** Undefined while it waits for a stream. */
  #stream: TargetStream | undefined;
  /** Body that came before there was a stream to send it on, or that is not sent and may go to the other target. */
  #held: Buffer[] | undefined;
  /** Undefined until the request has ended. */
  #trailers: Fields | undefined;

  constructor(handler: TargetHandler) {
    this.#handler = handler;
  }

  /** Sends the head, as soon as there is a stream. `other`: the target to fall back to, if any. */
  send(head: OutgoingRequest, upstream: Upstream, other: Upstream | undefined): void {
    this.#head = head;
    this.#upstream = upstream;
    this.#other = other;
    const stream = upstream.pool.acquire(this);
    if (stream !== undefined) this.#begin(stream);
  }

  /** False when it has to be held: no more is wanted until the handler's `onDrain`. */
  body(chunk: Buffer): boolean {
    const stream = this.#stream;
    if (stream === undefined) {
      this.#hold(chunk);
      return false;
    }
    if (this.#isUnsent(stream)) this.#hold(chunk);
    else this.#held = undefined;
    stream.body(chunk);
    return true;
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

  /** Milliseconds for which the target has been waited for so far. */
  get waited(): number {
    return this.#stream?.waited ?? 0;
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
    if (!failure.stale || !this.#isRepeatable) return false;
    this.#stream = undefined;
    const { pool } = this.#upstream!;
    const stream = pool.acquireFresh() ?? pool.acquire(this);
    if (stream !== undefined) this.#begin(stream);
    return true;
  }

  /**
   * Sends it to the other target, where the first one can't take it: it was not reached, or it can't have answered and
   * the request may be repeated. Call it before any response. False where that is not allowed, or there is no other.
   */
  fallBack(failure: Failure | 'no_stream'): boolean {
    const other = this.#other;
    if (other === undefined || !this.#mayFallBack(failure)) return false;
    this.#other = undefined;
    this.#stream = undefined;
    this.#upstream = other;
    const stream = other.pool.acquire(this);
    if (stream !== undefined) this.onStream(stream);
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
    for (const chunk of this.#held ?? []) stream.body(chunk);
    if (!this.#isUnsent(stream)) this.#held = undefined;
    if (this.#trailers !== undefined) stream.end(this.#trailers);
    stream.flush();
  }

  get #isRepeatable(): boolean {
    return isIdempotent(this.#head.method) && this.#head.bodyLength === 0;
  }

  #mayFallBack(failure: Failure | 'no_stream'): boolean {
    if (failure === 'no_stream' || this.#stream?.established !== true) return true;
    // One that is unreachable all the same refused our certificate, which in TLS 1.3 it may do when the request is on its
    // way already (RFC 8446, section 2).
    return (failure.kind === 'reset' || failure.kind === 'unreachable') && this.#isRepeatable;
  }

  /** Whether nothing was sent on this stream, so that the body may still be needed. */
  #isUnsent(stream: TargetStream): boolean {
    return this.#other !== undefined && !stream.established;
  }

  #hold(chunk: Buffer): void {
    this.#held ??= [];
    this.#held.push(chunk);
  }
}
