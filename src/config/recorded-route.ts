import { DEFAULT_ROUTE } from '../model/route.ts';
import { markerOf } from './marker.ts';
import type { Config, Route } from './types.ts';

/**
 * What an exchange was recorded under. If it has no service, because there were none yet, it is of any that has the
 * route.
 */
export interface RecordedName {
  readonly service?: string;
  readonly route: string;
}

/** The route whose settings apply to a recorded exchange; undefined if it is not configured (any more). */
export function recordedRoute({ service, route }: RecordedName, { routes }: Config): Route | undefined {
  return ofService(service, routes).find((each) => each.name === route || isGroupedBy(each, route));
}

/** The global rules, as for requests of the service that match no route. */
export function otherRoute({ service }: RecordedName, { routes }: Config): Route {
  return ofService(service, routes).findLast(({ name }) => name === DEFAULT_ROUTE) ?? routes.at(-1)!;
}

/** How an exchange would be compared now: the settings of its route, and the marker of its copies. */
export function comparedUnder(
  recorded: RecordedName,
  config: Config,
): { readonly route: Route; readonly marker: string } {
  return { route: recordedRoute(recorded, config) ?? otherRoute(recorded, config), marker: markerOf(config) };
}

/** Results of a service that is not configured any more may belong to any. */
function ofService(service: string | undefined, routes: readonly Route[]): readonly Route[] {
  const its = routes.filter((route) => route.service === service);
  return its.length === 0 ? routes : its;
}

/** The settings of a route apply to the routes derived from it, such as `shop GET /shop/:id`. */
function isGroupedBy(route: Route, name: string): boolean {
  return route.grouped && name.startsWith(`${route.name} `);
}
