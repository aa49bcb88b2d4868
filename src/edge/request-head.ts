import type { RequestHead } from '../model/exchange.ts';
import type { BodyLength } from '../wire/message.ts';

/** The head of a request that was found valid, as decisions go by it. */
export interface ReceivedHead extends RequestHead {
  /** In origin-form or asterisk-form. */
  readonly target: string;
  /** The authority that is asked for; empty where HTTP/1.0 named none. */
  readonly authority: string;
  readonly bodyLength: BodyLength;
}
