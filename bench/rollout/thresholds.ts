/** The rules of others, as their manuals show them. */
import { HOLD, type Judge, type Judgement } from './judge.ts';
import type { Request } from './release.ts';

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

  see({ candidate: { failed, time } }: Request, onCandidate: boolean): void {
    if (!onCandidate) return;
    this.#times.push(time);
    this.#failed += Number(failed);
  }

  look(now: number): Judgement {
    const { interval, success, p99, failures } = this.#thresholds;
    if (now - this.#checkedAt >= interval) {
      this.#checkedAt = now;
      const { length } = this.#times;
      const slowest = Float64Array.from(this.#times).sort()[Math.ceil(0.99 * length) - 1] ?? 0;
      if (length > 0 && (1 - this.#failed / length < success || slowest > p99)) this.#failures++;
      this.#times = [];
      this.#failed = 0;
      if (this.#failures >= failures) return 'roll_back';
    }
    return now - this.#began >= HOLD ? 'promote' : 'hold';
  }
}
