import { DEFAULT_SERVICE } from './service.ts';

/** Rows in the ledgers: one for each name that a route ever had while the process lives. */
export const MAX_ROUTES = 1024;

/** Rows reserved for configured routes, so that a reload always finds room for its routes. */
const RESERVED = 256;

/** Rows for names that nobody configured. */
export const AUTOMATIC_ROWS = MAX_ROUTES - RESERVED;

/** The route for requests that no configured route matches and that have no automatic name. */
export const DEFAULT_ROUTE = 'default';

/** The route for the rest, when there are more routes than may have a name. */
export const OTHER_ROUTE = 'other';

/** A line break: no name of a service or route has one. */
const SEPARATOR = '\n';

/** The key of a route, unique across services. */
export function routeKey(service: string, name: string): string {
  return service === DEFAULT_SERVICE ? name : `${service}${SEPARATOR}${name}`;
}

export function ofKey(key: string): { readonly service: string; readonly name: string } {
  const at = key.indexOf(SEPARATOR);
  return at < 0 ? { service: DEFAULT_SERVICE, name: key } : { service: key.slice(0, at), name: key.slice(at + 1) };
}

declare const OF: unique symbol;

/** The place of a route in the configuration's list. */
export type RouteIndex = number & { readonly [OF]: 'configuration' };

/** The row of a route in the ledgers of all threads, which it keeps for as long as the process lives. */
export type RouteRow = number & { readonly [OF]: 'ledgers' };

/** Every possible row. */
export function* allRows(): Generator<RouteRow> {
  for (let row = 0; row < MAX_ROUTES; row++) yield row as RouteRow;
}
