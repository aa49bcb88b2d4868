import type { LegFailure } from '../model/exchange.ts';
import type { MessageHandler, ParsedResponse } from './message.ts';

/** Who sends a request on a connection, and is told what comes back. */
export interface ResponseHandler extends MessageHandler<ParsedResponse> {
  /** An interim answer (1xx), but not 101. */
  onInterim(head: ParsedResponse): void;
  /** All that one read has brought is handed over: the moment to write. */
  onReadEnd(): void;
  /** The request may go on after `flush` has returned false. */
  onDrain(): void;
  /** The answer will not come, or not come to its end, or the rest of the request is not wanted. The connection is gone. */
  onFailure(failure: Failure): void;
}

export interface Failure {
  /** `shortage`: of descriptors, ports or memory here; the target has nothing to do with it. Nothing was sent. */
  readonly kind: LegFailure | 'shortage';
  readonly detail: string;
  /** A kept-alive connection died before a single byte of the answer: the server most likely never saw the request. */
  readonly stale: boolean;
}
