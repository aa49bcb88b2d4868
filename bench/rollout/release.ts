/** A simulated release: users who send requests, and what each version answers to them. */
import { BUCKETS } from '../../src/model/rollout.ts';
import { Random } from '../../src/verdict/simulation/random.ts';

/** How the candidate differs from production. */
export interface Candidate {
  /** Added to the probability of an error. */
  readonly errors?: number;
  /** Times by which the slowest hundredth takes as long; what is faster than that is slowed down less. */
  readonly tail?: number;
  /** The share of the users for whom all requests fail. */
  readonly cohort?: number;
}

export interface Answer {
  readonly failed: boolean;
  /** Milliseconds. */
  readonly time: number;
}

/** One request, and what each version answers: whoever serves it, copies go to the others. */
export interface Request {
  readonly user: number;
  readonly bucket: number;
  readonly production: Answer;
  readonly control: Answer;
  readonly candidate: Answer;
  /** Whether the candidate fails only because it is worse. */
  readonly harmed: boolean;
}

const MEDIAN = 100;
/**
 * Standard deviations of the logarithms of times: what a request asks for, which all versions have in common, and what each
 * of its answers has of its own.
 */
const COMMON = 0.4;
const OWN = 0.3;
/** Users differ: in how much they ask for, in how long that takes, and in how often it fails. */
const USER_SPREAD = 0.3;
const ERRORS = 0.005;

/** Standard normal quantiles. */
const SLOWED_FROM = 1.5;
const SLOWEST = 2.326;
const ALL = Math.hypot(COMMON, OWN, USER_SPREAD);
const SLOWED = MEDIAN * Math.exp(ALL * SLOWED_FROM);

/** Log-normal variables to choose from: each one anew would take most of the time of a simulation. */
const CHOICE = 1 << 16;
const COMMONS = logNormals(COMMON);
const OWNS = logNormals(OWN);

function logNormals(spread: number): Float64Array {
  const random = new Random(CHOICE);
  return Float64Array.from({ length: CHOICE }, () => Math.exp(spread * random.normal()));
}

export class Release {
  readonly #random: Random;
  readonly #candidate: Required<Candidate>;
  readonly #buckets: Uint16Array;
  readonly #slowness: Float64Array;
  readonly #errors: Float64Array;
  /** Users, each as often as it asks. */
  readonly #askers: Uint32Array;

  constructor(random: Random, { errors = 0, tail = 1, cohort = 0 }: Candidate, users: number) {
    this.#random = random;
    this.#candidate = { errors, tail, cohort };
    this.#buckets = Uint16Array.from({ length: users }, () => Math.floor(random.uniform() * BUCKETS));
    this.#slowness = Float64Array.from({ length: users }, () => Math.exp(USER_SPREAD * random.normal()));
    // Half of the users have no errors, and the others twice as many.
    this.#errors = Float64Array.from({ length: users }, () => (random.happens(0.5) ? 2 * ERRORS : 0));
    this.#askers = Uint32Array.from(
      Array.from({ length: users }).flatMap((_, user) => Array(Math.ceil(3 * Math.exp(random.normal()))).fill(user)),
    );
  }

  next(): Request {
    const random = this.#random;
    const user = this.#askers[Math.floor(random.uniform() * this.#askers.length)]!;
    const common = MEDIAN * this.#slowness[user]! * this.#oneOf(COMMONS);
    const production = this.#answer(user, common);
    const control = this.#answer(user, common);
    const { failed, time } = this.#answer(user, common);
    const { errors, tail, cohort } = this.#candidate;
    const isWorse = user < cohort * this.#buckets.length || (errors > 0 && random.happens(errors));
    return {
      user,
      bucket: this.#buckets[user]!,
      production,
      control,
      candidate: { failed: failed || isWorse, time: tail === 1 || time < SLOWED ? time : time * slowdown(time, tail) },
      harmed: isWorse && !failed,
    };
  }

  #answer(user: number, common: number): Answer {
    const random = this.#random;
    const errors = this.#errors[user]!;
    return { failed: errors > 0 && random.happens(errors), time: common * this.#oneOf(OWNS) };
  }

  #oneOf(variables: Float64Array): number {
    return variables[Math.floor(this.#random.uniform() * CHOICE)]!;
  }
}

/** From the slowest fourteenth on, of which `time` is, it rises up to the slowest hundredth. */
function slowdown(time: number, tail: number): number {
  const z = Math.log(time / MEDIAN) / ALL;
  const part = Math.min((z - SLOWED_FROM) / (SLOWEST - SLOWED_FROM), 1);
  return 1 + part * (tail - 1);
}
