import type { RouteRow } from '../../src/model/route.ts';

/** A row in the ledgers, as if a route had been given it. */
export const rowAt = (place: number): RouteRow => place as RouteRow;
