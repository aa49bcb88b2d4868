/** What the sketches of a route say of its latency. */
import { largestCount, type Ranked, ranked, SKETCH_BUCKETS, sketchCount } from '../../lib/sketch.ts';
import { LEGS } from '../../model/exchange.ts';
import type { DeltaBlocks } from '../../model/route-evidence.ts';
import type { Crowded, DeltaQuantiles, LegLatency, Quantiles } from '../../model/store-reader.ts';
import { designEffect, medianSequence } from '../../verdict/median-sequence.ts';

/** By metric. */
export type Sketches = Map<string, Float64Array>;

export function sketchIn(sketches: Sketches, metric: string): Float64Array {
  let sketch = sketches.get(metric);
  if (sketch === undefined) {
    sketch = new Float64Array(SKETCH_BUCKETS);
    sketches.set(metric, sketch);
  }
  return sketch;
}

export function latencyOf(sketches: Sketches): LegLatency[] {
  return LEGS.flatMap((leg) => {
    const firstByte = sketches.get(`${leg}.firstByte`);
    const lastByte = sketches.get(`${leg}.lastByte`);
    if (firstByte === undefined || lastByte === undefined) return [];
    return [{ leg, firstByte: quantiles(ranked([], firstByte)), lastByte: quantiles(ranked([], lastByte)) }];
  });
}

/** @param blocks of all times, since how alike deltas are is a matter of the service and not of the window. */
export function deltaQuantiles(sketches: Sketches, blocks: readonly DeltaBlocks[]): DeltaQuantiles | undefined {
  const deltas = ranked(sketches.get('delta.below') ?? [], sketches.get('delta.above') ?? []);
  const { count } = deltas;
  if (count === 0) return undefined;
  const between = (size: number) => {
    const range = medianSequence(size);
    return range && ([valueAt(deltas, range.low), valueAt(deltas, range.high)] as const);
  };
  const effectiveCount = Math.floor(count / (designEffect(blocks) ?? count));
  const [medianBetween, ifIndependent] = [between(effectiveCount), between(count)];
  return {
    ...quantiles(deltas),
    effectiveCount,
    ...(medianBetween && { medianBetween }),
    ...(ifIndependent && { ifIndependent }),
  };
}

export function crowdedOf(sketches: Sketches): Crowded | undefined {
  const crowds = sketches.get('crowds');
  return crowds && { count: sketchCount(crowds), inFlight: largestCount(crowds) };
}

function quantiles(values: Ranked): Quantiles {
  return {
    count: values.count,
    p50: valueAt(values, 0.5),
    p90: valueAt(values, 0.9),
    p99: valueAt(values, 0.99),
  };
}

function valueAt(values: Ranked, q: number): number {
  return values.quantile(q) ?? 0;
}
