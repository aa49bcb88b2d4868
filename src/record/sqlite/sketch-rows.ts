import type { DatabaseSync } from 'node:sqlite';
import { routeKey } from '../../model/route.ts';
import type { RouteOfService } from '../../model/store-reader.ts';
import { type Sketches, sketchIn } from './latency-rows.ts';
import { prepareTuples, rowsOf } from './rows.ts';
import { addSketch } from './sketch-blob.ts';
import { ranged } from './spans.ts';

/**
 * Reads the sketches of all routes. A week of many routes has many thousands: so the names of the routes are read once,
 * and not with each.
 */
export class SketchRows {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** By route, under its present name. @param metrics absent: all */
  byRoute(ranges: string, metrics?: readonly string[]): readonly RouteSketches[] {
    const { all, some } = this.#statements;
    const rows =
      metrics === undefined
        ? rowsOf<SketchTuple>(all, { ranges })
        : rowsOf<SketchTuple>(some, { ranges, metrics: JSON.stringify(metrics) });
    const named = new Map<string, RouteSketches>();
    const routes = new Map(
      rowsOf<RouteTuple>(this.#statements.routes).map(([id, service, route]) => {
        const key = routeKey(service, route);
        const known = named.get(key) ?? { service, route, sketches: new Map() };
        named.set(key, known);
        return [id, known.sketches];
      }),
    );
    // Those of all routes together have no name.
    for (const [route, metric, counts] of rows) {
      const sketches = routes.get(route);
      if (sketches !== undefined) addSketch(counts, sketchIn(sketches, metric));
    }
    return [...named.values()].filter(({ sketches }) => sketches.size > 0);
  }
}

export interface RouteSketches extends RouteOfService {
  readonly sketches: Sketches;
}

type RouteTuple = readonly [id: number, service: string, name: string];

type SketchTuple = readonly [route: number, metric: string, counts: Uint8Array];

function prepareStatements(db: DatabaseSync) {
  const sketches = `SELECT route, metric, counts FROM ${ranged('sketch')}`;
  return {
    routes: prepareTuples(db, 'SELECT id, service, name FROM named'),
    all: prepareTuples(db, sketches),
    some: prepareTuples(db, `${sketches} WHERE metric IN (SELECT value FROM json_each(:metrics))`),
  };
}
