import type { BodyLength, RequestHead } from '../model/exchange.ts';

/** `trusted_proxy`: a proxy that is trusted to name its client. */
export type Sender = 'client' | 'trusted_proxy';

/** The head of a client's request, independent of the wire, with the fields for this hop. */
export interface ReceivedHead extends RequestHead {
  /** In origin-form or asterisk-form; empty where the request is refused. */
  readonly target: string;
  /** As the client wrote it: for the log. */
  readonly writtenTarget: string;
  /** The requested authority; empty where an HTTP/1.0 request names none. */
  readonly authority: string;
  /** The version of HTTP, as Via names it: `1.1`. */
  readonly version: string;
  readonly bodyLength: BodyLength;
  /** The protocols that it offers to switch to, in the form sent to a target; empty where there are none. */
  readonly offered: string;
  /** `withheld`: the client waits for a 100 before it sends the body. */
  readonly body: 'sent' | 'withheld';
  /** Whether the client understands interim responses. HTTP/1.0 has none (RFC 9110, section 15.2). */
  readonly interim: 'understood' | 'unknown';
}
