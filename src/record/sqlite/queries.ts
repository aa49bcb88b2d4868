import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { medianInterval } from '../../lib/median-interval.ts';
import { largestCount, SKETCH_BUCKETS, signedQuantile, sketchCount, sketchQuantile } from '../../lib/sketch.ts';
import type { Place } from '../../model/difference.ts';
import { LEGS } from '../../model/exchange.ts';
import type { RecordedExchange, SignatureRow } from '../../model/finding.ts';
import type { Ending } from '../../model/outcome.ts';
import type { Redaction } from '../../model/redaction.ts';
import {
  type Crowded,
  type DeltaQuantiles,
  type EvidenceRow,
  type LegLatency,
  NAMES_LISTED,
  type Quantiles,
  type RedactionRow,
  type RouteSummary,
  type RuleRow,
  type SignatureDetail,
  type SignatureQuery,
  type Summary,
  type TimeWindow,
} from '../../model/store-reader.ts';
import { addSketch } from './sketch-blob.ts';
import { IN_SPANS, MINUTE, spansOf } from './spans.ts';

const MOST_SIGNATURES = 1000;
const USUAL_SIGNATURES = 100;
/** Milliseconds. A rule that is configured is named once an hour, so that one not named for longer is no more. */
const STILL_CONFIGURED = 2 * 60 * MINUTE;

type Sketches = Map<string, Float64Array>;
type OutcomeCount = RouteSummary['outcomes'][number];

/** Answers questions from the tables. */
export class ResultQueries {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  summary(window: TimeWindow = {}): Summary {
    const spans = { ...spansOf(window) };
    const routes = new RouteGathering();
    for (const row of all<RequestRow>(this.#statements.requests, spans)) routes.at(row.route).requests = row.count;
    for (const row of all<OutcomeRow>(this.#statements.outcomes, spans)) {
      routes.at(row.route).outcomes.push({ ending: row.ending, count: row.count });
    }
    for (const row of all<SketchRow>(this.#statements.sketches, spans)) {
      addSketch(row.counts, sketchIn(routes.at(row.route).sketches, row.metric));
    }
    const summaries = routes.summaries();
    return {
      ...this.#extent(window),
      requests: summaries.reduce((sum, each) => sum + each.requests, 0),
      outcomes: totalOutcomes(summaries),
      routes: summaries,
      gaps: this.#gaps(window),
    };
  }

  signatures({ route, endings = ['mismatch'], limit = USUAL_SIGNATURES, window }: SignatureQuery): SignatureRow[] {
    const rows = all<StoredSignature>(this.#statements.signatures, {
      ...spansOf(window),
      route: route ?? null,
      endings: JSON.stringify(endings),
      limit: Math.min(Math.max(limit, 0), MOST_SIGNATURES),
    });
    return [...rows].map(signatureRow);
  }

  signature(id: string): SignatureDetail | undefined {
    const [row] = all<StoredSignature>(this.#statements.signature, { id });
    if (row === undefined) return undefined;
    const examples = [...all<StoredExample>(this.#statements.examples, { id })].map(exchangeOf);
    return { ...signatureRow(row), examples };
  }

  exchange(id: string): RecordedExchange | undefined {
    const [row] = all<StoredExample>(this.#statements.exchange, { id });
    return row && exchangeOf(row);
  }

  evidence(route?: string): EvidenceRow[] {
    return [...all<EvidenceRow>(this.#statements.evidence, { route: route ?? null })].map((row) => ({ ...row }));
  }

  rules(): RuleRow[] {
    const rows = all<Omit<RuleRow, 'until'> & { until: number | null }>(this.#statements.rules, {
      age: STILL_CONFIGURED,
    });
    return [...rows].map(({ until, ...row }) => ({ ...row, ...(until === null ? {} : { until }) }));
  }

  redactions(): RedactionRow[] {
    const rows = all<{ rule: Redaction; name: string; count: number }>(this.#statements.redactions, {});
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

  #extent({ from = 0, to = Number.MAX_SAFE_INTEGER }: TimeWindow): { from?: number; to?: number } {
    const [row] = all<{ first: number | null; last: number | null; flushed: number | null }>(this.#statements.extent, {
      from: Math.floor(from / MINUTE),
      to: Math.floor(to / MINUTE),
    });
    if (row === undefined || row.first === null || row.last === null) return {};
    const end = (row.last + 1) * MINUTE;
    return { from: row.first * MINUTE, to: Math.min(end, row.flushed ?? end) };
  }

  #gaps({ from = 0, to = Number.MAX_SAFE_INTEGER }: TimeWindow): Summary['gaps'] {
    const rows = all<{ flushed: number; resumed: number }>(this.#statements.gaps, { from, to });
    return [...rows].map((row) => ({ from: row.flushed, to: row.resumed }));
  }
}

/** Puts together what several tables say of each route; routes stay in the order in which they were first named. */
class RouteGathering {
  readonly #routes = new Map<string, { requests: number; outcomes: OutcomeCount[]; sketches: Sketches }>();

  at(name: string) {
    let route = this.#routes.get(name);
    if (route === undefined) {
      route = { requests: 0, outcomes: [], sketches: new Map() };
      this.#routes.set(name, route);
    }
    return route;
  }

  summaries(): RouteSummary[] {
    return [...this.#routes].map(([name, { requests, outcomes, sketches }]) => {
      const delta = deltaQuantiles(sketches);
      const crowded = crowdedOf(sketches);
      const latency = latencyOf(sketches);
      return { route: name, requests, outcomes, latency, ...(delta && { delta }), ...(crowded && { crowded }) };
    });
  }
}

function totalOutcomes(routes: readonly RouteSummary[]): OutcomeCount[] {
  const totals = new Map<Ending, number>();
  for (const { ending, count } of routes.flatMap(({ outcomes }) => outcomes)) {
    totals.set(ending, (totals.get(ending) ?? 0) + count);
  }
  return [...totals]
    .map(([ending, count]) => ({ ending, count }))
    .sort((left, right) => right.count - left.count || left.ending.localeCompare(right.ending));
}

function sketchIn(sketches: Sketches, metric: string): Float64Array {
  let sketch = sketches.get(metric);
  if (sketch === undefined) {
    sketch = new Float64Array(SKETCH_BUCKETS);
    sketches.set(metric, sketch);
  }
  return sketch;
}

function latencyOf(sketches: Sketches): LegLatency[] {
  return LEGS.flatMap((leg) => {
    const firstByte = sketches.get(`${leg}.firstByte`);
    const lastByte = sketches.get(`${leg}.lastByte`);
    if (firstByte === undefined || lastByte === undefined) return [];
    return [{ leg, firstByte: quantilesOf(firstByte), lastByte: quantilesOf(lastByte) }];
  });
}

function quantilesOf(sketch: Float64Array): Quantiles {
  return quantiles(sketchCount(sketch), (q) => sketchQuantile(sketch, q) ?? 0);
}

function deltaQuantiles(sketches: Sketches): DeltaQuantiles | undefined {
  const below = sketches.get('delta.below') ?? [];
  const above = sketches.get('delta.above') ?? [];
  const count = sketchCount(below) + sketchCount(above);
  if (count === 0) return undefined;
  const at = (q: number) => signedQuantile(below, above, q) ?? 0;
  const interval = medianInterval(count);
  return { ...quantiles(count, at), ...(interval && { medianBetween: [at(interval.low), at(interval.high)] }) };
}

function crowdedOf(sketches: Sketches): Crowded | undefined {
  const crowds = sketches.get('crowds');
  return crowds && { count: sketchCount(crowds), inFlight: largestCount(crowds) };
}

function quantiles(count: number, at: (q: number) => number): Quantiles {
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

interface RequestRow {
  readonly route: string;
  readonly count: number;
}

interface OutcomeRow extends RequestRow {
  readonly ending: Ending;
}

interface SketchRow {
  readonly route: string;
  readonly metric: string;
  readonly counts: Uint8Array;
}

/** Places are JSON. */
type StoredSignature = Omit<SignatureRow, 'places'> & { readonly places: string };

interface StoredExample {
  readonly content: string;
}

/** The rows as the statement's columns and the schema shape them. */
function all<Row>(statement: StatementSync, parameters: Record<string, SQLInputValue>): Iterable<Row> {
  return statement.iterate(parameters) as Iterable<unknown> as Iterable<Row>;
}

function signatureRow(row: StoredSignature): SignatureRow {
  return { ...row, places: JSON.parse(row.places) as Place[] };
}

function exchangeOf(row: StoredExample): RecordedExchange {
  return JSON.parse(row.content) as RecordedExchange;
}

function prepareStatements(db: DatabaseSync) {
  const signatureColumns = `
    signature.id, name AS route, ending, primary_status AS primaryStatus, shadow_status AS shadowStatus, places,
    first_seen AS firstSeen, last_seen AS lastSeen`;
  return {
    requests: db.prepare(`
      SELECT name AS route, sum(count) AS count FROM request JOIN route ON route.id = request.route
      WHERE ${IN_SPANS} GROUP BY name ORDER BY count DESC, name`),
    outcomes: db.prepare(`
      SELECT name AS route, ending, sum(count) AS count FROM outcome JOIN route ON route.id = outcome.route
      WHERE ${IN_SPANS} GROUP BY name, ending ORDER BY count DESC, ending`),
    sketches: db.prepare(`
      SELECT name AS route, metric, counts FROM sketch JOIN route ON route.id = sketch.route WHERE ${IN_SPANS}`),
    extent: db.prepare(`
      SELECT
        (SELECT min(start) FROM request WHERE span = 1 AND start >= :from AND start <= :to) AS first,
        (SELECT max(start) FROM request WHERE span = 1 AND start >= :from AND start <= :to) AS last,
        (SELECT max(flushed) FROM run WHERE sequence > 0) AS flushed`),
    gaps: db.prepare(`
      SELECT flushed, min(later.started) AS resumed FROM run
      JOIN (SELECT id AS other, started FROM run) AS later ON other <> id AND later.started > flushed
      WHERE stopped IS NULL GROUP BY id HAVING flushed <= :to AND resumed >= :from ORDER BY flushed`),
    signatures: db.prepare(`
      SELECT ${signatureColumns}, counted.count
      FROM (SELECT signature, sum(count) AS count FROM occurrence WHERE ${IN_SPANS} GROUP BY signature) AS counted
      JOIN signature ON signature.id = counted.signature JOIN route ON route.id = signature.route
      WHERE ending IN (SELECT value FROM json_each(:endings)) AND (:route IS NULL OR name = :route)
      ORDER BY counted.count DESC, last_seen DESC, signature.id LIMIT :limit`),
    signature: db.prepare(`
      SELECT ${signatureColumns},
        (SELECT coalesce(sum(count), 0) FROM occurrence WHERE span = 60 AND signature = :id) AS count
      FROM signature JOIN route ON route.id = signature.route WHERE signature.id = :id`),
    examples: db.prepare('SELECT content FROM example WHERE signature = :id ORDER BY received DESC, priority DESC'),
    exchange: db.prepare('SELECT content FROM example WHERE exchange = :id ORDER BY received DESC, id DESC LIMIT 1'),
    evidence: db.prepare(`
      SELECT name AS route, path, kind, shadow_only AS shadowOnly, control_only AS controlOnly, both
      FROM evidence JOIN route ON route.id = evidence.route
      WHERE :route IS NULL OR name = :route
      ORDER BY shadow_only DESC, name, path, kind`),
    rules: db.prepare(`
      SELECT rule, origin, max(until) AS until, sum(hits) AS hits FROM rule_use
      WHERE last_seen > (SELECT max(last_seen) FROM rule_use) - :age
      GROUP BY rule, origin ORDER BY hits, origin, rule`),
    redactions: db.prepare('SELECT rule, name, count FROM redaction ORDER BY count DESC, rule, name'),
  };
}
