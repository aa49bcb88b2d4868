/** How long a client's connection is waited for, in milliseconds on the monotonic clock. */
import type { Config } from '../../config/types.ts';
import { NEVER } from '../../wire/deadlines.ts';

/**
 * Behind the last response, what a client still sends is read and thrown away, since closing with unread input would
 * reset the response away: as long as something comes within the first, and the second at most. RFC 9112, section 9.6.
 */
const LINGER = 2_000;
export const LONGEST_LINGER = 30_000;

/**
 * What is waited for. `primary`: that it answers, or takes more of the request, which is its connection's to limit.
 * `drain`: that the client takes more. `sent`: that it takes the rest of its last response. `end`: its own end behind it.
 */
export type Awaiting = 'request' | 'head' | 'body' | 'primary' | 'drain' | 'sent' | 'end';

/** @param latest when the request has to be complete, and when lingering has to end */
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
