import { DEFAULT_SERVICE } from './service.ts';

/** Rows in the ledgers: one for each name that a route ever had while the process lives. */
export const MAX_ROUTES = 1024;

/** Rows that only configured routes may take, so that a reload finds room for all that it may bring. */
const RESERVED = 256;

/** Rows for names that nobody configured. */
export const AUTOMATIC_ROWS = MAX_ROUTES - RESERVED;

/** What the requests are counted under that no configured route matches, and that have no name of their own. */
export const DEFAULT_ROUTE = 'default';

/** What is counted together when there are more routes than may have a name. */
export const OTHER_ROUTE = 'other';

/** No name of a service or of a route has a line break. */
const SEPARATOR = '\n';

/** What tells routes apart, in all services. */
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

/** Every row that there may be. */
export function* allRows(): Generator<RouteRow> {
  for (let row = 0; row < MAX_ROUTES; row++) yield row as RouteRow;
}
