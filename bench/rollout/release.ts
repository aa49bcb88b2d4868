/** A simulated release: users who send requests, and what they get of either version. */
import { BUCKETS } from '../../src/model/rollout.ts';
import type { Random } from '../../src/verdict/simulation/random.ts';

/** How the candidate differs from production. */
export interface Candidate {
  /** Added to the probability of an error. */
  readonly errors?: number;
  /** Times by which the slowest hundredth takes as long; what is faster than that is slowed down less. */
  readonly tail?: number;
  /** The share of the users for whom all requests fail. */
  readonly cohort?: number;
}

export interface Request {
  readonly user: number;
  readonly bucket: number;
  readonly failed: boolean;
  /** Milliseconds. */
  readonly time: number;
}

const MEDIAN = 100;
const SPREAD = 0.5;
/** Users differ: in how much they ask for, in how long that takes, and in how often it fails. */
const USER_SPREAD = 0.3;
const ERRORS = 0.005;

/** Standard normal quantiles. */
const SLOWED_FROM = 1.5;
const SLOWEST = 2.326;

export class Release {
  readonly #random: Random;
  readonly #candidate: Candidate;
  readonly #buckets: Uint16Array;
  readonly #slowness: Float64Array;
  readonly #errors: Float64Array;
  /** Users, each as often as it asks. */
  readonly #askers: Uint32Array;

  constructor(random: Random, candidate: Candidate, users: number) {
    this.#random = random;
    this.#candidate = candidate;
    this.#buckets = Uint16Array.from({ length: users }, () => Math.floor(random.uniform() * BUCKETS));
    this.#slowness = Float64Array.from({ length: users }, () => Math.exp(USER_SPREAD * random.normal()));
    // Half of the users have no errors, and the others twice as many.
    this.#errors = Float64Array.from({ length: users }, () => (random.happens(0.5) ? 2 * ERRORS : 0));
    this.#askers = Uint32Array.from(
      Array.from({ length: users }).flatMap((_, user) => Array(Math.ceil(3 * Math.exp(random.normal()))).fill(user)),
    );
  }

  /** `onCandidate`: whether the candidate serves this bucket. */
  next(onCandidate: (bucket: number) => boolean): Request {
    const random = this.#random;
    const user = this.#askers[Math.floor(random.uniform() * this.#askers.length)]!;
    const bucket = this.#buckets[user]!;
    const { errors = 0, tail = 1, cohort = 0 } = onCandidate(bucket) ? this.#candidate : {};
    const isBroken = user < cohort * this.#buckets.length;
    const time = MEDIAN * this.#slowness[user]! * Math.exp(SPREAD * random.normal());
    return {
      user,
      bucket,
      failed: isBroken || random.happens(this.#errors[user]! + errors),
      time: time * slowdown(time, tail),
    };
  }
}

/** From the slowest fourteenth on it rises, up to the slowest hundredth. */
function slowdown(time: number, tail: number): number {
  const z = Math.log(time / MEDIAN) / Math.hypot(SPREAD, USER_SPREAD);
  const part = Math.min(Math.max((z - SLOWED_FROM) / (SLOWEST - SLOWED_FROM), 0), 1);
  return 1 + part * (tail - 1);
}
