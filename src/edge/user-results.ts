import type { ArmLedger, UserResult } from '../metrics/arm-ledger.ts';
import type { BucketLedger } from '../metrics/bucket-ledger.ts';
import type { RouteRow } from '../model/route.ts';
import type { Assignment } from './assignment.ts';

/** What one user got for a request. */
export interface UserOutcome {
  readonly result: Exclude<UserResult, 'unanswered'>;
  /** Whether production served it because the new version could not take it. */
  readonly fallback: boolean;
  /** Milliseconds to the last byte, or until it was over. */
  readonly took: number;
  /** Milliseconds for which the target was waited for in vain: 0 where there was any of a response. */
  readonly waited: number;
  /** Whether `took` says something about the target: the response was complete, and the client did not slow it down. */
  readonly measured: boolean;
}

/** Counts what users get from each version while a service is rolled out. */
export class UserResults {
  readonly #arms: ArmLedger;
  readonly #buckets: BucketLedger;

  constructor(arms: ArmLedger, buckets: BucketLedger) {
    this.#arms = arms;
    this.#buckets = buckets;
  }

  count(row: RouteRow, { arm, bucket }: Assignment, outcome: UserOutcome): void {
    const { fallback, took, measured } = outcome;
    const isUnanswered = outcome.result === 'aborted' && outcome.waited > this.#buckets.patience(row);
    const result = isUnanswered ? 'unanswered' : outcome.result;
    const failed = fallback || isUnanswered || result === 'error';
    this.#arms.end(row, arm, result);
    if (failed) this.#arms.failure(row, arm);
    if (fallback) this.#arms.fallback(row, arm);
    else if (measured) this.#arms.latency(row, arm, took);
    if (bucket === undefined) return;
    this.#buckets.count(row, bucket, arm === 'candidate' ? 'candidate' : 'production', failed, took);
  }
}
