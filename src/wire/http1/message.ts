import type { Fields, RequestHead, ResponseHead } from '../../model/exchange.ts';

/** How a body is delimited: by a number of bytes, by chunks, or by the end of the connection. */
export type BodyFraming = number | 'chunked' | 'close';

export interface ParsedRequest extends RequestHead {
  /** 0 or 1: HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: number;
  readonly keepAlive: boolean;
  /** The client asks for another protocol on this connection. */
  readonly upgrade: boolean;
  readonly bodyLength: BodyFraming;
}

export interface ParsedResponse extends ResponseHead {
  readonly minorVersion: number;
  readonly keepAlive: boolean;
  /** Whether the connection now speaks another protocol (101). */
  readonly upgrade: boolean;
  readonly bodyLength: BodyFraming;
}

/** Receives the messages of a connection. Body chunks are views of the input, valid only as long as it is. */
export interface MessageHandler<Head> {
  onHead(head: Head): void;
  onBody(chunk: Buffer): void;
  onEnd(trailers: Fields): void;
}

/** Why a message can't be read. */
export type MessageError =
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'head_too_large'; readonly reason: string }
  | { readonly kind: 'target_too_long'; readonly reason: string }
  /** The request line is in order, but llhttp, and so this proxy, doesn't know the method. */
  | { readonly kind: 'method'; readonly reason: string }
  | { readonly kind: 'version'; readonly reason: string };
