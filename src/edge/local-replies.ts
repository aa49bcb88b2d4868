/** What the proxy says to clients in the primary's stead. It tells them nothing of what is behind the proxy. */
import type { LegFailure } from '../model/exchange.ts';
import type { MessageError } from '../wire/message.ts';
import type { OwnAnswer } from './validation.ts';

const NO_VALID_ANSWER: OwnAnswer = { status: 502, title: 'Bad Gateway', detail: 'the service gave no valid answer' };

/** What the client is told when the primary gave no answer that could be passed on. */
export const FAILURE_ANSWERS: Readonly<Record<LegFailure, OwnAnswer>> = {
  timeout: { status: 504, title: 'Gateway Timeout', detail: 'the service did not answer in time' },
  unreachable: { status: 502, title: 'Bad Gateway', detail: 'the service could not be reached' },
  reset: NO_VALID_ANSWER,
  invalid: NO_VALID_ANSWER,
};

/** What the client is told when there is no connection to the primary for it, for a reason of our own. */
export const NO_CONNECTION: OwnAnswer = {
  status: 503,
  title: 'Service Unavailable',
  detail: 'the service is busy',
  fields: ['Retry-After', '1'],
};

/** What a client is told that sends too slowly. */
export function requestTimeout(part: 'head' | 'body'): OwnAnswer {
  return { status: 408, title: 'Request Timeout', detail: `the ${part} of the request did not arrive in time` };
}

const MESSAGE_ANSWERS: Readonly<Record<MessageError['kind'], OwnAnswer>> = {
  malformed: { status: 400, title: 'Bad Request', detail: 'the request is malformed' },
  version: { status: 505, title: 'HTTP Version Not Supported', detail: 'the version is not HTTP/1.0 or HTTP/1.1' },
  method: { status: 501, title: 'Not Implemented', detail: 'the method is not known here' },
  target_too_long: { status: 414, title: 'URI Too Long', detail: 'the request target is too long' },
  head_too_large: {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'the header or trailer section is too large',
  },
};

/** What a client is told whose message can't be read. The parser's own words are for the log. */
export function messageAnswer({ kind, reason }: MessageError): OwnAnswer {
  return { ...MESSAGE_ANSWERS[kind], reason };
}
