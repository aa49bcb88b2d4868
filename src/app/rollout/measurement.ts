import type { RolloutConfig } from '../../config/types.ts';
import { sketchBucket, sketchCount, sketchQuantile } from '../../lib/sketch.ts';
import { type ArmCounts, type ArmLedger, sumOfArms } from '../../metrics/arm-ledger.ts';
import { type BucketLedger, sumOfBuckets, type TimeLimits } from '../../metrics/bucket-ledger.ts';
import type { Arm } from '../../model/arm.ts';
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

/** Responses of production after which its median and 99th percentile are known well enough to set limits by them. */
const ENOUGH = 500;

/** What users got since the step began. */
export class StepMeasurement {
  readonly #options: MeasurementOptions;
  readonly #before: Uint32Array;
  readonly #armsBefore: Readonly<Record<Arm, ArmCounts>>;
  /** The counts when the limits of time were set. Both versions are then measured with limits that no longer change. */
  #timedBefore: Uint32Array | undefined;

  constructor(options: MeasurementOptions) {
    this.#options = options;
    this.#before = this.#buckets();
    this.#armsBefore = this.#arms();
  }

  /** Of different users; undefined where there is nobody to compare. */
  compare(): Comparison | undefined {
    const { weight, margins } = this.#options;
    this.#timedBefore ??= this.#setLimits();
    const now = this.#buckets();
    return compare({
      cells: less(now, this.#before),
      timed: this.#timedBefore && less(now, this.#timedBefore),
      weight,
      margin: margins.errors,
    });
  }

  /** What users of each arm got, test users aside. */
  get arms(): StepStatus['arms'] {
    const now = this.#arms();
    const since = (arm: Exclude<Arm, 'test'>) => armStatus(now[arm], this.#armsBefore[arm]);
    return { candidate: since('candidate'), slice: since('slice'), rest: since('rest'), chosen: since('chosen') };
  }

  /** By how many milliseconds a response must be late for the limit of the 99th percentile, `p99`. */
  candidate(p99: number | undefined): CandidateCounts {
    const { candidate, chosen } = this.#arms();
    const sum = (of: (counts: ArmCounts) => number) => of(candidate) + of(chosen);
    return {
      requests: sum(({ answered, error, aborted }) => answered + error + aborted),
      failed: sum(({ error, fallbacks }) => error + fallbacks),
      timed: sum(({ latency }) => sketchCount(latency)),
      late: p99 === undefined ? 0 : sum(({ latency }) => sketchCount(latency.subarray(sketchBucket(p99) + 1))),
    };
  }

  /** Production's own median and 99th percentile, and what the candidate may take at most. */
  #setLimits(): Uint32Array | undefined {
    const { ledgers, slot, margins, floor } = this.#options;
    const { slice, rest } = this.#arms();
    const latency = slice.latency.map(
      (counted, at) =>
        counted + rest.latency[at]! - this.#armsBefore.slice.latency[at]! - this.#armsBefore.rest.latency[at]!,
    );
    if (sketchCount(latency) < ENOUGH) return undefined;
    const production: TimeLimits = { slow: sketchQuantile(latency, 0.5)!, tail: sketchQuantile(latency, 0.99)! };
    const allowed = (time: number) => Math.max(time * (1 + margins.latency), time + floor);
    const candidate = { slow: allowed(production.slow), tail: allowed(production.tail) };
    for (const buckets of ledgers.buckets) buckets.setLimits(slot, candidate, production);
    return this.#buckets();
  }

  #buckets(): Uint32Array {
    return sumOfBuckets(this.#options.ledgers.buckets, this.#options.slot);
  }

  #arms(): Readonly<Record<Arm, ArmCounts>> {
    return sumOfArms(this.#options.ledgers.arms, this.#options.rows);
  }
}

function armStatus(now: ArmCounts, before: ArmCounts): ArmStatus {
  const grown = (of: (counts: ArmCounts) => number) => of(now) - of(before);
  const latency = now.latency.map((counted, at) => counted - before.latency[at]!);
  const [p50, p99] = [sketchQuantile(latency, 0.5), sketchQuantile(latency, 0.99)];
  return {
    requests: grown(({ answered, error, aborted }) => answered + error + aborted),
    failed: grown(({ error, fallbacks }) => error + fallbacks),
    aborted: grown(({ aborted }) => aborted),
    ...(p50 !== undefined && { p50 }),
    ...(p99 !== undefined && { p99 }),
  };
}

/** Of numbers that wrap. */
function less(now: Uint32Array, before: Uint32Array): Uint32Array {
  return now.map((counted, at) => counted - before[at]!);
}
