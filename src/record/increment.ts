import type { RouteCounts } from '../metrics/layout.ts';
import { LEGS } from '../model/exchange.ts';
import { type Ending, sumOfEndings } from '../model/outcome.ts';
import { PAIR_CHECKS, type PairCheck, type SignCounts } from '../model/pair-signs.ts';

/** The counts of a route since the previous flush. */
export interface Increment extends Counted {
  readonly route: string;
  /** The checks with counts. */
  readonly signs: readonly ({ readonly check: PairCheck } & SignCounts)[];
}

export interface Counted {
  readonly requests: number;
  readonly endings: readonly { readonly ending: Ending; readonly count: number }[];
  /** The sketches that are not empty, by the name under which they are kept (see lib/sketch.ts). */
  readonly sketches: readonly { readonly metric: string; readonly counts: Float64Array }[];
}

export function incrementOf(route: string, counts: RouteCounts): Increment {
  const sketches = [...sketchesOf(counts)]
    .filter(([, sketch]) => sketch.some((count) => count > 0))
    // A copy, because the sketch is a view on all cells of the route.
    .map(([metric, sketch]) => ({ metric, counts: Float64Array.from(sketch) }));
  const signs = PAIR_CHECKS.map((check) => ({ check, ...counts.signs(check) })).filter(
    ({ worse, better }) => worse + better > 0,
  );
  return { route, requests: counts.requestTotal, endings: [...counts.endings()], signs, sketches };
}

function* sketchesOf(counts: RouteCounts): Generator<readonly [metric: string, sketch: Uint32Array | Float64Array]> {
  for (const leg of LEGS) {
    yield [`${leg}.firstByte`, counts.firstByte(leg)];
    yield [`${leg}.lastByte`, counts.lastByte(leg)];
  }
  yield ['delta.below', counts.deltaBelow];
  yield ['delta.above', counts.deltaAbove];
  yield ['crowds', counts.crowds];
}

export function sumOfIncrements(increments: readonly Counted[]): Counted {
  const sketches = new Map<string, Float64Array>();
  for (const { metric, counts } of increments.flatMap((each) => each.sketches)) {
    const sum = sketches.get(metric);
    if (sum === undefined) sketches.set(metric, counts.slice());
    else for (let bucket = 0; bucket < counts.length; bucket++) sum[bucket]! += counts[bucket]!;
  }
  return {
    requests: increments.reduce((sum, { requests }) => sum + requests, 0),
    endings: sumOfEndings(increments.flatMap(({ endings }) => endings)),
    sketches: [...sketches].map(([metric, counts]) => ({ metric, counts })),
  };
}
