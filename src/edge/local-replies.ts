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

/** What a client is told that sends too slowly. */
export function requestTimeout(part: 'head' | 'body'): OwnAnswer {
  return { status: 408, title: 'Request Timeout', detail: `the ${part} of the request did not arrive in time` };
}

/** What a client is told whose message can't be read. */
export function messageAnswer(error: MessageError): OwnAnswer {
  switch (error.kind) {
    case 'malformed':
      return { status: 400, title: 'Bad Request', detail: `the request is malformed: ${error.reason}` };
    case 'version':
      return { status: 505, title: 'HTTP Version Not Supported', detail: error.reason };
    case 'method':
      return { status: 501, title: 'Not Implemented', detail: error.reason };
    case 'target_too_long':
      return { status: 414, title: 'URI Too Long', detail: error.reason };
    case 'head_too_large':
      return { status: 431, title: 'Request Header Fields Too Large', detail: error.reason };
  }
}
