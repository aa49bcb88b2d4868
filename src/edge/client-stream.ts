/**
 * One request of a client and the response to it, whichever wire carries them. The wire tells the exchange of the
 * request by `RequestHandler`; the exchange answers by `ClientStream`.
 */
import type { Fields, ResponseHead } from '../model/exchange.ts';
import type { IncomingResponse } from '../wire/message.ts';
import type { TunnelEnd } from '../wire/target-stream.ts';
import type { LocalReply } from './local-replies.ts';
import type { Sender } from './request-head.ts';

/**
 * What is still to come of a request while its response is sent: `none` where it has ended. `unwanted`: nobody takes it,
 * so that nothing behind it could be told apart from it.
 */
export type RestOfRequest = 'none' | 'wanted' | 'unwanted';

/** Where a client's connection comes from. */
export interface Origin {
  /** The client's, as far as it is known here: that of a proxy where it names no other. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
}

export interface ClientStream extends Origin {
  /** Of its connection: unique among those of its edge thread, for a long time. */
  readonly number: number;
  readonly sender: Sender;
  /** An interim response (1xx). `fields`: its end-to-end fields. */
  interim(head: Pick<ResponseHead, 'status' | 'reason' | 'fields'>): void;
  /** Begins the response. `fields`: its end-to-end fields, to which the wire adds what is said on this hop. */
  begin(head: IncomingResponse, fields: Fields, rest: RestOfRequest): void;
  body(chunk: Buffer): void;
  end(trailers: Fields): void;
  /** Sends what was written. False when the client takes no more until `onClientDrain`. */
  flush(): boolean;
  /** A response of the proxy's own, whole. Returns the bytes of its body. */
  reply(reply: LocalReply, requestId: string, rest: RestOfRequest): number;
  pauseRequest(): void;
  resumeRequest(): void;
  /** The exchange is over, and its response written. */
  finish(rest: RestOfRequest): void;
  /** The exchange is over, and its response incomplete, which the client must see. */
  abort(): void;
  /** The exchange is over, and the client now speaks another protocol with the target. */
  tunnel(target: TunnelEnd): void;
}

export interface RequestHandler {
  onRequestBody(chunk: Buffer): void;
  onRequestEnd(trailers: Fields): void;
  /** All of a read of the client's is handed over: the moment to send it on. */
  onRequestReadEnd(): void;
  /** The head was good, but the body is not, or doesn't come: the target must not take it for complete. */
  onRequestBroken(reply: LocalReply): void;
  /** The response may go on after `flush` has returned false. */
  onClientDrain(): void;
  /** The client has gone, or has stopped in the middle of its request. */
  onClientGone(): void;
  /** True when the client is to be answered before it sends anything more. */
  readonly awaitsResponse: boolean;
}
