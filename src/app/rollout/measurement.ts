import type { RolloutConfig } from '../../config/types.ts';
import { sketchBucket, sketchCount, sketchQuantile } from '../../lib/sketch.ts';
import {
  type ArmCounts,
  type ArmLedger,
  type CountsByArm,
  since,
  sumOfArms,
  together,
} from '../../metrics/arm-ledger.ts';
import { type BucketLedger, sumOfBuckets, sumOfTimes, type TimeLimits } from '../../metrics/bucket-ledger.ts';
import type { RouteRow } from '../../model/route.ts';
import type { ArmStatus, StepStatus } from '../../results/rollout-status.ts';
import { type Comparison, compare } from '../../rollout/comparison.ts';
import type { CandidateCounts } from '../../rollout/trip.ts';

/** The ledgers of all edge threads. */
export interface Ledgers {
  readonly arms: readonly ArmLedger[];
  readonly buckets: readonly BucketLedger[];
}

export interface MeasurementOptions {
  readonly ledgers: Ledgers;
  /** The rows of the routes that take part. */
  readonly rows: readonly RouteRow[];
  /** Where the service is counted by bucket. */
  readonly slot: number;
  /** Buckets of the candidate. */
  readonly weight: number;
  readonly margins: RolloutConfig['margins'];
  /** Milliseconds: smaller differences in time do not count. */
  readonly floor: number;
}

/** Requests to production after which its median and 99th percentile are known well enough to set limits by them. */
const ENOUGH = 500;

/** What users got since the step began. */
export class StepMeasurement {
  readonly #options: MeasurementOptions;
  #rows: readonly RouteRow[];
  readonly #before: Uint32Array;
  readonly #timesBefore: Uint32Array;
  /** Of each row when it was taken into the measurement. */
  #armsBefore: CountsByArm;
  /** The counts when the limits of time were set. Both versions are then measured with limits that no longer change. */
  #timedBefore: Uint32Array | undefined;
  /** What 99 % of the requests to the candidate may take by production's own times, in milliseconds. */
  #tail: number | undefined;

  constructor(options: MeasurementOptions) {
    const { ledgers, slot, rows } = options;
    this.#options = options;
    this.#before = sumOfBuckets(ledgers.buckets, slot);
    this.#timesBefore = sumOfTimes(ledgers.buckets, slot);
    this.#armsBefore = sumOfArms(ledgers.arms, rows);
    this.#rows = rows;
  }

  /** Takes these rows in, too, with what is counted there from now on. */
  take(rows: readonly RouteRow[]): void {
    const added = rows.filter((row) => !this.#rows.includes(row));
    this.#armsBefore = together(this.#armsBefore, sumOfArms(this.#options.ledgers.arms, added));
    this.#rows = [...this.#rows, ...added];
  }

  /** Of different users; undefined where there is nobody to compare. */
  compare(): Comparison | undefined {
    const { ledgers, slot, weight, margins } = this.#options;
    this.#timedBefore ??= this.#setLimits();
    const now = sumOfBuckets(ledgers.buckets, slot);
    return compare({
      cells: less(now, this.#before),
      timed: this.#timedBefore && less(now, this.#timedBefore),
      weight,
      margin: margins.errors,
    });
  }

  /** What users of each arm got, test users aside. */
  get arms(): StepStatus['arms'] {
    const { candidate, slice, rest, chosen } = this.#arms;
    return {
      candidate: armStatus(candidate),
      slice: armStatus(slice),
      rest: armStatus(rest),
      chosen: armStatus(chosen),
    };
  }

  /** By how many milliseconds a response must be late for the limit of the 99th percentile, `p99`. */
  candidate(p99: number | undefined): CandidateCounts {
    this.#setPatience(p99 ?? this.#tail);
    const { candidate, chosen } = this.#arms;
    const sum = (of: (counts: ArmCounts) => number) => of(candidate) + of(chosen);
    const unanswered = sum((counts) => counts.unanswered);
    const late = (limit: number) => sum(({ latency }) => sketchCount(latency.subarray(sketchBucket(limit) + 1)));
    return {
      requests: sum(requestsOf),
      failed: sum(({ failed }) => failed),
      timed: sum(({ latency }) => sketchCount(latency)) + unanswered,
      late: p99 === undefined ? 0 : late(p99) + unanswered,
    };
  }

  /**
   * Who leaves without an answer after longer than the candidate may take has failed. Until that is known, what the step
   * before knew holds.
   */
  #setPatience(milliseconds: number | undefined): void {
    if (milliseconds === undefined) return;
    const { ledgers, slot } = this.#options;
    for (const buckets of ledgers.buckets) buckets.setPatience(slot, milliseconds);
  }

  /**
   * Production's own median and 99th percentile, and what the candidate may take at most. They are of the requests that
   * are compared: those that the candidate would have served for other users.
   */
  #setLimits(): Uint32Array | undefined {
    const { ledgers, slot, margins, floor } = this.#options;
    const times = less(sumOfTimes(ledgers.buckets, slot), this.#timesBefore);
    if (sketchCount(times) < ENOUGH) return undefined;
    const production: TimeLimits = { slow: sketchQuantile(times, 0.5)!, tail: sketchQuantile(times, 0.99)! };
    const allowed = (time: number) => Math.max(time * (1 + margins.latency), time + floor);
    const candidate = { slow: allowed(production.slow), tail: allowed(production.tail) };
    for (const buckets of ledgers.buckets) buckets.setLimits(slot, candidate, production);
    this.#tail = candidate.tail;
    return sumOfBuckets(ledgers.buckets, slot);
  }

  get #arms(): CountsByArm {
    return since(this.#armsBefore, sumOfArms(this.#options.ledgers.arms, this.#rows));
  }
}

function requestsOf({ answered, error, aborted, unanswered }: ArmCounts): number {
  return answered + error + aborted + unanswered;
}

function armStatus(counts: ArmCounts): ArmStatus {
  const { failed, aborted, unanswered, latency } = counts;
  const [p50, p99] = [sketchQuantile(latency, 0.5), sketchQuantile(latency, 0.99)];
  return {
    ...{ requests: requestsOf(counts), failed, aborted: aborted + unanswered },
    ...(p50 !== undefined && { p50 }),
    ...(p99 !== undefined && { p99 }),
  };
}

/** Of numbers that wrap. */
function less(now: Uint32Array, before: Uint32Array): Uint32Array {
  return now.map((counted, at) => counted - before[at]!);
}
