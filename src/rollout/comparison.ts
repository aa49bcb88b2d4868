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
import { isProof } from './doubt.ts';
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

/** What it takes until it is proven that the candidate fails no more, if all goes on like this. */
export interface Proof {
  /** So many times as much as there is now: 1 if it is proven, infinite if that would not prove it. */
  readonly times: number;
  /** `users`: they fail so differently that more requests of the same ones prove little. */
  readonly of: 'requests' | 'users';
}

/** Evidence as ln E. */
export interface Comparison {
  readonly candidate: Group;
  readonly production: Group;
  /** That the candidate fails more often, and that it fails more often by less than the margin. */
  readonly failsMore: number;
  readonly failsNoMore: number;
  readonly proof: Proof;
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
  const evidence = (contrast: Contrast, scale: number) =>
    Math.min(logAboveZero(contrast.difference, errorOf(contrast), scale), contrast.most);
  return {
    candidate: failed.candidate,
    production: failed.production,
    failsMore: evidence(failed, FAILED_SCALE),
    failsNoMore: failsNoMore(failed, margin),
    proof: proofOf(failed, margin),
    slower: timed === undefined ? 0 : evidence(contrast(timed, slice, SLOW), SLOW_SCALE),
    tail: timed === undefined ? 0 : evidence(contrast(timed, slice, TAIL), TAIL_SCALE),
    ratio: ratioOf(cells, slice),
  };
}

/** The difference of two rates, candidate less production. */
interface Contrast {
  readonly candidate: Group;
  readonly production: Group;
  readonly difference: number;
  /** Of the rate of either side. */
  readonly variances: readonly [Variance, Variance];
  /** The most evidence that there can be: as if it were drawn by lot on which side each of so few users is. */
  readonly most: number;
}

/**
 * Of a rate: as the buckets differ, infinite where there are fewer than two; and as if all requests were independent, after
 * so many times as many, with one more of either kind (Agresti and Caffo, 2000).
 */
interface Variance {
  readonly ofBuckets: number;
  readonly ofRequests: (times: number) => number;
}

function contrast(cells: ArrayLike<number>, slice: number, member: number): Contrast {
  const sides = [sumsOf(cells, 0, slice, member), sumsOf(cells, BUCKETS - slice, BUCKETS, member)] as const;
  const [candidate, production] = sides;
  const requests = candidate.requests + production.requests;
  const squares = candidate.requestsSquared + production.requestsSquared;
  return {
    candidate: groupOf(candidate),
    production: groupOf(production),
    difference: rateOf(candidate) - rateOf(production),
    variances: [
      varianceOf(cells, 0, slice, member, candidate),
      varianceOf(cells, BUCKETS - slice, BUCKETS, member, production),
    ],
    most: squares === 0 ? 0 : (requests ** 2 / squares) * Math.LN2,
  };
}

/** The standard error of the difference, after so many times as many users and requests. */
function errorOf({ variances }: Contrast, times = 1): number {
  const [candidate, production] = variances.map(({ ofBuckets, ofRequests }) =>
    Math.max(ofBuckets / times, ofRequests(times)),
  );
  return Math.sqrt(candidate! + production!);
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

function varianceOf(cells: ArrayLike<number>, from: number, to: number, member: number, sums: Sums): Variance {
  const { buckets, requests, count } = sums;
  const rate = rateOf(sums);
  let squares = 0;
  for (let at = from * MEMBERS; at < to * MEMBERS; at += MEMBERS) {
    const r = cells[at + REQUESTS]!;
    if (r > 0) squares += ((cells[at + member]! - rate * r) / (1 - r / requests)) ** 2;
  }
  return {
    ofBuckets: buckets < 2 ? Number.POSITIVE_INFINITY : squares / requests ** 2,
    ofRequests(times) {
      const adjusted = (count * times + 1) / (requests * times + 2);
      return (adjusted * (1 - adjusted)) / (requests * times);
    },
  };
}

function groupOf({ buckets, requests, count }: Sums): Group {
  return { buckets, requests, failed: count };
}

/**
 * As bets on pairs of one request of each, which hold with few failures; and as a mean, which holds with unequal users.
 * After so many times as many users and requests.
 */
function failsNoMore(contrast: Contrast, margin: number, times = 1): number {
  const { candidate, production, difference } = contrast;
  const pairs = times * Math.min(candidate.requests, production.requests);
  if (pairs === 0) return 0;
  const of = ({ failed, requests }: Group) => (failed / requests) * pairs;
  const bets = excessBelow(margin, { worse: of(candidate), better: of(production), exchanges: pairs });
  return Math.min(bets, logAboveZero(margin - difference, errorOf(contrast, times), margin));
}

/** So many times as much is not waited for. */
const HOPELESS = 200;
/** If users differ so many times more than chance explains, more requests of the same ones prove little. */
const UNEQUAL = 2;

function proofOf(contrast: Contrast, margin: number): Proof {
  let times = 1;
  while (times <= HOPELESS && !isProof(failsNoMore(contrast, margin, times))) times *= 1.1;
  const [ofBuckets, ofRequests] = [
    contrast.variances.reduce((sum, variance) => sum + variance.ofBuckets, 0),
    contrast.variances.reduce((sum, variance) => sum + variance.ofRequests(1), 0),
  ];
  return {
    times: times > HOPELESS ? Number.POSITIVE_INFINITY : times,
    of: ofBuckets > UNEQUAL * ofRequests ? 'users' : 'requests',
  };
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
