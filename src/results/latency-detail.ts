/** The latencies of one route as distributions. */
import { type Ranked, ranked, sketchLowerBound } from '../lib/sketch.ts';
import { LEGS, type LegName } from '../model/exchange.ts';
import type { DeltaQuantiles, RouteOfService, RouteSummary, StoreReader, TimeWindow } from '../model/store-reader.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { type LatencyShift, measuredAgainst } from './latency-shift.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';

/** All times in milliseconds. */
export interface LatencyDetail extends RouteOfService, Pick<RouteSummary, 'crowded'> {
  /** What the deltas are measured against. */
  readonly against: LatencyShift['against'];
  readonly legs: readonly LegDistribution[];
  /** Of the same exchange: shadow minus control, or minus primary. To the last byte. */
  readonly delta?: Distribution & Omit<DeltaQuantiles, 'count' | 'p50' | 'p90' | 'p99'>;
  /** At each decile, to the last byte, not paired. Empty as long as one of the two legs is missing. */
  readonly shifts: readonly DecileShift[];
  /** A slower shadow is no harm below this: the configured share of the other leg's median, or the floor. */
  readonly margin?: number;
}

export interface LegDistribution extends Distribution {
  readonly leg: LegName;
  readonly to: 'firstByte' | 'lastByte';
}

export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** The 10 % quantile, the 20 % quantile … the 90 % quantile. */
  readonly deciles: readonly number[];
  /** Bars of which each begins where the one before ends; together they have all values. At most 120. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

export interface DecileShift {
  /** 0.1 … 0.9 */
  readonly quantile: number;
  /** The shadow's quantile minus the primary's. */
  readonly shift: number;
  /** The control's quantile minus the primary's: what two instances of one version differ by. */
  readonly floor?: number;
}

export interface LatencyQuery extends Asked {
  readonly route: string;
  readonly window?: TimeWindow;
}

export type LatencyReader = Pick<StoreReader, 'summary' | 'sketches' | 'verdictSettings'> & ScopeReader;

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;
const MOST_BARS = 120;

/** Undefined if there is no such route. Of several services, the first that has it is meant. */
export async function readLatencyDetail(
  reader: LatencyReader,
  { route: name, window = {}, ...asked }: LatencyQuery,
): Promise<LatencyDetail | undefined> {
  const scope = await scopeMeant(reader, asked);
  const { routes } = await reader.summary(window, scope);
  const summary = routes.find(({ route }) => route === name);
  if (summary === undefined) return undefined;
  const [sketches, settings] = await Promise.all([reader.sketches(summary, window, scope), reader.verdictSettings()]);
  const byMetric = new Map(sketches.map(({ metric, counts }) => [metric, counts]));
  const { service, route, delta, crowded, latency } = summary;
  const against = measuredAgainst(latency);
  const other = latency.find(({ leg }) => leg === against);
  return {
    ...{ service, route, against },
    legs: LEGS.flatMap((leg) =>
      (['firstByte', 'lastByte'] as const).flatMap((to) => {
        const counts = byMetric.get(`${leg}.${to}`);
        return counts === undefined ? [] : [{ leg, to, ...distributionOf([], counts) }];
      }),
    ),
    ...(delta && {
      delta: { ...delta, ...distributionOf(byMetric.get('delta.below') ?? [], byMetric.get('delta.above') ?? []) },
    }),
    shifts: shiftsOf(byMetric),
    ...(settings && other && { margin: marginOf(route, other.lastByte.p50, settings) }),
    ...(crowded && { crowded }),
  };
}

function shiftsOf(sketches: ReadonlyMap<string, Float64Array>): readonly DecileShift[] {
  const [primary, shadow, control] = (['primary', 'shadow', 'control'] as const).map((leg) => {
    const counts = sketches.get(`${leg}.lastByte`);
    return counts && ranked([], counts);
  });
  if (primary === undefined || shadow === undefined) return [];
  return DECILES.map((quantile) => {
    const at = (values: Ranked) => values.quantile(quantile) ?? 0;
    return {
      quantile,
      shift: at(shadow) - at(primary),
      ...(control && { floor: at(control) - at(primary) }),
    };
  });
}

function marginOf(route: string, median: number, settings: VerdictSettings): number {
  const { margin, floor } = { ...settings, ...settings.routes[route] };
  return Math.max(floor, margin * median);
}

/** @param below magnitudes of the values below zero @param above the rest */
function distributionOf(below: ArrayLike<number>, above: ArrayLike<number>): Distribution {
  const values = ranked(below, above);
  const at = (quantile: number) => values.quantile(quantile) ?? 0;
  return {
    count: values.count,
    ...{ p50: at(0.5), p90: at(0.9), p99: at(0.99) },
    deciles: DECILES.map(at),
    histogram: barsOf(below, above),
  };
}

/** Buckets of a sketch grow with the value, and so do the bars. Neighbors are joined until there are few enough. */
function barsOf(below: ArrayLike<number>, above: ArrayLike<number>): Distribution['histogram'] {
  const bars = [
    ...bucketsOf(below)
      .map(({ from, to, count }) => ({ from: -to, to: -from, count }))
      .reverse(),
    ...bucketsOf(above),
  ];
  const [first, last] = [bars.findIndex(({ count }) => count > 0), bars.findLastIndex(({ count }) => count > 0)];
  const used = first < 0 ? [] : bars.slice(first, last + 1);
  const joined = Math.ceil(used.length / MOST_BARS);
  return Array.from({ length: Math.ceil(used.length / Math.max(joined, 1)) }, (_, index) => {
    const part = used.slice(index * joined, (index + 1) * joined);
    return { from: part[0]!.from, to: part.at(-1)!.to, count: part.reduce((sum, { count }) => sum + count, 0) };
  });
}

function bucketsOf(counts: ArrayLike<number>) {
  return Array.from(counts, (count, bucket) => ({
    from: sketchLowerBound(bucket),
    to: sketchLowerBound(bucket + 1),
    count,
  }));
}
