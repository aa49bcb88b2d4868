import type { DatabaseSync } from 'node:sqlite';
import type { Place } from '../../model/difference.ts';
import type { Mark, Marked, Marking } from '../../model/triage.ts';
import type { Renaming } from '../store.ts';
import { NAMED_ID, WITH_NAMED_ID } from './route-aliases.ts';

/**
 * The step to schema version 5: marks of signatures. A mark has what the signature's id is made of, so that it
 * outlives the results and follows its route if that turns out to be another.
 */
export const MARKS = `
  CREATE TABLE mark (
    service TEXT, id TEXT, route TEXT NOT NULL, ending TEXT NOT NULL,
    primary_status INTEGER NOT NULL, shadow_status INTEGER NOT NULL, places TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT, owner TEXT, until INTEGER, marked INTEGER NOT NULL, seen_again INTEGER,
    PRIMARY KEY (service, id)
  ) STRICT, WITHOUT ROWID;
`;

/** The marks that people set on signatures. The caller handles the transaction. */
export class Marks {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  of(service: string, id: string): Mark | undefined {
    const row = this.#statements.of.get({ service, id }) as unknown as StoredMark | undefined;
    return row && markOf(row);
  }

  /** All of them, for many signatures: each is found without another query. */
  all(): (service: string, id: string) => Mark | undefined {
    const rows = this.#statements.all.all() as unknown as (StoredMark & { service: string; id: string })[];
    const marks = new Map(rows.map((row) => [`${row.service} ${row.id}`, markOf(row)]));
    return (service, id) => (marks.size === 0 ? undefined : marks.get(`${service} ${id}`));
  }

  set({ ids, service: only, within, mark }: Marking): Marked {
    const service = only ?? null;
    const places = new Map(ids.map((id) => [id, this.#placesOf(id, service)]));
    const unknown = ids.filter((id) => places.get(id) === undefined);
    if (unknown.length > 0) return { unknown };
    const left = within === undefined ? [] : ids.filter((id) => !areWithin(places.get(id)!, within));
    const marked = ids.filter((id) => !left.includes(id));
    for (const id of marked) this.#mark({ id, service }, mark);
    return { marked, left };
  }

  /** Undefined if there is no such signature. */
  #placesOf(id: string, service: string | null): string | undefined {
    const { known, marked } = this.#statements;
    const row = known.get({ id, service }) ?? marked.get({ id, service });
    return (row as { readonly places: string } | undefined)?.places;
  }

  #mark(which: { readonly id: string; readonly service: string | null }, mark: Marking['mark']): void {
    const { remove, copy, change } = this.#statements;
    if (mark === 'open') {
      remove.run(which);
      return;
    }
    copy.run(which);
    change.run({ ...which, ...columnsOf(mark) });
  }

  /**
   * Opens a signature again that was marked as fixed, if a later finding shows it. `id`: as found; `rehearsal`: its
   * row.
   */
  see(rehearsal: number, { id, lastSeen }: { readonly id: string; readonly lastSeen: number }): void {
    this.#statements.reopen.run({ rehearsal, id, lastSeen });
  }

  /** Signatures of a route that turned out to be another get ids of that route. */
  rename({ service, from, to }: Renaming): void {
    const { rename, forget } = this.#statements;
    forget.run({ service, from, to });
    rename.run({ service, from, to });
  }
}

/** @param stored as in the column `places` */
function areWithin(stored: string, within: readonly Place[]): boolean {
  const places = JSON.parse(stored) as readonly Place[];
  return places.every(({ path, kind }) => within.some((other) => other.path === path && other.kind === kind));
}

interface StoredMark {
  readonly state: Mark['state'];
  readonly reason: string | null;
  readonly owner: string | null;
  readonly until: number | null;
  readonly marked: number;
  readonly seenAgain: number | null;
}

function markOf({ state, reason, owner, until, marked: markedAt, seenAgain }: StoredMark): Mark {
  if (state === 'fixed') {
    return { state, ...(reason !== null && { reason }), markedAt, ...(seenAgain !== null && { seenAgain }) };
  }
  const by = { ...(owner !== null && { owner }), ...(until !== null && { until }) };
  return { state, reason: reason ?? '', ...by, markedAt };
}

function columnsOf(mark: Exclude<Marking['mark'], 'open'>) {
  const { state, markedAt: marked } = mark;
  if (state === 'fixed') return { state, marked, reason: mark.reason ?? null, owner: null, until: null };
  return { state, marked, reason: mark.reason, owner: mark.owner ?? null, until: mark.until ?? null };
}

const KEY = 'service, id, route, ending, primary_status, shadow_status, places';

function prepareStatements(db: DatabaseSync) {
  const inService = '(:service IS NULL OR service = :service)';
  const signatures = `FROM signature JOIN named ON named.id = signature.route WHERE ${WITH_NAMED_ID} AND ${inService}`;
  return {
    of: db.prepare(`
      SELECT state, reason, owner, until, marked, seen_again AS seenAgain FROM mark WHERE service = :service AND id = :id`),
    all: db.prepare('SELECT service, id, state, reason, owner, until, marked, seen_again AS seenAgain FROM mark'),
    known: db.prepare(`SELECT places ${signatures} LIMIT 1`),
    marked: db.prepare(`SELECT places FROM mark WHERE id = :id AND ${inService}`),
    remove: db.prepare(`DELETE FROM mark WHERE id = :id AND ${inService}`),
    copy: db.prepare(`
      INSERT INTO mark (${KEY}, state, marked)
      SELECT service, :id, name, ending, primary_status, shadow_status, places, 'open', 0 ${signatures} GROUP BY service
      ON CONFLICT DO NOTHING`),
    change: db.prepare(`
      UPDATE mark SET state = :state, reason = :reason, owner = :owner, until = :until, marked = :marked, seen_again = NULL
      WHERE id = :id AND ${inService}`),
    reopen: db.prepare(`
      UPDATE mark SET seen_again = :lastSeen WHERE state = 'fixed' AND seen_again IS NULL AND marked < :lastSeen
        AND (service, id) IN (
          SELECT service, ${NAMED_ID} FROM signature JOIN named ON named.id = signature.route
          WHERE rehearsal = :rehearsal AND signature.id = :id)`),
    // If both had a mark, the later one stays.
    forget: db.prepare(`
      DELETE FROM mark AS earlier WHERE service = :service AND route = :from AND EXISTS (
        SELECT 1 FROM mark WHERE service = earlier.service AND route = :to AND marked >= earlier.marked
          AND id = named_id(earlier.id, :to, earlier.ending, earlier.primary_status, earlier.shadow_status, earlier.places))`),
    rename: db.prepare(`
      UPDATE OR REPLACE mark SET route = :to, id = named_id(id, :to, ending, primary_status, shadow_status, places)
      WHERE service = :service AND route = :from`),
  };
}
