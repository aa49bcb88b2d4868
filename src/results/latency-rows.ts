import type { LegName } from '../model/exchange.ts';
import type { Quantiles, RouteSummary } from '../model/store-reader.ts';

/** Milliseconds to the last byte. `delta` is paired: shadow minus control, else minus primary. */
export interface LatencyRow extends Quantiles {
  readonly service: string;
  readonly route: string;
  readonly of: LegName | 'delta';
}

/** The latencies of each route, in the order of the routes. */
export function latencyRows(routes: readonly RouteSummary[]): readonly LatencyRow[] {
  return routes.flatMap(({ service, route, latency, delta }) => [
    ...latency.map(({ leg, lastByte }): LatencyRow => ({ ...lastByte, service, route, of: leg })),
    ...(delta === undefined ? [] : [{ ...delta, service, route, of: 'delta' } as const]),
  ]);
}
