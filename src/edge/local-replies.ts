/** The local replies. They tell clients nothing about what is behind the proxy. */
import type { Fields, LegFailure } from '../model/exchange.ts';

/** A response that the proxy makes itself. */
export interface LocalReply {
  readonly status: number;
  readonly title: string;
  /** For the client, and only about its request. It names no host, port, file, limit or error behind the proxy. */
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

/** The replies when the target gave no response that could be passed on. */
export const FAILURE_REPLIES: Readonly<Record<LegFailure, LocalReply>> = {
  timeout: { status: 504, title: 'Gateway Timeout', detail: 'the service did not answer in time' },
  unreachable: { status: 502, title: 'Bad Gateway', detail: 'the service could not be reached' },
  reset: NO_VALID_RESPONSE,
  invalid: NO_VALID_RESPONSE,
};

/** The reply when there is no connection to the target because of a limit or shortage here. */
export const NO_CONNECTION: LocalReply = {
  status: 503,
  title: 'Service Unavailable',
  detail: 'the service is busy',
  fields: ['Retry-After', '1'],
};

/** The reply to a request for no service. */
export const NO_SERVICE_HERE: LocalReply = {
  status: 404,
  title: 'Not Found',
  detail: 'nothing is served under this host and path',
};

/** The reply to a client that sends too slowly. */
export function requestTimeout(part: 'head' | 'body'): LocalReply {
  return { status: 408, title: 'Request Timeout', detail: `the ${part} of the request did not arrive in time` };
}
