/**
 * One request to a target and its response, whichever wire carries them. Commands go in by `TargetStream`, and what
 * comes of them is told to a `ResponseHandler`.
 */
import type { Duplex } from 'node:stream';
import type { Target } from '../config/target-types.ts';
import type { Fields, LegFailure, LegTiming } from '../model/exchange.ts';
import type { IncomingResponse, OutgoingRequest } from './message.ts';

export interface TargetStream {
  /** Sends a head. What the others write of its request goes out with `flush`. */
  begin(handler: ResponseHandler, head: OutgoingRequest): void;
  /** The chunk is written later: it must not change. */
  body(chunk: Buffer): void;
  end(trailers: Fields): void;
  /** Writes what is pending. False when the target wants no more until `onDrain`. */
  flush(): boolean;
  /** Stops reading the response until `resume`: its reader is slower than it. */
  pause(): void;
  resume(): void;
  /** Gives the exchange up: nothing more reaches the handler. */
  abort(): void;
  /** After a 101 and the end of the request: from here on the other protocol is the caller's to speak. */
  detach(): TunnelEnd;
  /** Complete once the response is. */
  timing(): LegTiming;
  /** Whether the target was reached. */
  readonly established: boolean;
}

/** Who sends a request on a stream, and is told what comes back. */
export interface ResponseHandler {
  /** An interim response (1xx), but not 101. */
  onInterim(head: IncomingResponse): void;
  onHead(head: IncomingResponse): void;
  /** The chunk is the handler's own. */
  onBody(chunk: Buffer): void;
  onEnd(trailers: Fields): void;
  /** All that one read has brought is handed over: the moment to write. */
  onReadEnd(): void;
  /** The request may go on after `flush` has returned false. */
  onDrain(): void;
  /** The response will not come, or not come to its end, or the rest of the request is not wanted. The stream is gone. */
  onFailure(failure: Failure): void;
}

export interface Failure {
  /** `shortage`: of descriptors, ports or memory here; the target has nothing to do with it. Nothing was sent. */
  readonly kind: LegFailure | 'shortage';
  readonly detail: string;
  /** A kept-alive connection died before a single byte of the response: the server most likely never saw the request. */
  readonly stale: boolean;
}

/** One end of a tunnel, with what it has said before the tunnel stood. */
export interface TunnelEnd {
  readonly stream: Duplex;
  readonly ahead: Buffer | undefined;
}

/** Where streams to one target come from. */
export interface StreamPool {
  readonly target: Target;
  /** What keeps it from more streams than it may have. */
  readonly limit: 'connection_limit' | 'shortage';
  /** A stream now; or undefined, and the waiter is told later. */
  acquire(waiter: StreamWaiter): TargetStream | undefined;
  /** A stream that no exchange before it can have left stale; undefined when there may be no more. */
  acquireFresh(): TargetStream | undefined;
  /** The waiter no longer wants a stream. */
  cancel(waiter: StreamWaiter): void;
}

/** Someone who waits for a stream of a pool that has none to spare. */
export interface StreamWaiter {
  onStream(stream: TargetStream): void;
  /** Until now all that the pool may have were busy: the target has nothing to do with it. */
  onNoStream(): void;
}
