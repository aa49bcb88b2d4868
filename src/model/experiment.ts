/** What becomes of users who take part in an experiment: the vocabulary that edge, main and store share. */

/** The request header that names the arms of a user: `checkout-button=green, search=control`. In lower case. */
export const VARIANT_HEADER = 'x-understudy-variant';

/** Stands for a user: 32 hexadecimal digits, a keyed hash of the id (see user-key.ts). The id itself is kept nowhere. */
export type UserKey = string;

/**
 * A user of an arm was seen on a route of the experiment.
 *
 * @public
 */
export interface Exposure {
  readonly service: string;
  readonly experiment: string;
  readonly arm: string;
  readonly user: UserKey;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What a user did who may take part.
 *
 * @public
 */
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
