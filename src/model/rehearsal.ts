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

/**
 * In so many rehearsals of one service copies may be under way or counted at once. Each has a place in the ledgers, and a
 * number, which no other ever has, that says which.
 */
export const REHEARSAL_SLOTS = 8;

/** Where in the ledgers a rehearsal is counted. */
export function slotOf(rehearsal: number): number {
  return rehearsal % REHEARSAL_SLOTS;
}

/** What threads know of rehearsals: their numbers, by service. */
export type RehearsalTable = readonly ServiceRehearsals[];

/** The numbers of all that it tells of. */
export function numbersIn(table: RehearsalTable): ReadonlySet<number> {
  return new Set(table.flatMap(({ current, versions }) => [current, ...versions.map(({ rehearsal }) => rehearsal)]));
}

export interface ServiceRehearsals {
  readonly service: string;
  /** Of what no response names a version of. */
  readonly current: number;
  /** By the version that responses name. */
  readonly versions: readonly { readonly version: string; readonly rehearsal: number }[];
  /** What becomes of a version that is not listed: main is asked, or, where there are too many, it is counted as `current`. */
  readonly others: 'asked' | 'current';
}

/** Characters of a version at most. What is longer is none. */
export const LONGEST_VERSION = 100;
