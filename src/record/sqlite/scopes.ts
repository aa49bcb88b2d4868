import type { DatabaseSync } from 'node:sqlite';
import type { RehearsalRow, Scope } from '../../model/store-reader.ts';
import { MINUTE } from './spans.ts';
import { ALL_ROUTES } from './sums.ts';

/** Which rehearsals there are, and which of them a question is about. */
export class Scopes {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  of({ service, rehearsal }: Scope = {}): Asked {
    const { named, present } = this.#statements;
    const key = { service: service ?? null };
    const found = rehearsal === undefined ? present.all(key) : named.all({ ...key, rehearsal });
    const rows = found as unknown as { id: number; begun: number; service: string }[];
    const [only] = rehearsal === undefined ? [service] : rows.map((row) => row.service);
    return {
      ...(only !== undefined && { service: only }),
      ids: rows.map(({ id }) => id),
      rehearsals: JSON.stringify(rows.map(({ id }) => id)),
      begun: rows.length === 0 ? 0 : Math.min(...rows.map(({ begun }) => begun)),
    };
  }

  rows(): RehearsalRow[] {
    const rows = this.#statements.all.all() as unknown as StoredRehearsal[];
    return rows.map(({ version, label, first, last, rank, ...row }) => ({
      ...row,
      ...(version !== null && { version }),
      ...(label !== null && { label }),
      state: rank === 1 ? 'present' : 'earlier',
      ...(first !== null && last !== null && { from: first * MINUTE, to: (last + 1) * MINUTE }),
    }));
  }
}

/** The same as a condition on a table with `rehearsal`. */
export const IN_SCOPE = 'rehearsal IN (SELECT value FROM json_each(:rehearsals))';

interface Asked {
  /** The rows of the rehearsals. */
  readonly ids: readonly number[];
  /** The same as a JSON array, for `IN_SCOPE`. */
  readonly rehearsals: string;
  /** When the first of them began; 0 if there are none. */
  readonly begun: number;
  /** The service and rehearsal that were asked for, if any. */
  readonly service?: string;
}

interface StoredRehearsal extends Omit<RehearsalRow, 'state' | 'version' | 'label' | 'from' | 'to'> {
  readonly version: string | null;
  readonly label: string | null;
  /** Minutes since 1970. */
  readonly first: number | null;
  readonly last: number | null;
  /** 1: the rehearsal that was present most recently in its service. */
  readonly rank: number;
}

function prepareStatements(db: DatabaseSync) {
  const ranked = `
    SELECT *, row_number() OVER (PARTITION BY service ORDER BY present_since DESC, id DESC) AS rank FROM rehearsal`;
  const ofService = '(:service IS NULL OR service = :service)';
  return {
    present: db.prepare(`SELECT id, begun, service FROM (${ranked}) WHERE rank = 1 AND ${ofService}`),
    named: db.prepare(`SELECT id, begun, service FROM rehearsal WHERE name = :rehearsal AND ${ofService}`),
    all: db.prepare(`
      SELECT name AS id, service, version, label, begun AS begunAt, present_since AS presentSince, rank,
        (SELECT coalesce(sum(count), 0) FROM request
          WHERE route = ${ALL_ROUTES} AND rehearsal = ranked.id AND span = 1440) AS requests,
        (SELECT min(start) FROM request WHERE rehearsal = ranked.id AND span = 1) AS first,
        (SELECT max(start) FROM request WHERE rehearsal = ranked.id AND span = 1) AS last
      FROM (${ranked}) AS ranked ORDER BY service, rank`),
  };
}
