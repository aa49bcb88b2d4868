import type { Config } from '../config/types.ts';
import { RouteLog } from '../grouping/route-log.ts';
import { RouteNames } from '../grouping/route-names.ts';
import { count } from '../lib/figures.ts';
import type { RouteSource } from '../metrics/exposition.ts';
import { MAX_ROUTES, type RouteRow, routeKey } from '../model/route.ts';

/** Why a configuration can't come into force whose names of routes find no room. */
export const TOO_MANY_ROUTES =
  `routes: since its start this process has had ${count(MAX_ROUTES)} names of routes, or nearly so many that the new ones find no room, ` +
  'and no two may be counted as one; restart it, or go back to names that it has had';

interface ServiceRoute extends RouteSource {
  readonly service: string;
}

/**
 * Main's view of all routes, configured or not. A name keeps its rows in the ledgers for as long as the process lives: a
 * route that a reload takes away and another brings back goes on where it was.
 */
export class RouteTable {
  /** The log, for the threads. */
  readonly memory = RouteLog.allocate();
  readonly #names: RouteNames;

  /** @param onRenamed hears of a route that turned out to be another. */
  constructor(onRenamed: ConstructorParameters<typeof RouteNames>[1]) {
    this.#names = new RouteNames(new RouteLog(this.memory), onRenamed);
  }

  /** The rows of a configuration's routes. Undefined where this process has had so many that not all find one. */
  rowsOf(config: Config): RouteRow[] | undefined {
    return this.#names.configured(config.routes.map(({ service, name }) => routeKey(service, name)));
  }

  /** Whose route it is, and what it is called there. */
  of(row: RouteRow): { readonly service: string; readonly name: string } {
    const { service, name } = this.#names.info(row);
    return { service, name };
  }

  /** Whether it is left to who reads the body to count the requests of this row that are copied. */
  isNamedByBody(row: RouteRow): boolean {
    return this.#names.info(row).named !== 'by_head';
  }

  /** The routes that there are now: those that turned out to be one have one name and the rows of all. */
  get all(): readonly ServiceRoute[] {
    const routes = new Map<string, ServiceRoute & { rows: RouteRow[]; countedBy: RouteSource['countedBy'] }>();
    for (const [row, info] of this.#names.all().entries()) {
      if (info === undefined) continue;
      const { service, name, named } = info;
      const key = routeKey(service, name);
      const route = routes.get(key) ?? { service, name, rows: [], countedBy: 'edge' };
      route.rows.push(row as RouteRow);
      if (named !== 'by_head') route.countedBy = 'edge_and_mirror';
      routes.set(key, route);
    }
    return [...routes.values()];
  }
}
