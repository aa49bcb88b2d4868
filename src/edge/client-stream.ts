/**
 * One request of a client and its response, independent of the wire. The wire reports the request to the exchange
 * through `RequestHandler`; the exchange responds through `ClientStream`.
 */
import type { Fields, ResponseHead } from '../model/exchange.ts';
import type { IncomingResponse } from '../wire/message.ts';
import type { TunnelEnd } from '../wire/target-stream.ts';
import type { LocalReply } from './local-replies.ts';
import type { Sender } from './request-head.ts';

/**
 * What is still to come of a request while its response is sent. `none`: the request has ended. `unwanted`: nobody
 * reads the rest, so a next request behind it could not be recognized.
 */
export type RestOfRequest = 'none' | 'wanted' | 'unwanted';

/** Where a client's connection comes from. */
export interface Origin {
  /** The client's address, as far as it is known here. Where a proxy names no client, it is the proxy's address. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
}

export interface ClientStream extends Origin {
  /** The number of its connection, unique on its edge thread for a long time. */
  readonly number: number;
  readonly sender: Sender;
  /** An interim response (1xx). `fields`: its end-to-end fields. */
  interim(head: Pick<ResponseHead, 'status' | 'reason' | 'fields'>): void;
  /** Begins the response. `fields`: its end-to-end fields; the wire adds those of this hop. */
  begin(head: IncomingResponse, fields: Fields, rest: RestOfRequest): void;
  body(chunk: Buffer): void;
  end(trailers: Fields): void;
  /** Sends what was written. False when the client takes no more until `onClientDrain`. */
  flush(): boolean;
  /** Sends a whole local reply. Returns the bytes of its body. */
  reply(reply: LocalReply, requestId: string, rest: RestOfRequest): number;
  pauseRequest(): void;
  resumeRequest(): void;
  /** The exchange is over, and its response is written. */
  finish(rest: RestOfRequest): void;
  /** The exchange is over, and its response is incomplete. The client must notice that. */
  abort(): void;
  /** The exchange is over, and the client now speaks another protocol with the target. */
  tunnel(target: TunnelEnd): void;
}

export interface RequestHandler {
  onRequestBody(chunk: Buffer): void;
  onRequestEnd(trailers: Fields): void;
  /** Everything from one read was handed over: the moment to send it on. */
  onRequestReadEnd(): void;
  /** The head was good, but the body is malformed or doesn't come. The target must not take the request as complete. */
  onRequestBroken(reply: LocalReply): void;
  /** The response may go on after `flush` has returned false. */
  onClientDrain(): void;
  /** The client has gone, or has stopped in the middle of its request. */
  onClientGone(): void;
  /** True when the client must get its response before more of its input is read. */
  readonly awaitsResponse: boolean;
}
