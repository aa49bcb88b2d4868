/**
 * What users of the candidate got, compared with what as many users of production got at the same time. Not pairs of
 * responses: different users, who asked for different things.
 *
 * A bucket of users is one observation, since requests of one user resemble each other. The standard errors are those of
 * ratios of clusters (Deng, Knoblich and Lu, 2018), with each bucket's residual enlarged by its share of the requests
 * (HC3: MacKinnon and White, 1985). So one user alone, however much he asks for, proves nothing.
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
  const evidence = ({ difference, error, most }: Contrast, scale: number) =>
    Math.min(logAboveZero(difference, error, scale), most);
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

/** The difference of two rates, candidate less production, and its standard error. */
interface Contrast {
  readonly candidate: Group;
  readonly production: Group;
  readonly difference: number;
  readonly error: number;
  /** The most evidence that there can be: as if it were drawn by lot on which side each of so few users is. */
  readonly most: number;
}

function contrast(cells: ArrayLike<number>, slice: number, member: number): Contrast {
  const sides = [sumsOf(cells, 0, slice, member), sumsOf(cells, BUCKETS - slice, BUCKETS, member)] as const;
  const [candidate, production] = sides;
  const requests = candidate.requests + production.requests;
  const squares = candidate.requestsSquared + production.requestsSquared;
  const variances = [
    varianceOf(cells, 0, slice, member, candidate),
    varianceOf(cells, BUCKETS - slice, BUCKETS, member, production),
  ] as const;
  return {
    candidate: groupOf(candidate),
    production: groupOf(production),
    difference: rateOf(candidate) - rateOf(production),
    error: Math.sqrt(variances[0] + variances[1]),
    most: squares === 0 ? 0 : (requests ** 2 / squares) * Math.LN2,
  };
}

interface Sums {
  readonly buckets: number;
  readonly requests: number;
  readonly count: number;
  readonly requestsSquared: number;
}

function sumsOf(cells: ArrayLike<number>, from: number, to: number, member: number): Sums {
  let [buckets, requests, count, requestsSquared] = [0, 0, 0, 0];
  for (let at = from * MEMBERS; at < to * MEMBERS; at += MEMBERS) {
    const r = cells[at + REQUESTS]!;
    if (r === 0) continue;
    buckets++;
    requests += r;
    count += cells[at + member]!;
    requestsSquared += r * r;
  }
  return { buckets, requests, count, requestsSquared };
}

function rateOf({ count, requests }: Sums): number {
  return requests === 0 ? 0 : count / requests;
}

/**
 * Of the rate of one side; never less than if all requests were independent, with one more of either kind (Agresti and
 * Caffo, 2000). Infinite where there are fewer than two buckets.
 */
function varianceOf(cells: ArrayLike<number>, from: number, to: number, member: number, sums: Sums): number {
  const { buckets, requests, count } = sums;
  if (buckets < 2) return Number.POSITIVE_INFINITY;
  const rate = rateOf(sums);
  let squares = 0;
  for (let at = from * MEMBERS; at < to * MEMBERS; at += MEMBERS) {
    const r = cells[at + REQUESTS]!;
    if (r > 0) squares += ((cells[at + member]! - rate * r) / (1 - r / requests)) ** 2;
  }
  const adjusted = (count + 1) / (requests + 2);
  return Math.max(squares / requests ** 2, (adjusted * (1 - adjusted)) / requests);
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
  return Math.min(bets, logAboveZero(margin - difference, error, margin));
}

/**
 * Each bucket should get as many requests on one side as on the other. If it does, it is chance on which side a bucket is,
 * and how far its requests are from the mean has a random sign (Hoeffding, 1963; Efron, 1969).
 */
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
