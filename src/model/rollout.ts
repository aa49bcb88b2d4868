/** Users are divided into so many buckets; a weight is a number of them. */
export const BUCKETS = 10_000;

/**
 * Where the weight of a service's candidate is kept. Another candidate takes the other seat, so that no weight ever
 * leads to a candidate that it was not given to: each thread reads the seat of its own configuration's candidate.
 */
export type Seat = 0 | 1;

/** By service; the first where a service is not named. */
export type Seats = ReadonlyMap<string, Seat>;

/** Those of the configuration at the start. */
export const FIRST_SEATS: Seats = new Map();

/**
 * Where a service is on its way from its primary to its shadow, which is called the candidate meanwhile. Weights are
 * numbers of buckets.
 */
export type RolloutState =
  /** Production serves everybody. */
  | { readonly phase: 'shadow' }
  /** `held`: a person stopped it on this step. At weight 0 only cohorts and overrides lead to the candidate. */
  | { readonly phase: 'canary'; readonly weight: number; readonly pace: 'advancing' | 'held' }
  | { readonly phase: 'full' }
  /** Production serves everybody until a person releases it. `weight`: what the candidate had before. */
  | { readonly phase: 'rolled_back'; readonly weight: number; readonly reason: string };

export const ROLLOUT_ACTIONS = [
  ...(['start', 'promote', 'hold', 'rollback', 'release'] as const),
  ...(['cancel', 'file', 'reset'] as const),
] as const;

/**
 * `cancel`: a step that waited is not taken, and all is as before. `file`: the configuration sets the weight. `reset`:
 * there is another candidate, or no rollout any more.
 */
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

/** One entry of the history of a service's rollout. The one with the highest revision holds. */
export interface RolloutChange {
  readonly service: string;
  /** Rises from 1. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly action: RolloutAction;
  /** Who did it: a person's name as given, or `verdict`, `trip`, `file`, `store`. */
  readonly by: string;
  readonly reason: string;
  /** Which versions it is about: a change of it begins anew. */
  readonly candidate: string;
  readonly state: RolloutState;
}
