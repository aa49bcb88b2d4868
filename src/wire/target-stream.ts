/**
 * One request to a target and its response, independent of the wire. Commands go to `TargetStream`, events to a
 * `ResponseHandler`.
 */
import type { Duplex } from 'node:stream';
import type { Target } from '../config/target-types.ts';
import type { Fields, LegFailure, LegTiming } from '../model/exchange.ts';
import type { IncomingResponse, OutgoingRequest } from './message.ts';

export interface TargetStream {
  /** Sends a head. It goes out with `flush`, as do the body and the end. */
  begin(handler: ResponseHandler, head: OutgoingRequest): void;
  /** The chunk is written later: it must not change. */
  body(chunk: Buffer): void;
  end(trailers: Fields): void;
  /** Writes what is pending. False when the target wants no more until `onDrain`. */
  flush(): boolean;
  /** Stops reading the response until `resume`, for a slow reader. */
  pause(): void;
  resume(): void;
  /** Gives the exchange up: nothing more reaches the handler. */
  abort(): void;
  /** After a 101 and the end of the request: hands the connection over to the caller for the other protocol. */
  detach(): TunnelEnd;
  /** Complete once the response is complete. */
  timing(): LegTiming;
  /**
   * Milliseconds for which the target has been waited for: for the connection, or since it has the whole request. 0 while
   * it is the request that is waited for.
   */
  readonly waited: number;
  /** Whether the target was reached. */
  readonly established: boolean;
}

/** The sender of a request, who receives the response. */
export interface ResponseHandler {
  /** An interim response (1xx), but not 101. */
  onInterim(head: IncomingResponse): void;
  onHead(head: IncomingResponse): void;
  /** The chunk is the handler's own. */
  onBody(chunk: Buffer): void;
  onEnd(trailers: Fields): void;
  /** Everything from one read was handed over: the moment to write. */
  onReadEnd(): void;
  /** The request may go on after `flush` has returned false. */
  onDrain(): void;
  /** The response does not come, or is incomplete, or the rest of the request is not wanted. The stream is gone. */
  onFailure(failure: Failure): void;
}

export interface Failure {
  /** `shortage`: of descriptors, ports or memory here; the target has nothing to do with it. Nothing was sent. */
  readonly kind: LegFailure | 'shortage';
  readonly detail: string;
  /** A kept-alive connection died before a single byte of the response: the server most likely never saw the request. */
  readonly stale: boolean;
}

/** One end of a tunnel, with the bytes received from it before the tunnel was set up. */
export interface TunnelEnd {
  readonly stream: Duplex;
  readonly ahead: Buffer | undefined;
}

/** A source of streams to one target. */
export interface StreamPool {
  readonly target: Target;
  /** Why it can't open more streams. */
  readonly limit: 'connection_limit' | 'shortage';
  /** Returns a stream, or undefined: then the waiter is called later. */
  acquire(waiter: StreamWaiter): TargetStream | undefined;
  /** A stream on a new connection, which can't be stale; undefined when no more may be opened. */
  acquireFresh(): TargetStream | undefined;
  /** The waiter no longer wants a stream. */
  cancel(waiter: StreamWaiter): void;
}

/** Waits for a stream of a pool that has none free. */
export interface StreamWaiter {
  onStream(stream: TargetStream): void;
  /** The wait is over without a stream: all that the pool may have were busy. The target is not at fault. */
  onNoStream(): void;
}
