/** How long to wait for a client, in milliseconds on the monotonic clock. */
import type { Config } from '../../config/types.ts';
import { NEVER } from '../../wire/deadlines.ts';

/**
 * After the last response, further input is read and discarded: closing with unread input would reset the connection,
 * and the client would lose the response. This goes on while input comes within the first time, and for the second at
 * most. RFC 9112, section 9.6.
 */
const LINGER = 2_000;
export const LONGEST_LINGER = 30_000;

/**
 * What is awaited. `primary`: the primary's response, or that it takes more of the request; its own connection limits
 * this. `drain`: that the client takes more. `sent`: that it takes the rest of its last response. `end`: that it ends
 * its side after that.
 */
export type Awaiting = 'request' | 'head' | 'body' | 'primary' | 'drain' | 'sent' | 'end';

/** @param latest the time by which the request must be complete, or lingering must end */
export function deadlineOf(awaiting: Awaiting, now: number, latest: number, limits: Config['client']): number {
  switch (awaiting) {
    case 'primary':
      return NEVER;
    case 'request':
      return now + limits.idleTimeout;
    case 'head':
      return Math.min(now + limits.headTimeout, latest);
    case 'body':
      return Math.min(now + limits.bodyTimeout, latest);
    case 'drain':
    case 'sent':
      return now + limits.bodyTimeout;
    case 'end':
      return Math.min(now + LINGER, latest);
  }
}
