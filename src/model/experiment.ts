/** What becomes of users who take part in an experiment: the vocabulary that edge, main and store share. */

/** The header that names the arms of a user: `checkout-button=green, search=control`. In lower case. */
export const VARIANT_HEADER = 'x-understudy-variant';

/** Bytes. Longer ids take no part: to hash them would cost more than to forward them. */
export const LONGEST_USER_ID = 4096;

/** Stands for a user: 32 hexadecimal digits, a keyed hash of the id (see user-key.ts). The id itself is kept nowhere. */
export type UserKey = string;

/** A user of an arm was seen on a route of the experiment. */
export interface Exposure {
  readonly service: string;
  readonly experiment: string;
  readonly arm: string;
  readonly user: UserKey;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a user did who may take part. */
export interface Outcome {
  readonly service: string;
  readonly experiment: string;
  readonly goal: string;
  readonly user: UserKey;
  /** 1 for a conversion. */
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What an edge thread saw of experiments since it last told. */
export interface ExperimentActivity {
  /** It may tell of a user again after a while. */
  readonly exposures: readonly Exposure[];
  readonly outcomes: readonly Outcome[];
  /** Outcomes, and first sights of users, beyond what a thread tells in a second. Users are told of when they come again. */
  readonly dropped: number;
  /** Responses whose header for a goal was missing or no number. */
  readonly unreadable: number;
  /** Requests that the primary served because the target of the arm could not take them. */
  readonly fallbacks: readonly ArmCount[];
}

export interface ArmCount {
  readonly service: string;
  readonly experiment: string;
  readonly arm: string;
  readonly count: number;
}
