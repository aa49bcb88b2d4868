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
  /** Null: there are no results of it from the time that was asked about. */
  readonly count: number | null;
}

/**
 * Reads all signatures of some rehearsals. There may be many thousands: so the names of the routes are read once, and
 * nothing is joined or sorted that few of the rows need.
 */
export class SignatureRows {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** @param rehearsals their rows */
  in(rehearsals: readonly number[], window?: TimeWindow): readonly RecordedSignature[] {
    const names = new Map(rowsOf<RouteTuple>(this.#statements.routes).map((route) => [route[0], route]));
    const ranges = rangesParameter(rehearsals, rangesOf(window));
    const rows = rowsOf<SignatureTuple>(this.#statements.signatures, {
      rehearsals: JSON.stringify(rehearsals),
      ranges,
    });
    return rows.map((row) => signatureOf(row, names.get(row[2])!));
  }
}

function signatureOf(row: SignatureTuple, [, service, route, alias]: RouteTuple): RecordedSignature {
  const [
    rehearsal,
    found,
    ,
    ending,
    primaryStatus,
    shadowStatus,
    text,
    firstSeen,
    lastSeen,
    persistent,
    transient,
    count,
  ] = row;
  const places = JSON.parse(text) as Place[];
  const own = { route, ending, primaryStatus, shadowStatus, places };
  const id = alias === null ? found : namedId(found, own);
  return { rehearsal, found, id, service, ...own, firstSeen, lastSeen, persistent, transient, count };
}

type RouteTuple = readonly [id: number, service: string, name: string, alias: number | null];

type SignatureTuple = readonly [
  rehearsal: number,
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
  count: number | null,
];

function prepareStatements(db: DatabaseSync) {
  return {
    routes: prepareTuples(db, 'SELECT id, service, name, alias FROM named'),
    signatures: prepareTuples(
      db,
      `SELECT signature.rehearsal, signature.id, route, ending, primary_status, shadow_status, places, first_seen,
        last_seen, persistent, transient, counted.count
      FROM json_each(:rehearsals) AS asked CROSS JOIN signature ON signature.rehearsal = asked.value
      LEFT JOIN (
        SELECT rehearsal AS of_rehearsal, signature AS counted_id, sum(count) AS count FROM ${ranged('occurrence')}
        GROUP BY rehearsal, signature) AS counted
        ON of_rehearsal = signature.rehearsal AND counted_id = signature.id`,
    ),
  };
}
