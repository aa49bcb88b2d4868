/** What the sketches of a route say of its latency. */
import { largestCount, SKETCH_BUCKETS, signedQuantile, sketchCount, sketchQuantile } from '../../lib/sketch.ts';
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
    return [{ leg, firstByte: quantilesOf(firstByte), lastByte: quantilesOf(lastByte) }];
  });
}

function quantilesOf(sketch: Float64Array): Quantiles {
  return quantiles(sketchCount(sketch), (q) => sketchQuantile(sketch, q) ?? 0);
}

/** @param blocks of all times, since how alike deltas are is a matter of the service and not of the window. */
export function deltaQuantiles(sketches: Sketches, blocks: readonly DeltaBlocks[]): DeltaQuantiles | undefined {
  const below = sketches.get('delta.below') ?? [];
  const above = sketches.get('delta.above') ?? [];
  const count = sketchCount(below) + sketchCount(above);
  if (count === 0) return undefined;
  const at = (q: number) => signedQuantile(below, above, q) ?? 0;
  const between = (size: number) => {
    const range = medianSequence(size);
    return range && ([at(range.low), at(range.high)] as const);
  };
  const effectiveCount = Math.floor(count / (designEffect(blocks) ?? count));
  const [medianBetween, ifIndependent] = [between(effectiveCount), between(count)];
  return {
    ...quantiles(count, at),
    effectiveCount,
    ...(medianBetween && { medianBetween }),
    ...(ifIndependent && { ifIndependent }),
  };
}

export function crowdedOf(sketches: Sketches): Crowded | undefined {
  const crowds = sketches.get('crowds');
  return crowds && { count: sketchCount(crowds), inFlight: largestCount(crowds) };
}

function quantiles(count: number, at: (q: number) => number): Quantiles {
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
