import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Place } from '../../model/difference.ts';
import type { RecordedExchange } from '../../model/finding.ts';
import { type Ending, type EndingCount, sumOfEndings } from '../../model/outcome.ts';
import type { Redaction } from '../../model/redaction.ts';
import { labelled, type RepeatCounts } from '../../model/repeat.ts';
import { routeKey } from '../../model/route.ts';
import type { DeltaBlocks } from '../../model/route-evidence.ts';
import {
  type EvidenceRow,
  type MarkedSignature,
  NAMES_LISTED,
  type RedactionRow,
  type RehearsalRow,
  type RouteSummary,
  type Scope,
  type SignatureDetail,
  type SignatureQuery,
  type StoredExchange,
  type StoredTimeline,
  type Summary,
  type TimelineQuery,
  type TimeWindow,
} from '../../model/store-reader.ts';
import { crowdedOf, deltaQuantiles, latencyOf, type Sketches, sketchIn } from './latency-rows.ts';
import { Marks } from './marks.ts';
import { addNamedId, NAMED_ID, WITH_NAMED_ID } from './route-aliases.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';
import { addSketch } from './sketch-blob.ts';
import { MINUTE, ranged, rangesOf, rangesParameter } from './spans.ts';
import { stepFor, TimelineQueries } from './timeline.ts';

const MOST_SIGNATURES = 1000;
const USUAL_SIGNATURES = 100;
const SHOWN_EXAMPLES = 10;

/** Answers questions from the tables. */
export class ResultQueries {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #scopes: Scopes;
  readonly #marks: Marks;
  readonly #timeline: TimelineQueries;
  readonly #abandonedAt: number | undefined;

  constructor(db: DatabaseSync, abandonedAt?: number) {
    this.#abandonedAt = abandonedAt;
    addNamedId(db);
    this.#statements = prepareStatements(db);
    this.#scopes = new Scopes(db);
    this.#marks = new Marks(db);
    this.#timeline = new TimelineQueries(db);
  }

  rehearsals(): RehearsalRow[] {
    return this.#scopes.rows();
  }

  summary(window: TimeWindow = {}, scope?: Scope): Summary {
    const { rehearsals, ids, begun } = this.#scopes.of(scope);
    const ranges = rangesParameter(ids, rangesOf(window));
    const routes = new RouteGathering();
    for (const row of all<RequestRow>(this.#statements.requests, { ranges })) routes.at(row).requests = row.count;
    for (const row of all<OutcomeRow>(this.#statements.outcomes, { ranges })) {
      routes.at(row).outcomes.push({ ending: row.ending, count: row.count });
    }
    for (const row of all<SketchRow>(this.#statements.sketches, { ranges })) {
      addSketch(row.counts, sketchIn(routes.at(row).sketches, row.metric));
    }
    const deltas = Map.groupBy(all<DeltasRow>(this.#statements.deltas, { rehearsals }), (row) =>
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

  timeline({ window = {}, points, route, scope }: TimelineQuery): StoredTimeline {
    const { ids, rehearsals, begun } = this.#scopes.of(scope);
    const recorded = this.#recorded(window, rehearsals);
    const from = Math.max(window.from ?? 0, (recorded?.first ?? 0) * MINUTE);
    const to = window.to ?? (recorded?.last ?? 0) * MINUTE;
    const step = stepFor((to - from) / MINUTE, points);
    const steps = recorded === undefined || to < from ? [] : this.#timeline.steps({ from, to }, step, ids, route);
    return { step: step * MINUTE, steps, gaps: this.#gaps({ ...window, from: Math.max(from, begun) }) };
  }

  signatures({
    route,
    endings = ['mismatch'],
    limit = USUAL_SIGNATURES,
    window,
    scope,
  }: SignatureQuery): MarkedSignature[] {
    const rows = all<SignatureColumns>(this.#statements.signatures, {
      ranges: rangesParameter(this.#scopes.of(scope).ids, rangesOf(window)),
      route: route ?? null,
      endings: JSON.stringify(endings),
      limit: Math.min(Math.max(limit, 0), MOST_SIGNATURES),
    });
    return [...rows].map((row) => this.#signatureRow(row));
  }

  signature(id: string, scope?: Scope): SignatureDetail | undefined {
    const { rehearsals } = this.#scopes.of(scope);
    const found = this.#signatureIn(id, rehearsals);
    if (found !== undefined || scope?.rehearsal !== undefined) return found;
    const [latest] = all<{ rehearsal: number }>(this.#statements.latestWith, { id, service: scope?.service ?? null });
    return latest && this.#signatureIn(id, JSON.stringify([latest.rehearsal]));
  }

  #signatureIn(id: string, rehearsals: string): SignatureDetail | undefined {
    const [row] = all<SignatureColumns>(this.#statements.signature, { id, rehearsals });
    if (row === undefined) return undefined;
    const { service } = row;
    const asked = { id, rehearsals, service, shown: SHOWN_EXAMPLES };
    const examples = [...all<StoredExample>(this.#statements.examples, asked)];
    return { ...this.#signatureRow(row), examples: examples.map(exchangeOf) };
  }

  #signatureRow({ persistent, transient, ...row }: SignatureColumns): MarkedSignature {
    const mark = this.#marks.of(row.service, row.id);
    const repeated = persistent + transient > 0 ? { repeated: labelled({ persistent, transient }) } : {};
    return { ...row, places: JSON.parse(row.places) as Place[], ...repeated, ...(mark && { mark }) };
  }

  exchange(id: string): StoredExchange | undefined {
    const [row] = all<StoredExample>(this.#statements.exchange, { id });
    return row && exchangeOf(row);
  }

  evidence(route?: string, scope?: Scope): EvidenceRow[] {
    const { rehearsals } = this.#scopes.of(scope);
    const rows = all<EvidenceRow>(this.#statements.evidence, { route: route ?? null, rehearsals });
    return [...rows].map((row) => ({ ...row }));
  }

  redactions(scope?: Scope): RedactionRow[] {
    const { rehearsals } = this.#scopes.of(scope);
    const rows = all<{ rule: Redaction; name: string; count: number }>(this.#statements.redactions, { rehearsals });
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
    const [row] = all<Recorded | { first: null }>(this.#statements.extent, {
      rehearsals,
      from: Math.floor(from / MINUTE),
      to: Math.floor(to / MINUTE),
    });
    return row === undefined || row.first === null ? undefined : row;
  }

  #gaps({ from = 0, to = Number.MAX_SAFE_INTEGER }: TimeWindow): Summary['gaps'] {
    const rows = all<{ flushed: number; resumed: number }>(this.#statements.gaps, {
      ...{ from, to },
      abandonedAt: this.#abandonedAt ?? null,
    });
    return [...rows].map((row) => ({ from: row.flushed, to: row.resumed }));
  }
}

/** Combines what several tables say about each route. Routes keep the order in which they were first named. */
class RouteGathering {
  readonly #routes = new Map<string, RouteName & { requests: number; outcomes: EndingCount[]; sketches: Sketches }>();

  at({ service, route }: RouteName) {
    const key = routeKey(service, route);
    let known = this.#routes.get(key);
    if (known === undefined) {
      known = { service, route, requests: 0, outcomes: [], sketches: new Map() };
      this.#routes.set(key, known);
    }
    return known;
  }

  summaries(deltasOf: (route: RouteName) => readonly DeltaBlocks[]): RouteSummary[] {
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

interface RouteName {
  readonly service: string;
  readonly route: string;
}

interface RequestRow extends RouteName {
  readonly count: number;
}

interface OutcomeRow extends RequestRow {
  readonly ending: Ending;
}

interface DeltasRow extends RouteName {
  /** As JSON. */
  readonly deltas: string;
}

interface SketchRow extends RouteName {
  readonly metric: string;
  readonly counts: Uint8Array;
}

/** Places are JSON. */
type SignatureColumns = Omit<MarkedSignature, 'places' | 'mark' | 'repeated'> & {
  readonly places: string;
} & RepeatCounts;

interface StoredExample {
  readonly service: string;
  /** Under the present name of its route. */
  readonly route: string;
  readonly content: string;
}

/** The rows as shaped by the statement's columns and the schema. */
function all<Row>(statement: StatementSync, parameters: Record<string, SQLInputValue>): Iterable<Row> {
  return statement.iterate(parameters) as Iterable<unknown> as Iterable<Row>;
}

function exchangeOf({ service, route, content }: StoredExample): StoredExchange {
  return { ...(JSON.parse(content) as RecordedExchange), service, route };
}

function prepareStatements(db: DatabaseSync) {
  const signatureColumns = `
    ${NAMED_ID} AS id, service, name AS route, ending, primary_status AS primaryStatus, shadow_status AS shadowStatus, places`;
  const signatures = 'signature JOIN named ON named.id = signature.route';
  return {
    requests: db.prepare(`
      SELECT service, name AS route, sum(count) AS count FROM ${ranged('request')}
      JOIN named ON named.id = request.route GROUP BY service, name ORDER BY sum(count) DESC, service, name`),
    outcomes: db.prepare(`
      SELECT service, name AS route, ending, sum(count) AS count FROM ${ranged('outcome')}
      JOIN named ON named.id = outcome.route GROUP BY service, name, ending ORDER BY sum(count) DESC, ending`),
    sketches: db.prepare(`
      SELECT service, name AS route, metric, counts FROM ${ranged('sketch')}
      JOIN named ON named.id = sketch.route`),
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
    signatures: db.prepare(`
      SELECT ${signatureColumns}, min(first_seen) AS firstSeen, max(last_seen) AS lastSeen, sum(counted.count) AS count,
        sum(persistent) AS persistent, sum(transient) AS transient
      FROM (
        SELECT rehearsal, signature AS counted_id, sum(count) AS count FROM ${ranged('occurrence')}
        GROUP BY rehearsal, signature) AS counted
      JOIN signature ON signature.rehearsal = counted.rehearsal AND signature.id = counted_id
      JOIN named ON named.id = signature.route
      WHERE ending IN (SELECT value FROM json_each(:endings)) AND (:route IS NULL OR name = :route)
      GROUP BY service, 1 ORDER BY sum(counted.count) DESC, max(last_seen) DESC, 1, service LIMIT :limit`),
    signature: db.prepare(`
      SELECT ${signatureColumns}, min(first_seen) AS firstSeen, max(last_seen) AS lastSeen,
        sum(persistent) AS persistent, sum(transient) AS transient, sum((SELECT coalesce(sum(count), 0) FROM occurrence
          WHERE occurrence.rehearsal = signature.rehearsal AND span = 1440 AND occurrence.signature = signature.id)) AS count
      FROM ${signatures} WHERE ${IN_SCOPE} AND ${WITH_NAMED_ID} GROUP BY service, 1 ORDER BY count DESC, service`),
    latestWith: db.prepare(`
      SELECT rehearsal.id AS rehearsal FROM ${signatures} JOIN rehearsal ON rehearsal.id = signature.rehearsal
      WHERE (:service IS NULL OR rehearsal.service = :service) AND ${WITH_NAMED_ID}
      ORDER BY present_since DESC, rehearsal.id DESC LIMIT 1`),
    examples: db.prepare(`
      SELECT service, route, content FROM (
        SELECT service, name AS route, content, received, priority
        FROM ${signatures}
        JOIN example ON example.rehearsal = signature.rehearsal AND example.signature = signature.id
        WHERE signature.${IN_SCOPE} AND service = :service AND ${WITH_NAMED_ID} ORDER BY priority DESC LIMIT :shown)
      ORDER BY received DESC, priority DESC`),
    exchange: db.prepare(`
      SELECT rehearsal.service, coalesce(named.name, json_extract(content, '$.route')) AS route, content FROM example
      JOIN rehearsal ON rehearsal.id = example.rehearsal
      LEFT JOIN signature ON signature.rehearsal = example.rehearsal AND signature.id = example.signature
      LEFT JOIN named ON named.id = signature.route
      WHERE exchange = :id ORDER BY received DESC, example.id DESC LIMIT 1`),
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
