import type { DatabaseSync } from 'node:sqlite';
import { placeKey } from '../../compare/collapse.ts';
import { OTHER_PLACES } from '../../findings/gathering.ts';
import type { Place } from '../../model/difference.ts';
import { type Ending, SHADOW_FAILURES } from '../../model/outcome.ts';
import { type Expectation, type Mark, triageOf } from '../../model/triage.ts';
import type { SignatureCount } from '../disregard.ts';
import { Marks } from './marks.ts';
import { NAMED_ID } from './route-aliases.ts';
import { IN_SCOPE } from './scopes.ts';

export interface SignatureCounts {
  readonly byRoute: ReadonlyMap<string, readonly SignatureCount[]>;
  /** The present id of a signature, given the id under which it was found. */
  readonly named: (rehearsal: number, id: string) => string;
}

const NOTHING: SignatureCounts = { byRoute: new Map(), named: (_, id) => id };

/** Reads how often each signature was seen, and what is known about it. */
export class SignatureCounting {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #marks: Marks;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
    this.#marks = new Marks(db);
  }

  /** Mismatches and failures. @param expectedAt absent: no signature is expected. */
  in(rehearsals: string, expectedAt: number | undefined): SignatureCounts {
    const since = this.#acceptedSince(rehearsals);
    const gathered = new Map<string, SignatureCount & { route: string }>();
    const names = new Map<string, string>();
    const markOf = this.#marks.all();
    for (const row of this.#rows(rehearsals)) {
      names.set(`${row.rehearsal} ${row.found}`, row.id);
      const places = JSON.parse(row.places) as Place[];
      const isOver = (place: Place) =>
        (since.get(acceptedKey(row.name, place)) ?? Number.NEGATIVE_INFINITY) >= row.lastSeen;
      const left = since.size === 0 ? places : places.filter((place) => !isOver(place));
      const known = gathered.get(row.id);
      const expectation = expectationOf(markOf(row.service, row.id), expectedAt);
      gathered.set(row.id, {
        ...{ id: row.id, route: row.name, what: row.what, places },
        left: known === undefined || left.length > known.left.length ? left : known.left,
        count: row.count + (known?.count ?? 0),
        ...(expectation && { expectation }),
      });
    }
    const byRoute = Map.groupBy(gathered.values(), ({ route }) => route);
    return { byRoute, named: (rehearsal, id) => names.get(`${rehearsal} ${id}`) ?? NOTHING.named(rehearsal, id) };
  }

  /** Keys of the places with mismatches in this rehearsal, by route. */
  placesOf(rehearsal: string | undefined): ReadonlyMap<string, ReadonlySet<string>> {
    const places = new Map<string, Set<string>>();
    if (rehearsal === undefined) return places;
    for (const row of this.#statements.baseline.all({ rehearsal }) as unknown as { name: string; places: string }[]) {
      const known = places.get(row.name) ?? new Set();
      places.set(row.name, known);
      for (const place of JSON.parse(row.places) as Place[])
        if (place.path !== OTHER_PLACES.path) known.add(placeKey(place));
    }
    return places;
  }

  #rows(rehearsals: string): readonly StoredSignature[] {
    return this.#statements.signatures.all({ rehearsals }) as unknown as StoredSignature[];
  }

  /** Since when a rule accepts the difference at a place. */
  #acceptedSince(rehearsals: string): Map<string, number> {
    const rows = this.#statements.accepted.all({ rehearsals }) as unknown as AcceptedPlace[];
    return new Map(rows.map((row) => [acceptedKey(row.name, row), row.since]));
  }
}

function expectationOf(mark: Mark | undefined, at: number | undefined): Expectation | undefined {
  if (at === undefined) return undefined;
  const triage = triageOf(mark, at);
  if (triage.state !== 'expected') return undefined;
  const { state: _, markedAt: __, ...expectation } = triage;
  return expectation;
}

function acceptedKey(route: string, place: Place): string {
  return JSON.stringify([route, placeKey(place)]);
}

interface AcceptedPlace extends Place {
  readonly name: string;
  readonly since: number;
}

interface StoredSignature {
  readonly rehearsal: number;
  /** `found`: the id when it was found; `id`: its present id. */
  readonly found: string;
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly what: string;
  /** As JSON. */
  readonly places: string;
  readonly lastSeen: number;
  readonly count: number;
}

const JUDGED: readonly Ending[] = ['mismatch', ...SHADOW_FAILURES];

function prepareStatements(db: DatabaseSync) {
  const named = 'JOIN named ON named.id = route';
  return {
    accepted: db.prepare(`SELECT name, path, kind, since FROM accepted_place ${named} WHERE ${IN_SCOPE}`),
    signatures: db.prepare(`
      SELECT rehearsal, signature.id AS found, ${NAMED_ID} AS id, service, name, places, last_seen AS lastSeen,
        ending || ' ' || primary_status || ' ' || shadow_status AS what,
        coalesce(counted.count, 0) AS count
      FROM signature ${named} LEFT JOIN (
        SELECT rehearsal AS of_rehearsal, signature AS counted_id, sum(count) AS count FROM occurrence
        WHERE ${IN_SCOPE} AND span = 1440 GROUP BY rehearsal, signature) AS counted
        ON of_rehearsal = signature.rehearsal AND counted_id = signature.id
      WHERE ${IN_SCOPE} AND ending IN (${JUDGED.map((ending) => `'${ending}'`).join(', ')})`),
    baseline: db.prepare(`
      SELECT named.name AS name, places FROM signature ${named} JOIN rehearsal ON rehearsal.id = signature.rehearsal
      WHERE rehearsal.name = :rehearsal AND ending = 'mismatch'`),
  };
}
