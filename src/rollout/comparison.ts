/**
 * What users of the candidate got, compared with what as many users of production got at the same time. Not pairs of
 * responses: different users, who asked for different things.
 *
 * A bucket of users is one observation, since requests of one user resemble each other. If the versions are equal, it is
 * chance on which side a bucket is. Then how far its count is from the expected one has a random sign, and the sum of
 * these over the root of the sum of their squares behaves at worst like a normal variable, however unequal the buckets are
 * (Hoeffding, 1963; Efron, 1969). One user alone, whatever happens to him, proves nothing.
 */
import { BUCKETS } from '../model/rollout.ts';
import { excessBelow } from '../verdict/e-values.ts';
import { logAboveZero } from './sequential.ts';

/** The order of the effects that are found soonest: of shares of failed, slow and slowest requests, and of requests. */
const FAILED_SCALE = 0.01;
const SLOW_SCALE = 0.1;
const TAIL_SCALE = 0.01;
const RATIO_SCALE = 0.1;

const REQUESTS = 0;
const FAILED = 1;
const SLOW = 2;
const TAIL = 3;
const MEMBERS = 4;

/** What one group of users got. */
export interface Group {
  /** Buckets of which there was a request. */
  readonly buckets: number;
  readonly requests: number;
  readonly failed: number;
}

/** Evidence as ln E. */
export interface Comparison {
  readonly candidate: Group;
  readonly production: Group;
  /** That the candidate fails more often, and that it fails more often by less than the margin. */
  readonly failsMore: number;
  readonly failsNoMore: number;
  /** That its median, and its 99th percentile, are above those of production by more than the margin. */
  readonly slower: number;
  readonly tail: number;
  /** That the two do not get the share of requests that they should. */
  readonly ratio: number;
}

export interface Counted {
  /** Per bucket: requests, failed, slow and tail ones, since the step began (see metrics/bucket-ledger.ts). */
  readonly cells: ArrayLike<number>;
  /** The same since the limits of slow and tail were set; undefined before. */
  readonly timed: ArrayLike<number> | undefined;
  /** Buckets of the candidate. */
  readonly weight: number;
  /** By how much the error rate may be higher. */
  readonly margin: number;
}

/** Undefined where there is nobody to compare: nobody is on the candidate, or nobody on production. */
export function compare({ cells, timed, weight, margin }: Counted): Comparison | undefined {
  const slice = Math.min(weight, BUCKETS - weight);
  if (slice === 0) return undefined;
  const failed = contrast(cells, slice, FAILED);
  const evidence = ({ difference, error }: Contrast, scale: number) => logAboveZero(difference, error, scale);
  return {
    candidate: failed.candidate,
    production: failed.production,
    failsMore: evidence(failed, FAILED_SCALE),
    failsNoMore: failsNoMore(failed, margin),
    slower: timed === undefined ? 0 : evidence(contrast(timed, slice, SLOW), SLOW_SCALE),
    tail: timed === undefined ? 0 : evidence(contrast(timed, slice, TAIL), TAIL_SCALE),
    ratio: ratioOf(cells, slice),
  };
}

/** The difference of two rates, candidate less production, and its standard error if there is none. */
interface Contrast {
  readonly candidate: Group;
  readonly production: Group;
  readonly difference: number;
  readonly error: number;
}

function contrast(cells: ArrayLike<number>, slice: number, member: number): Contrast {
  const [candidate, production] = [sumsOf(cells, 0, slice, member), sumsOf(cells, BUCKETS - slice, BUCKETS, member)];
  const requests = candidate.requests + production.requests;
  const rate = requests === 0 ? 0 : (candidate.count + production.count) / requests;
  const excess = candidate.count - rate * candidate.requests - (production.count - rate * production.requests);
  const squares = squaresAround(rate, candidate) + squaresAround(rate, production);
  return {
    candidate: groupOf(candidate),
    production: groupOf(production),
    difference: requests === 0 ? 0 : (2 * excess) / requests,
    error: requests === 0 ? 0 : (2 * Math.sqrt(squares)) / requests,
  };
}

interface Sums {
  readonly buckets: number;
  readonly requests: number;
  readonly count: number;
  /** Sums of squares and products over buckets. */
  readonly requestsSquared: number;
  readonly product: number;
  readonly countSquared: number;
}

function sumsOf(cells: ArrayLike<number>, from: number, to: number, member: number): Sums {
  let [buckets, requests, count, requestsSquared, product, countSquared] = [0, 0, 0, 0, 0, 0];
  for (let at = from * MEMBERS; at < to * MEMBERS; at += MEMBERS) {
    const [r, x] = [cells[at + REQUESTS]!, cells[at + member]!];
    if (r === 0) continue;
    buckets++;
    requests += r;
    count += x;
    requestsSquared += r * r;
    product += r * x;
    countSquared += x * x;
  }
  return { buckets, requests, count, requestsSquared, product, countSquared };
}

/** Of how far each bucket's count is from what this rate predicts. */
function squaresAround(rate: number, { requestsSquared, product, countSquared }: Sums): number {
  return Math.max(countSquared - 2 * rate * product + rate ** 2 * requestsSquared, 0);
}

function groupOf({ buckets, requests, count }: Sums): Group {
  return { buckets, requests, failed: count };
}

/** As bets on pairs of one request of each, which hold with few failures; and as a mean, which holds with unequal users. */
function failsNoMore({ candidate, production, difference, error }: Contrast, margin: number): number {
  const pairs = Math.min(candidate.requests, production.requests);
  if (pairs === 0) return 0;
  const of = ({ failed, requests }: Group) => (failed / requests) * pairs;
  const bets = excessBelow(margin, { worse: of(candidate), better: of(production), exchanges: pairs });
  return error === 0 ? bets : Math.min(bets, logAboveZero(margin - difference, error, margin));
}

/** Each bucket should get as many requests on one side as on the other. */
function ratioOf(cells: ArrayLike<number>, slice: number): number {
  const candidate = sumsOf(cells, 0, slice, REQUESTS);
  const production = sumsOf(cells, BUCKETS - slice, BUCKETS, REQUESTS);
  const requests = candidate.requests + production.requests;
  if (requests === 0) return 0;
  const squares = candidate.requestsSquared + production.requestsSquared - requests ** 2 / (2 * slice);
  const error = (2 * Math.sqrt(Math.max(squares, requests))) / requests;
  const difference = (2 * (candidate.requests - production.requests)) / requests;
  const either = Math.max(logAboveZero(difference, error, RATIO_SCALE), logAboveZero(-difference, error, RATIO_SCALE));
  return either - Math.LN2;
}
