import { createHash } from 'node:crypto';

/** Hexadecimal digits of an id. A store holds some thousand rehearsals at most. */
const REHEARSAL_ID_LENGTH = 8;

/** All that was recorded of one shadow version of one service. */
export interface Rehearsal {
  /** Unique in a store. */
  readonly id: string;
  readonly service: string;
  /** Absent where nobody said which version the shadow is. */
  readonly version?: string;
  /** Given by the person who began it by hand. */
  readonly label?: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** When it last became the service's present one. The present one has the latest time. */
  readonly presentSince: number;
}

/**
 * The id of the rehearsal that begins automatically with a version. It is the same in every process, so that an earlier
 * version is found again even when the store can't be asked.
 */
export function rehearsalId(service: string, version?: string): string {
  const parts = version === undefined ? [service] : [service, version];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, REHEARSAL_ID_LENGTH);
}

/**
 * How many rehearsals of one service may have copies under way or being counted at once. Each has a slot in the
 * ledgers. Its slot follows from its number, which is never used again.
 */
export const REHEARSAL_SLOTS = 8;

/** Where in the ledgers a rehearsal is counted. */
export function slotOf(rehearsal: number): number {
  return rehearsal % REHEARSAL_SLOTS;
}

/** What threads know about rehearsals: their numbers, by service. */
export type RehearsalTable = readonly ServiceRehearsals[];

/** The numbers of all rehearsals in the table. */
export function numbersIn(table: RehearsalTable): ReadonlySet<number> {
  return new Set(table.flatMap(({ current, versions }) => [current, ...versions.map(({ rehearsal }) => rehearsal)]));
}

export interface ServiceRehearsals {
  readonly service: string;
  /** The number for responses that name no version. */
  readonly current: number;
  /** The numbers by the version that responses name. */
  readonly versions: readonly { readonly version: string; readonly rehearsal: number }[];
  /**
   * What happens with a version that is not listed. `asked`: main is asked for a number. `current`: there are too many,
   * and it is counted as `current`.
   */
  readonly others: 'asked' | 'current';
}

/** The most characters of a version. A longer text is not taken as a version. */
export const LONGEST_VERSION = 100;
