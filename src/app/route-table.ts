import type { Config } from '../config/types.ts';
import { RouteLog } from '../grouping/route-log.ts';
import { RouteNames } from '../grouping/route-names.ts';
import { count } from '../lib/figures.ts';
import type { RouteSource } from '../metrics/exposition.ts';
import { MAX_ROUTES, type RouteRow, routeKey } from '../model/route.ts';

/** The error for a configuration with too many new route names. */
export const TOO_MANY_ROUTES =
  `routes: since its start this process has had ${count(MAX_ROUTES)} names of routes, or nearly so many that the new ones find no room, ` +
  'and no two may be counted as one; restart it, or go back to names that it has had';

interface ServiceRoute extends RouteSource {
  readonly service: string;
}

/**
 * Main's view of all routes, configured or not. A name keeps its rows in the ledgers for as long as the process lives.
 * So a route that is removed and added again by reloads continues its counts.
 */
export class RouteTable {
  /** The log, for the threads. */
  readonly memory = RouteLog.allocate();
  readonly #names: RouteNames;

  /** @param onRenamed called when a route turned out to be another. */
  constructor(onRenamed: ConstructorParameters<typeof RouteNames>[1]) {
    this.#names = new RouteNames(new RouteLog(this.memory), onRenamed);
  }

  /** The rows of a configuration's routes. Undefined where there are not enough rows left. */
  rowsOf(config: Config): RouteRow[] | undefined {
    return this.#names.configured(config.routes.map(({ service, name }) => routeKey(service, name)));
  }

  /** The route's service, and its name there. */
  of(row: RouteRow): { readonly service: string; readonly name: string } {
    const { service, name } = this.#names.info(row);
    return { service, name };
  }

  /** Whether copied requests of this row are counted by the thread that reads their bodies. */
  isNamedByBody(row: RouteRow): boolean {
    return this.#names.info(row).named !== 'by_head';
  }

  /** The present routes. Routes that turned out to be the same are one route with all their rows. */
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
