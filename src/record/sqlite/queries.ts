import type { DatabaseSync } from 'node:sqlite';
import { sketchCount } from '../../lib/sketch.ts';
import type { LegName } from '../../model/exchange.ts';
import { type Ending, type EndingCount, sumOfEndings } from '../../model/outcome.ts';
import type { Redaction } from '../../model/redaction.ts';
import { routeKey } from '../../model/route.ts';
import type { DeltaBlocks } from '../../model/route-evidence.ts';
import {
  type EvidenceRow,
  NAMES_LISTED,
  type RedactionRow,
  type RehearsalRow,
  type ResponseCount,
  type RouteOfService,
  type RouteSketch,
  type RouteSummary,
  type RouteTimelineQuery,
  type RouteTimelines,
  type Scope,
  type StoredTimeline,
  type Summary,
  type SummaryLatencies,
  type TimelineQuery,
  type TimeWindow,
} from '../../model/store-reader.ts';
import { crowdedOf, deltaQuantiles, latencyOf, type Sketches } from './latency-rows.ts';
import { rowsOf } from './rows.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';
import { SketchRows } from './sketch-rows.ts';
import { MINUTE, ranged, rangesOf, rangesParameter } from './spans.ts';
import { MOST_MINUTES, stepFor, TimelineQueries } from './timeline.ts';

/** Answers questions from the tables. */
export class ResultQueries {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #scopes: Scopes;
  readonly #sketches: SketchRows;
  readonly #timeline: TimelineQueries;
  readonly #abandonedAt: number | undefined;

  constructor(db: DatabaseSync, abandonedAt?: number) {
    this.#abandonedAt = abandonedAt;
    this.#statements = prepareStatements(db);
    this.#scopes = new Scopes(db);
    this.#sketches = new SketchRows(db);
    this.#timeline = new TimelineQueries(db);
  }

  rehearsals(): RehearsalRow[] {
    return this.#scopes.rows();
  }

  summary(window: TimeWindow = {}, scope?: Scope, latencies: SummaryLatencies = 'all'): Summary {
    const { rehearsals, ids, begun } = this.#scopes.of(scope);
    const ranges = rangesParameter(ids, rangesOf(window));
    const routes = new RouteGathering();
    for (const row of rowsOf<RequestRow>(this.#statements.requests, { ranges })) routes.at(row).requests = row.count;
    for (const row of rowsOf<OutcomeRow>(this.#statements.outcomes, { ranges })) {
      routes.at(row).outcomes.push({ ending: row.ending, count: row.count });
    }
    if (latencies === 'all') {
      for (const row of this.#sketches.byRoute(ranges)) routes.at(row).sketches = row.sketches;
    }
    const deltas = Map.groupBy(rowsOf<DeltasRow>(this.#statements.deltas, { rehearsals }), (row) =>
      routeKey(row.service, row.route),
    );
    const summaries = routes.summaries((row) =>
      (deltas.get(routeKey(row.service, row.route)) ?? []).map((each) => JSON.parse(each.deltas)),
    );
    return {
      ...this.#extent(window, rehearsals),
      requests: summaries.reduce((sum, each) => sum + each.requests, 0),
      outcomes: sumOfEndings(summaries.flatMap(({ outcomes }) => outcomes)),
      routes: summaries,
      gaps: this.#gaps({ ...window, from: Math.max(window.from ?? 0, begun) }),
    };
  }

  responses(legs: readonly LegName[], scope?: Scope): ResponseCount[] {
    const ranges = rangesParameter(this.#scopes.of(scope).ids, rangesOf());
    const rows = this.#sketches.byRoute(
      ranges,
      legs.map((leg) => `${leg}.lastByte`),
    );
    return rows.flatMap(({ service, route, sketches }) =>
      legs.flatMap((leg) => {
        const sketch = sketches.get(`${leg}.lastByte`);
        return sketch === undefined ? [] : [{ service, route, leg, count: sketchCount(sketch) }];
      }),
    );
  }

  timeline({ route, ...query }: TimelineQuery): StoredTimeline {
    const { window, step, ids, begun } = this.#stepsOf(query, MOST_MINUTES.one);
    const steps = window === undefined ? [] : this.#timeline.steps(window, step, ids, route);
    const from = Math.max(window?.from ?? 0, query.window?.from ?? 0, begun);
    return { step: step * MINUTE, steps, gaps: this.#gaps({ ...query.window, from }) };
  }

  routeTimelines({ routes, ...query }: RouteTimelineQuery): RouteTimelines {
    const { window, step, ids } = this.#stepsOf(query, MOST_MINUTES.many);
    if (window !== undefined) return this.#timeline.ofRoutes(routes, window, step, ids);
    return { step: step * MINUTE, from: 0, routes: routes.map(() => ({ compared: [], mismatches: [] })) };
  }

  sketches(route: RouteOfService, window?: TimeWindow, scope?: Scope): RouteSketch[] {
    return this.#timeline.sketches(route, rangesParameter(this.#scopes.of(scope).ids, rangesOf(window)));
  }

  /** The window without the time before the results, and its step in minutes. No window: there are no results. */
  #stepsOf({ window = {}, points, scope }: Omit<TimelineQuery, 'route'>, mostMinutes: number) {
    const { ids, rehearsals, begun } = this.#scopes.of(scope);
    const recorded = this.#recorded(window, rehearsals);
    if (recorded === undefined) return { window: undefined, step: 1, ids, begun };
    const from = Math.max(window.from ?? 0, recorded.first * MINUTE);
    const to = window.to ?? recorded.last * MINUTE;
    return { window: { from, to }, step: stepFor((to - from) / MINUTE, points, mostMinutes), ids, begun };
  }

  evidence(route?: string, scope?: Scope): EvidenceRow[] {
    const { rehearsals } = this.#scopes.of(scope);
    const rows = rowsOf<EvidenceRow>(this.#statements.evidence, { route: route ?? null, rehearsals });
    return [...rows].map((row) => ({ ...row }));
  }

  redactions(scope?: Scope): RedactionRow[] {
    const { rehearsals } = this.#scopes.of(scope);
    const rows = rowsOf<{ rule: Redaction; name: string; count: number }>(this.#statements.redactions, { rehearsals });
    const byRule = Map.groupBy(rows, ({ rule }) => rule);
    const sum = (each: readonly { count: number }[]) => each.reduce((total, { count }) => total + count, 0);
    return [...byRule]
      .map(([rule, each]) => ({
        rule,
        count: sum(each),
        names: each
          .filter(({ name }) => name !== '')
          .slice(0, NAMES_LISTED)
          .map(({ name, count }) => ({ name, count })),
      }))
      .sort((left, right) => right.count - left.count);
  }

  #extent(window: TimeWindow, rehearsals: string): { from?: number; to?: number } {
    const recorded = this.#recorded(window, rehearsals);
    if (recorded === undefined) return {};
    const end = (recorded.last + 1) * MINUTE;
    return { from: recorded.first * MINUTE, to: Math.min(end, recorded.flushed ?? end) };
  }

  /** The first and the last minute with traffic, in minutes since 1970; undefined if there is none. */
  #recorded({ from = 0, to = Number.MAX_SAFE_INTEGER }: TimeWindow, rehearsals: string): Recorded | undefined {
    const [row] = rowsOf<Recorded | { first: null }>(this.#statements.extent, {
      rehearsals,
      from: Math.floor(from / MINUTE),
      to: Math.floor(to / MINUTE),
    });
    return row === undefined || row.first === null ? undefined : row;
  }

  #gaps({ from = 0, to = Number.MAX_SAFE_INTEGER }: TimeWindow): Summary['gaps'] {
    const rows = rowsOf<{ flushed: number; resumed: number }>(this.#statements.gaps, {
      ...{ from, to },
      abandonedAt: this.#abandonedAt ?? null,
    });
    return [...rows].map((row) => ({ from: row.flushed, to: row.resumed }));
  }
}

/** Combines what several tables say about each route. Routes keep the order in which they were first named. */
class RouteGathering {
  readonly #routes = new Map<string, GatheredRoute>();

  at({ service, route }: RouteOfService) {
    const key = routeKey(service, route);
    let known = this.#routes.get(key);
    if (known === undefined) {
      known = { service, route, requests: 0, outcomes: [], sketches: new Map() };
      this.#routes.set(key, known);
    }
    return known;
  }

  summaries(deltasOf: (route: RouteOfService) => readonly DeltaBlocks[]): RouteSummary[] {
    return [...this.#routes.values()].map(({ service, route, requests, outcomes, sketches }) => {
      const delta = deltaQuantiles(sketches, deltasOf({ service, route }));
      const crowded = crowdedOf(sketches);
      const latency = latencyOf(sketches);
      const counted = { service, route, requests, outcomes, latency };
      return { ...counted, ...(delta && { delta }), ...(crowded && { crowded }) };
    });
  }
}

interface Recorded {
  readonly first: number;
  readonly last: number;
  /** The time of the last flush, in milliseconds since 1970. */
  readonly flushed: number | null;
}

interface GatheredRoute extends RouteOfService {
  requests: number;
  readonly outcomes: EndingCount[];
  sketches: Sketches;
}

interface RequestRow extends RouteOfService {
  readonly count: number;
}

interface OutcomeRow extends RequestRow {
  readonly ending: Ending;
}

interface DeltasRow extends RouteOfService {
  /** As JSON. */
  readonly deltas: string;
}

function prepareStatements(db: DatabaseSync) {
  return {
    requests: db.prepare(`
      SELECT service, name AS route, sum(count) AS count FROM ${ranged('request')}
      JOIN named ON named.id = request.route GROUP BY service, name ORDER BY sum(count) DESC, service, name`),
    outcomes: db.prepare(`
      SELECT service, name AS route, ending, sum(count) AS count FROM ${ranged('outcome')}
      JOIN named ON named.id = outcome.route GROUP BY service, name, ending ORDER BY sum(count) DESC, ending`),
    deltas: db.prepare(`
      SELECT service, name AS route, deltas FROM judged_route JOIN named ON named.id = judged_route.route
      WHERE ${IN_SCOPE} AND deltas IS NOT NULL`),
    extent: db.prepare(`
      SELECT
        (SELECT min(start) FROM request WHERE ${IN_SCOPE} AND span = 1 AND start >= :from AND start <= :to) AS first,
        (SELECT max(start) FROM request WHERE ${IN_SCOPE} AND span = 1 AND start >= :from AND start <= :to) AS last,
        (SELECT max(flushed) FROM run WHERE sequence > 0) AS flushed`),
    gaps: db.prepare(`
      SELECT flushed, coalesce(
        (SELECT min(later.started) FROM run AS later WHERE later.id <> run.id AND later.started > run.flushed),
        max(:abandonedAt, flushed)) AS resumed
      FROM run WHERE stopped IS NULL AND resumed IS NOT NULL AND flushed <= :to AND resumed >= :from ORDER BY flushed`),
    evidence: db.prepare(`
      SELECT name AS route, path, kind, sum(shadow_only) AS shadowOnly, sum(control_only) AS controlOnly, sum(both) AS both
      FROM evidence JOIN named ON named.id = evidence.route
      WHERE ${IN_SCOPE} AND (:route IS NULL OR name = :route)
      GROUP BY service, name, path, kind ORDER BY 4 DESC, name, path, kind`),
    redactions: db.prepare(`
      SELECT rule, name, sum(count) AS count FROM redaction WHERE ${IN_SCOPE}
      GROUP BY rule, name ORDER BY sum(count) DESC, rule, name`),
  };
}
