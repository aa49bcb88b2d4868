/** Messages, independent of the wire. */
import type { BodyLength, ForwardedRequest, ResponseHead } from '../model/exchange.ts';

/** The head of a request to one target. */
export interface OutgoingRequest extends ForwardedRequest {
  /** The protocols that the target is offered to switch to; empty where there are none. */
  readonly offered: string;
}

/** The head of a response as it came from a target, with the fields for this hop. */
export interface IncomingResponse extends ResponseHead {
  /** The version of HTTP in which it came, as Via names it: `1.1`. */
  readonly version: string;
  readonly bodyLength: BodyLength;
  /** Whether the target reads no more of a request that is still under way. */
  readonly closing: boolean;
}

/** The most bytes and fields that a head may have. */
export interface HeadLimits {
  readonly headerBytes: number;
  readonly headerCount: number;
  readonly targetBytes: number;
}
