/** Who decides about a release: Understudy's own code, and the rules of others as their manuals show them. */
import { BUCKETS } from '../../src/model/rollout.ts';
import { compare } from '../../src/rollout/comparison.ts';
import { decide } from '../../src/rollout/decision.ts';
import { TripWatch } from '../../src/rollout/trip.ts';
import type { Request } from './release.ts';

/** Milliseconds that a step lasts at least. */
export const HOLD = 15 * 60_000;

export type Judgement = 'promote' | 'hold' | 'roll_back';

export interface Judge {
  /** A step with this weight begins. */
  begin(step: number, weight: number, now: number): void;
  see(request: Request, onCandidate: boolean): void;
  look(now: number): Judgement;
}

const MARGINS = { errors: 0.01, latency: 0.05 };
const TRIP = { errors: 0.05, window: 30_000 };
const COUNTED = 4;
/** Responses of production by which the limits of time are set. */
const ENOUGH = 500;
/** The copies are not simulated: they find nothing, and speak against nothing. */
const PAIRS = { verdict: 'pass', reasons: [], compared: true } as const;

export class Understudy implements Judge {
  readonly #alpha: number;
  #step = 0;
  #weight = 0;
  #began = 0;
  #cells = new Uint32Array(BUCKETS * COUNTED);
  #timed: Uint32Array | undefined;
  #times: number[] = [];
  #limits = { slow: Number.POSITIVE_INFINITY, tail: Number.POSITIVE_INFINITY };
  #trips = new TripWatch();
  #candidate = { requests: 0, failed: 0, timed: 0, late: 0 };

  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  begin(step: number, weight: number, now: number): void {
    this.#step = step;
    this.#weight = weight;
    this.#began = now;
    this.#cells = new Uint32Array(BUCKETS * COUNTED);
    this.#timed = undefined;
    this.#times = [];
    this.#trips = new TripWatch();
    this.#candidate = { requests: 0, failed: 0, timed: 0, late: 0 };
    this.#trips.look(now, this.#candidate, TRIP);
  }

  see({ bucket, failed, time }: Request, onCandidate: boolean): void {
    if (!onCandidate && this.#timed === undefined) this.#setLimits(time);
    for (const cells of this.#timed === undefined ? [this.#cells] : [this.#cells, this.#timed]) {
      const at = bucket * COUNTED;
      const allowed = onCandidate ? 1 + MARGINS.latency : 1;
      cells[at]!++;
      cells[at + 1]! += Number(failed);
      cells[at + 2]! += Number(time > this.#limits.slow * allowed);
      cells[at + 3]! += Number(time > this.#limits.tail * allowed);
    }
    if (!onCandidate) return;
    const { requests, failed: before } = this.#candidate;
    this.#candidate = { requests: requests + 1, failed: before + Number(failed), timed: 0, late: 0 };
  }

  look(now: number): Judgement {
    if (this.#trips.look(now, this.#candidate, TRIP) !== undefined) return 'roll_back';
    const users = compare({ cells: this.#cells, timed: this.#timed, weight: this.#weight, margin: MARGINS.errors });
    const { answer } = decide({
      ...{ earlier: this.#step, elapsed: now - this.#began, hold: HOLD, users, pairs: PAIRS },
      ...{ margin: MARGINS.errors, alpha: this.#alpha },
    });
    return answer === 'invalid' ? 'hold' : answer;
  }

  #setLimits(time: number): void {
    this.#times.push(time);
    if (this.#times.length < ENOUGH) return;
    const sorted = this.#times.toSorted((a, b) => a - b);
    this.#limits = { slow: sorted[ENOUGH * 0.5]!, tail: sorted[ENOUGH * 0.99]! };
    this.#timed = new Uint32Array(BUCKETS * COUNTED);
  }
}

interface Thresholds {
  readonly interval: number;
  /** The least share of requests that succeed, and the largest 99th percentile in milliseconds. */
  readonly success: number;
  readonly p99: number;
  /** So many failed checks of a release roll it back. */
  readonly failures: number;
}

/**
 * As in Flagger's first example (docs.flagger.app, How it works): a check each minute, 99 % of the requests must succeed
 * and 99 % take at most 500 ms, and five failed checks roll back.
 */
export const FLAGGER: Thresholds = { interval: 60_000, success: 0.99, p99: 500, failures: 5 };

/**
 * As in the first example of an analysis of Argo Rollouts (argo-rollouts.readthedocs.io, Analysis): a check every five
 * minutes, 95 % of the requests must succeed, and the fourth failure rolls back.
 */
export const ARGO: Thresholds = { interval: 300_000, success: 0.95, p99: Number.POSITIVE_INFINITY, failures: 4 };

/** Compares what the candidate does with fixed limits. Without a request, there is nothing that could fail a check. */
export class FixedThresholds implements Judge {
  readonly #thresholds: Thresholds;
  #began = 0;
  #checkedAt = 0;
  #failures = 0;
  #failed = 0;
  #times: number[] = [];

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  begin(_step: number, _weight: number, now: number): void {
    this.#began = now;
    this.#checkedAt = now;
    this.#failed = 0;
    this.#times = [];
  }

  see({ failed, time }: Request, onCandidate: boolean): void {
    if (!onCandidate) return;
    this.#times.push(time);
    this.#failed += Number(failed);
  }

  look(now: number): Judgement {
    const { interval, success, p99, failures } = this.#thresholds;
    if (now - this.#checkedAt >= interval) {
      this.#checkedAt = now;
      const { length } = this.#times;
      const slowest = this.#times.toSorted((a, b) => a - b)[Math.ceil(0.99 * length) - 1] ?? 0;
      if (length > 0 && (1 - this.#failed / length < success || slowest > p99)) this.#failures++;
      this.#times = [];
      this.#failed = 0;
      if (this.#failures >= failures) return 'roll_back';
    }
    return now - this.#began >= HOLD ? 'promote' : 'hold';
  }
}
