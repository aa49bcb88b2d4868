import { type EndingCount, sumOfEndings } from '../model/outcome.ts';
import { NO_SERVICE } from '../model/service.ts';
import type { RouteSummary, ServiceRow } from '../model/store-reader.ts';

export interface ServiceResults extends ServiceRow {
  readonly requests: number;
  /** The most frequent first. */
  readonly outcomes: readonly EndingCount[];
}

interface ServicesAsked {
  /** Only this service. */
  readonly service?: string | undefined;
  /** Only those that have it. */
  readonly route?: string | undefined;
}

/** The results of each service: configured services in their order, then others with results. */
export function serviceResults(
  known: readonly ServiceRow[],
  routes: readonly RouteSummary[],
  { service: only, route }: ServicesAsked,
): readonly ServiceResults[] {
  const all = known.map((each) => ({ ...each, ...sumOf(routes.filter(({ service }) => service === each.service)) }));
  return all.filter(({ service, state, requests }) => {
    if (only !== undefined) return service === only;
    if (route !== undefined) return routes.some((each) => each.service === service);
    return requests > 0 || (state !== 'gone' && service !== NO_SERVICE);
  });
}

function sumOf(routes: readonly RouteSummary[]): Pick<ServiceResults, 'requests' | 'outcomes'> {
  return {
    requests: routes.reduce((sum, { requests }) => sum + requests, 0),
    outcomes: sumOfEndings(routes.flatMap(({ outcomes }) => outcomes)),
  };
}
