import type { Config, Route } from '../config/types.ts';

/** The route whose settings hold for what was recorded under this name; undefined where it is not configured (any more). */
export function recordedRoute(name: string, { routes }: Config): Route | undefined {
  return routes.find((each) => each.name === name || isGroupedBy(each, name));
}

/** The global rules, like all that no route takes. */
export function otherRoute({ routes }: Config): Route {
  return routes.at(-1)!;
}

/** The settings of a route hold for those that come of it: `shop GET /shop/:id`. */
function isGroupedBy(route: Route, name: string): boolean {
  return route.grouped && name.startsWith(`${route.name} `);
}
