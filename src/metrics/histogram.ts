import type { Histogram, Registry } from 'prom-client';
import { sketchBucket, sketchLowerBound, sketchValue } from '../lib/sketch.ts';

/**
 * The approximate bounds, in milliseconds. Each is moved to the edge of a sketch bucket, so that no count must be
 * split.
 */
const LADDER = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

const BOUNDS = LADDER.map((milliseconds) => {
  const bucket = sketchBucket(milliseconds);
  return { bucket, seconds: Math.round(sketchLowerBound(bucket) * 1000) / 1e6 };
});

export interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Registers a histogram whose values were counted elsewhere. prom-client's own Histogram can only observe one value at
 * a time; its registry only needs a name and `get` from a metric.
 */
export function registerHistogram(
  registry: Registry,
  { name, help }: { readonly name: string; readonly help: string },
  values: readonly Sample[],
): void {
  const metric = { name, help, get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values }) };
  registry.registerMetric(metric as unknown as Histogram);
}

/** The samples of a histogram, from a latency sketch (see lib/sketch.ts). */
export function* samples(name: string, labels: Sample['labels'], counts: ArrayLike<number>): Generator<Sample> {
  let below = 0;
  let bucket = 0;
  let sum = 0;
  const advance = (end: number): number => {
    for (; bucket < end; bucket++) {
      below += counts[bucket]!;
      sum += (counts[bucket]! * sketchValue(bucket)) / 1000;
    }
    return below;
  };
  for (const bound of BOUNDS) {
    yield { metricName: `${name}_bucket`, labels: { ...labels, le: bound.seconds }, value: advance(bound.bucket) };
  }
  yield { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: advance(counts.length) };
  yield { metricName: `${name}_sum`, labels, value: sum };
  yield { metricName: `${name}_count`, labels, value: below };
}
