/**
 * Header or trailer fields as received: name, value, name, value … in order, with case and duplicates kept.
 * Each string holds one byte per character (latin1), so that no byte above 0x7F is lost.
 */
export type Fields = readonly string[];

export interface RequestHead {
  readonly method: string;
  /** The request target byte for byte, as latin1. */
  readonly target: string;
  readonly fields: Fields;
}

/** How many bytes a body has; `unknown` where only its end tells. */
export type BodyLength = number | 'unknown';

/**
 * The head of a request as it goes to targets, independent of the wire. Its fields contain Host and Transfer-Encoding
 * only to keep their position and case for HTTP/1.1. Their values follow from the authority and the body length.
 */
export interface ForwardedRequest extends RequestHead {
  /** In origin-form or asterisk-form. */
  readonly target: string;
  readonly authority: string;
  readonly bodyLength: BodyLength;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
}

/** A complete response as it was captured for comparison: bytes as on the wire after the framing is taken off. */
export interface CapturedResponse extends ResponseHead {
  readonly body: Uint8Array;
  readonly trailers: Fields;
}

export interface CapturedRequest extends RequestHead {
  readonly body: Uint8Array;
}

/** One request with the responses of its legs, as the mirror hands it to the comparison. */
export interface CapturedExchange {
  /** The request id that the client, the primary and the shadow saw. */
  readonly id: string;
  /** Milliseconds since 1970, when the request was received. */
  readonly receivedAt: number;
  readonly request: CapturedRequest;
  readonly primary: CapturedLeg;
  readonly shadow: CapturedLeg;
  readonly control?: CapturedLeg;
  /** Present where a rollout let the shadow serve the client: then the primary got the copy. */
  readonly servedBy?: 'shadow';
  /** Whether the control's response is a second one from the primary. */
  readonly calibrated?: boolean;
}

export type CapturedLeg =
  | { readonly response: CapturedResponse; readonly timing: LegTiming }
  | { readonly failure: LegFailure; readonly detail: string };

export const LEGS = ['primary', 'shadow', 'control'] as const;
/** One copy of the request at one target. */
export type LegName = (typeof LEGS)[number];

export type LegFailure = 'timeout' | 'unreachable' | 'reset' | 'invalid';

/**
 * Milliseconds. `connect` is 0 on a kept-alive connection; `firstByte` and `lastByte` count from the moment the
 * request was completely handed to a connected socket, the same point on every leg, so that a slow upload or a
 * slow connect is not held against the response.
 */
export interface LegTiming {
  readonly connect: number;
  readonly firstByte: number;
  readonly lastByte: number;
}
