import type { DatabaseSync } from 'node:sqlite';
import type { RolloutAction, RolloutChange } from '../../model/rollout.ts';

/** The step to the schema version with rollouts: their history. It outlives the results, and so does a rollback. */
export const ROLLOUTS = `
  CREATE TABLE rollout (
    service TEXT, revision INTEGER, at INTEGER NOT NULL, action TEXT NOT NULL, person TEXT NOT NULL,
    reason TEXT NOT NULL, candidate TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (service, revision)
  ) STRICT, WITHOUT ROWID;
`;

/** Changes of one service that are kept. */
const KEPT = 1_000;

/** Writes changes of rollouts. The caller handles the transaction. */
export class RolloutWriter {
  readonly #statements: ReturnType<typeof prepareToWrite>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareToWrite(db);
  }

  /** A change that was written before is written once. */
  write({ service, revision, by, state, ...rest }: RolloutChange): void {
    const { insert, forget } = this.#statements;
    insert.run({ service, revision, ...rest, person: by, state: JSON.stringify(state) });
    forget.run({ service, before: revision - KEPT });
  }
}

export class RolloutReader {
  readonly #statements: ReturnType<typeof prepareToRead>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareToRead(db);
  }

  /** The latest ones of each service, or of one, the latest first. */
  latest(limit: number, service?: string): RolloutChange[] {
    const rows = this.#statements.latest.all({ limit, service: service ?? null }) as unknown as StoredChange[];
    return rows.map(({ person, state, ...rest }) => ({ ...rest, by: person, state: JSON.parse(state) }));
  }
}

interface StoredChange extends Omit<RolloutChange, 'by' | 'state'> {
  readonly action: RolloutAction;
  readonly person: string;
  readonly state: string;
}

function prepareToWrite(db: DatabaseSync) {
  return {
    insert: db.prepare(`
      INSERT INTO rollout (service, revision, at, action, person, reason, candidate, state)
      VALUES (:service, :revision, :at, :action, :person, :reason, :candidate, :state)
      ON CONFLICT DO NOTHING`),
    forget: db.prepare('DELETE FROM rollout WHERE service = :service AND revision <= :before'),
  };
}

function prepareToRead(db: DatabaseSync) {
  return {
    latest: db.prepare(`
      SELECT service, revision, at, action, person, reason, candidate, state FROM (
        SELECT *, row_number() OVER (PARTITION BY service ORDER BY revision DESC) AS place FROM rollout
        WHERE :service IS NULL OR service = :service)
      WHERE place <= :limit ORDER BY service, revision DESC`),
  };
}
