import type { DatabaseSync } from 'node:sqlite';
import { compareText } from '../../lib/text-order.ts';
import type { Place } from '../../model/difference.ts';
import type { RecordedExchange } from '../../model/finding.ts';
import { labelled } from '../../model/repeat.ts';
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
import { rowsOf } from './rows.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';
import type { CountOf, RecordedSignature, SignatureRows } from './signature-rows.ts';

const MOST_SIGNATURES = 20_000;
const USUAL_SIGNATURES = 100;
const SHOWN_EXAMPLES = 10;

/** Reads signatures and their examples. */
export class SignatureQueries {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #scopes: Scopes;
  readonly #rows: SignatureRows;
  readonly #marks: Marks;

  constructor(db: DatabaseSync, rows: SignatureRows) {
    this.#statements = prepareStatements(db);
    this.#rows = rows;
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
    const markOf = this.#marks.all();
    const { ids } = this.#scopes.of(scope);
    const countOf = this.#rows.counts(ids, window);
    const asked = this.#rows
      .in(ids)
      .filter((row) => endings.includes(row.ending) && (route ?? row.route) === row.route);
    return [...merged(asked, countOf)]
      .sort(byCount)
      .slice(0, Math.min(Math.max(limit, 0), MOST_SIGNATURES))
      .map(({ row, count }) => markedSignature(row, count, markOf(row.service, row.id)));
  }

  signature(id: string, scope?: Scope): SignatureDetail | undefined {
    const { rehearsals } = this.#scopes.of(scope);
    const found = this.#signatureIn(id, rehearsals);
    if (found !== undefined || scope?.rehearsal !== undefined) return found;
    const [latest] = rowsOf<{ rehearsal: number }>(this.#statements.latestWith, {
      id,
      service: scope?.service ?? null,
    });
    return latest && this.#signatureIn(id, JSON.stringify([latest.rehearsal]));
  }

  #signatureIn(id: string, rehearsals: string): SignatureDetail | undefined {
    const [row] = rowsOf<SignatureColumns>(this.#statements.signature, { id, rehearsals });
    if (row === undefined) return undefined;
    const { service } = row;
    const asked = { id, rehearsals, service, shown: SHOWN_EXAMPLES };
    const examples = rowsOf<StoredExample>(this.#statements.examples, asked);
    return {
      ...markedSignature(
        { ...row, places: JSON.parse(row.places) as Place[] },
        row.count ?? 0,
        this.#marks.of(service, row.id),
      ),
      examples: examples.map(exchangeOf),
    };
  }

  exchange(id: string): StoredExchange | undefined {
    const [row] = rowsOf<StoredExample>(this.#statements.exchange, { id });
    return row && exchangeOf(row);
  }
}

interface CountedSignature {
  readonly row: RecordedSignature;
  readonly count: number;
}

/** Those that were seen. Rows that are the same signature by now are one: their routes turned out to be the same. */
function merged(rows: readonly RecordedSignature[], countOf: CountOf): Iterable<CountedSignature> {
  const merged = new Map<string, CountedSignature>();
  for (const row of rows) {
    const count = countOf(row);
    if (count === undefined) continue;
    const key = `${row.service} ${row.id}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? { row, count } : sumOf(known, { row, count }));
  }
  return merged.values();
}

function sumOf(one: CountedSignature, other: CountedSignature): CountedSignature {
  const [row, added] = [one.row, other.row];
  return {
    row: {
      ...row,
      firstSeen: Math.min(row.firstSeen, added.firstSeen),
      lastSeen: Math.max(row.lastSeen, added.lastSeen),
      persistent: row.persistent + added.persistent,
      transient: row.transient + added.transient,
    },
    count: one.count + other.count,
  };
}

function byCount(a: CountedSignature, b: CountedSignature): number {
  return (
    b.count - a.count ||
    b.row.lastSeen - a.row.lastSeen ||
    compareText(a.row.id, b.row.id) ||
    compareText(a.row.service, b.row.service)
  );
}

type NamedSignature = Omit<RecordedSignature, 'rehearsal' | 'found'>;

function markedSignature(row: NamedSignature, count: number, mark: Mark | undefined): MarkedSignature {
  const { id, service, route, ending, primaryStatus, shadowStatus, places, firstSeen, lastSeen } = row;
  const { persistent, transient } = row;
  const marked: { -readonly [Member in keyof MarkedSignature]: MarkedSignature[Member] } = {
    ...{ id, service, route, ending, primaryStatus, shadowStatus, places, firstSeen, lastSeen, count },
  };
  if (persistent + transient > 0) marked.repeated = labelled({ persistent, transient });
  if (mark !== undefined) marked.mark = mark;
  return marked;
}

/** Places are JSON. */
type SignatureColumns = Omit<NamedSignature, 'places'> & { readonly places: string; readonly count: number | null };

interface StoredExample {
  readonly service: string;
  /** Under the present name of its route. */
  readonly route: string;
  readonly content: string;
}

function exchangeOf({ service, route, content }: StoredExample): StoredExchange {
  return { ...(JSON.parse(content) as RecordedExchange), service, route };
}

function prepareStatements(db: DatabaseSync) {
  const signatureColumns = `
    ${NAMED_ID} AS id, service, name AS route, ending, primary_status AS primaryStatus, shadow_status AS shadowStatus, places`;
  const signatures = 'signature JOIN named ON named.id = signature.route';
  return {
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
