import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Place } from '../../model/difference.ts';
import type { RecordedExchange } from '../../model/finding.ts';
import { labelled, type RepeatCounts } from '../../model/repeat.ts';
import type {
  MarkedSignature,
  Scope,
  SignatureDetail,
  SignatureQuery,
  StoredExchange,
} from '../../model/store-reader.ts';
import type { Mark } from '../../model/triage.ts';
import { Marks } from './marks.ts';
import { NAMED_ID, WITH_NAMED_ID } from './route-aliases.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';
import { ranged, rangesOf, rangesParameter } from './spans.ts';

const MOST_SIGNATURES = 20_000;
const USUAL_SIGNATURES = 100;
const SHOWN_EXAMPLES = 10;

/** Reads signatures and their examples. */
export class SignatureQueries {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #scopes: Scopes;
  readonly #marks: Marks;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
    this.#scopes = new Scopes(db);
    this.#marks = new Marks(db);
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
    const markOf = this.#marks.all();
    return [...rows].map((row) => signatureRow(row, markOf(row.service, row.id)));
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
    return { ...signatureRow(row, this.#marks.of(service, row.id)), examples: examples.map(exchangeOf) };
  }

  exchange(id: string): StoredExchange | undefined {
    const [row] = all<StoredExample>(this.#statements.exchange, { id });
    return row && exchangeOf(row);
  }
}

function signatureRow({ persistent, transient, ...row }: SignatureColumns, mark: Mark | undefined): MarkedSignature {
  const repeated = persistent + transient > 0 ? { repeated: labelled({ persistent, transient }) } : {};
  return { ...row, places: JSON.parse(row.places) as Place[], ...repeated, ...(mark && { mark }) };
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
  };
}
