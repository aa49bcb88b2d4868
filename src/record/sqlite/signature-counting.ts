import type { DatabaseSync } from 'node:sqlite';
import { placeKey } from '../../compare/collapse.ts';
import { OTHER_PLACES, type Place } from '../../model/difference.ts';
import { type Ending, SHADOW_FAILURES } from '../../model/outcome.ts';
import { type Expectation, type Mark, triageOf } from '../../model/triage.ts';
import type { SignatureCount } from '../disregard.ts';
import { Marks } from './marks.ts';
import { rowsOf } from './rows.ts';
import { IN_SCOPE } from './scopes.ts';
import type { SignatureRows } from './signature-rows.ts';

export interface SignatureCounts {
  readonly byRoute: ReadonlyMap<string, readonly SignatureCount[]>;
  /** The present id of a signature, given the id under which it was found. */
  readonly named: (rehearsal: number, id: string) => string;
}

/** Reads how often each signature was seen, and what is known about it. */
export class SignatureCounting {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #rows: SignatureRows;
  readonly #marks: Marks;

  constructor(db: DatabaseSync, rows: SignatureRows) {
    this.#statements = prepareStatements(db);
    this.#rows = rows;
    this.#marks = new Marks(db);
  }

  /**
   * Mismatches and failures.
   *
   * @param rehearsals their rows
   * @param expectedAt absent: no signature is expected.
   */
  in(rehearsals: readonly number[], expectedAt: number | undefined): SignatureCounts {
    const since = this.#acceptedSince(rehearsals);
    const gathered = new Map<string, SignatureCount & { route: string }>();
    const names = new Map<string, string>();
    const markOf = this.#marks.all();
    const countOf = this.#rows.counts(rehearsals);
    for (const row of this.#rows.in(rehearsals)) {
      if (!JUDGED.has(row.ending)) continue;
      const { id, route, places } = row;
      if (id !== row.found) names.set(`${row.rehearsal} ${row.found}`, id);
      const isOver = (place: Place) =>
        (since.get(acceptedKey(route, place)) ?? Number.NEGATIVE_INFINITY) >= row.lastSeen;
      const left = since.size === 0 ? places : places.filter((place) => !isOver(place));
      const known = gathered.get(id);
      const expectation = expectationOf(markOf(row.service, id), expectedAt);
      gathered.set(id, {
        ...{ id, route, places, what: `${row.ending} ${row.primaryStatus} ${row.shadowStatus}` },
        left: known === undefined || left.length > known.left.length ? left : known.left,
        count: (countOf(row) ?? 0) + (known?.count ?? 0),
        ...(expectation && { expectation }),
      });
    }
    const byRoute = Map.groupBy(gathered.values(), ({ route }) => route);
    return { byRoute, named: (rehearsal, id) => names.get(`${rehearsal} ${id}`) ?? id };
  }

  /** Keys of the places with mismatches in this rehearsal, by route. */
  placesOf(rehearsal: string | undefined): ReadonlyMap<string, ReadonlySet<string>> {
    const places = new Map<string, Set<string>>();
    if (rehearsal === undefined) return places;
    for (const row of rowsOf<{ name: string; places: string }>(this.#statements.baseline, { rehearsal })) {
      const known = places.get(row.name) ?? new Set();
      places.set(row.name, known);
      for (const place of JSON.parse(row.places) as Place[])
        if (place.path !== OTHER_PLACES.path) known.add(placeKey(place));
    }
    return places;
  }

  /** Since when a rule accepts the difference at a place. */
  #acceptedSince(rehearsals: readonly number[]): Map<string, number> {
    const rows = rowsOf<AcceptedPlace>(this.#statements.accepted, { rehearsals: JSON.stringify(rehearsals) });
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

const JUDGED: ReadonlySet<Ending> = new Set(['mismatch', ...SHADOW_FAILURES]);

function prepareStatements(db: DatabaseSync) {
  const named = 'JOIN named ON named.id = route';
  return {
    accepted: db.prepare(`SELECT name, path, kind, since FROM accepted_place ${named} WHERE ${IN_SCOPE}`),
    baseline: db.prepare(`
      SELECT named.name AS name, places FROM signature ${named} JOIN rehearsal ON rehearsal.id = signature.rehearsal
      WHERE rehearsal.name = :rehearsal AND ending = 'mismatch'`),
  };
}
