import type { DatabaseSync } from 'node:sqlite';
import type { Exposure } from '../../model/experiment.ts';

/** The step to the schema version that knows which users still have to be reported to a webhook. */
export const UNREPORTED = `
  CREATE TABLE unreported (experiment INTEGER, person BLOB, PRIMARY KEY (experiment, person)) STRICT, WITHOUT ROWID;
`;

/** Users of experiments who are recorded, but not reported yet. The caller handles the transaction. */
export class UnreportedExposures {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** `experiment`: the row of the edition. */
  add(user: { readonly experiment: number; readonly person: Buffer }): void {
    this.#statements.add.run({ ...user });
  }

  /** The oldest first: at most so many. */
  oldest(most: number): readonly Exposure[] {
    return this.#statements.oldest.all({ most }) as unknown as Exposure[];
  }

  forget(exposures: readonly Exposure[]): void {
    for (const { service, experiment, arm, user } of exposures)
      this.#statements.forget.run({ service, experiment, arm, person: Buffer.from(user, 'hex') });
  }

  forgetAll(): void {
    this.#statements.forgetAll.run();
  }
}

function prepareStatements(db: DatabaseSync) {
  return {
    add: db.prepare('INSERT INTO unreported (experiment, person) VALUES (:experiment, :person)'),
    oldest: db.prepare(`
      SELECT service, name AS experiment, arm, lower(hex(person)) AS user, exposed AS at
      FROM unreported
        JOIN experiment_user USING (experiment, person)
        JOIN experiment AS edition ON edition.id = unreported.experiment
      ORDER BY exposed LIMIT :most`),
    forget: db.prepare(`
      DELETE FROM unreported WHERE person = :person AND experiment IN (
        SELECT edition.id
        FROM experiment AS edition JOIN experiment_user AS seen ON seen.experiment = edition.id
        WHERE service = :service AND name = :experiment AND person = :person AND arm = :arm)`),
    forgetAll: db.prepare('DELETE FROM unreported'),
  };
}
