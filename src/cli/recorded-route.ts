import type { Config, Route } from '../config/types.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';

/** What an exchange was recorded under. Without a service, since there was none yet, of whichever has the route. */
export interface RecordedName {
  readonly service?: string;
  readonly route: string;
}

/** The route whose settings hold for what was recorded; undefined where it is not configured (any more). */
export function recordedRoute({ service, route }: RecordedName, { routes }: Config): Route | undefined {
  return ofService(service, routes).find((each) => each.name === route || isGroupedBy(each, route));
}

/** The global rules, like all that no route of the service takes. */
export function otherRoute({ service }: RecordedName, { routes }: Config): Route {
  return ofService(service, routes).findLast(({ name }) => name === DEFAULT_ROUTE) ?? routes.at(-1)!;
}

/** What is recorded of a service that is not configured any more may be of any. */
function ofService(service: string | undefined, routes: readonly Route[]): readonly Route[] {
  const its = routes.filter((route) => route.service === service);
  return its.length === 0 ? routes : its;
}

/** The settings of a route hold for those that come of it: `shop GET /shop/:id`. */
function isGroupedBy(route: Route, name: string): boolean {
  return route.grouped && name.startsWith(`${route.name} `);
}
