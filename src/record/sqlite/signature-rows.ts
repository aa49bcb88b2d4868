import type { DatabaseSync } from 'node:sqlite';
import type { Place } from '../../model/difference.ts';
import type { Ending } from '../../model/outcome.ts';
import type { TimeWindow } from '../../model/store-reader.ts';
import { namedId } from './route-aliases.ts';
import { prepareTuples, rowsOf } from './rows.ts';
import { ranged, rangesOf, rangesParameter } from './spans.ts';

/** A signature as one rehearsal recorded it, under the present name of its route. */
export interface RecordedSignature {
  /** Its row. */
  readonly rehearsal: number;
  /** The id when it was found. */
  readonly found: string;
  /** The id that it would have if its route had always had the present name. */
  readonly id: string;
  readonly service: string;
  readonly route: string;
  readonly ending: Ending;
  readonly primaryStatus: number;
  readonly shadowStatus: number;
  readonly places: readonly Place[];
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly persistent: number;
  readonly transient: number;
}

/** How often a signature was seen in a window; undefined: there are no results of it from that time. */
export type CountOf = (row: RecordedSignature) => number | undefined;

/**
 * Reads all signatures of some rehearsals. There may be many thousands: so the names of the routes are read once, and
 * nothing is joined or sorted that few of the rows need.
 */
export class SignatureRows {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #kept: Map<number, readonly RecordedSignature[]> | undefined;

  /** @param isSnapshot the database does not change: what was read is kept, as one answer may need it twice. */
  constructor(db: DatabaseSync, isSnapshot: boolean) {
    this.#statements = prepareStatements(db);
    this.#kept = isSnapshot ? new Map() : undefined;
  }

  /** @param rehearsals their rows */
  in(rehearsals: readonly number[]): readonly RecordedSignature[] {
    return rehearsals.flatMap((rehearsal) => this.#kept?.get(rehearsal) ?? this.#read(rehearsal));
  }

  /** @param rehearsals their rows */
  counts(rehearsals: readonly number[], window?: TimeWindow): CountOf {
    const ranges = rangesParameter(rehearsals, rangesOf(window));
    const counts = new Map(rehearsals.map((rehearsal) => [rehearsal, new Map<string, number>()]));
    for (const [rehearsal, id, count] of rowsOf<CountTuple>(this.#statements.counts, { ranges })) {
      const known = counts.get(rehearsal)!;
      known.set(id, (known.get(id) ?? 0) + count);
    }
    return ({ rehearsal, found }) => counts.get(rehearsal)?.get(found);
  }

  #read(rehearsal: number): readonly RecordedSignature[] {
    const names = new Map(rowsOf<RouteTuple>(this.#statements.routes).map((route) => [route[0], route]));
    const rows = rowsOf<SignatureTuple>(this.#statements.signatures, { rehearsal }).map((row) =>
      signatureOf(rehearsal, row, names.get(row[1])!),
    );
    this.#kept?.set(rehearsal, rows);
    return rows;
  }
}

function signatureOf(rehearsal: number, row: SignatureTuple, [, service, route, alias]: RouteTuple): RecordedSignature {
  const [found, , ending, primaryStatus, shadowStatus, text, firstSeen, lastSeen, persistent, transient] = row;
  const places = JSON.parse(text) as Place[];
  const own = { route, ending, primaryStatus, shadowStatus, places };
  const id = alias === null ? found : namedId(found, own);
  return { rehearsal, found, id, service, ...own, firstSeen, lastSeen, persistent, transient };
}

type RouteTuple = readonly [id: number, service: string, name: string, alias: number | null];

type CountTuple = readonly [rehearsal: number, signature: string, count: number];

type SignatureTuple = readonly [
  id: string,
  route: number,
  ending: Ending,
  primaryStatus: number,
  shadowStatus: number,
  places: string,
  firstSeen: number,
  lastSeen: number,
  persistent: number,
  transient: number,
];

function prepareStatements(db: DatabaseSync) {
  return {
    routes: prepareTuples(db, 'SELECT id, service, name, alias FROM named'),
    signatures: prepareTuples(
      db,
      `SELECT id, route, ending, primary_status, shadow_status, places, first_seen, last_seen, persistent, transient
      FROM signature WHERE rehearsal = :rehearsal`,
    ),
    counts: prepareTuples(db, `SELECT rehearsal, signature, count FROM ${ranged('occurrence')}`),
  };
}
