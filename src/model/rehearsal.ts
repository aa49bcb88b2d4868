import { createHash } from 'node:crypto';

/** Hexadecimal digits of an id. A store holds some thousand rehearsals at most. */
export const REHEARSAL_ID_LENGTH = 8;

/** All that was recorded of one shadow version of one service. */
export interface Rehearsal {
  /** Unique in a store. */
  readonly id: string;
  readonly service: string;
  /** Absent where nobody said which version the shadow is. */
  readonly version?: string;
  /** Given by whoever began it by hand. */
  readonly label?: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** Since when it is the service's present one, for the last time. The present one has the latest. */
  readonly presentSince: number;
}

/**
 * The id of the rehearsal that begins by itself with a version: the same in every process, so that a version that was
 * known before is found again, whether or not the store can be asked.
 */
export function rehearsalId(service: string, version?: string): string {
  const parts = version === undefined ? [service] : [service, version];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, REHEARSAL_ID_LENGTH);
}
