/** What the proxy says to clients in the service's stead. It tells them nothing of what is behind the proxy. */
import type { Fields, LegFailure } from '../model/exchange.ts';

/** A response of the proxy's own. */
export interface LocalReply {
  readonly status: number;
  readonly title: string;
  /** For the client: about its request alone. It names no host, port, file, limit, or error of anything behind us. */
  readonly detail: string;
  /** For the log: what exactly was wrong. */
  readonly reason?: string;
  readonly fields?: Fields;
}

const NO_VALID_RESPONSE: LocalReply = {
  status: 502,
  title: 'Bad Gateway',
  detail: 'the service gave no valid response',
};

/** What the client is told when its target gave no response that could be passed on. */
export const FAILURE_REPLIES: Readonly<Record<LegFailure, LocalReply>> = {
  timeout: { status: 504, title: 'Gateway Timeout', detail: 'the service did not answer in time' },
  unreachable: { status: 502, title: 'Bad Gateway', detail: 'the service could not be reached' },
  reset: NO_VALID_RESPONSE,
  invalid: NO_VALID_RESPONSE,
};

/** What the client is told when there is no connection to its target for it, for a reason of our own. */
export const NO_CONNECTION: LocalReply = {
  status: 503,
  title: 'Service Unavailable',
  detail: 'the service is busy',
  fields: ['Retry-After', '1'],
};

/** What the client is told whose request is for no service. */
export const NO_SERVICE_HERE: LocalReply = {
  status: 404,
  title: 'Not Found',
  detail: 'nothing is served under this host and path',
};

/** What a client is told that sends too slowly. */
export function requestTimeout(part: 'head' | 'body'): LocalReply {
  return { status: 408, title: 'Request Timeout', detail: `the ${part} of the request did not arrive in time` };
}
