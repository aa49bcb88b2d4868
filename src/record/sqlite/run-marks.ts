import type { DatabaseSync } from 'node:sqlite';
import type { Run } from '../store.ts';

/**
 * Remembers up to which crash the pages were checked. A crash can cause damage that goes unnoticed for long. Reading
 * all pages takes seconds, so it is done once per crash.
 */
export class RunMarks {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #run: Run;

  constructor(db: DatabaseSync, run: Run) {
    this.#statements = prepareStatements(db);
    this.#run = run;
  }

  /** Whether a run ended without finishing since the last check. */
  unchecked(): boolean {
    return this.#lastCrash() > this.#checked();
  }

  check(): void {
    this.#statements.setChecked.run(Buffer.from(String(this.#lastCrash())));
  }

  /** When the last run that did not finish was started; -1 if there is none. */
  #lastCrash(): number {
    const { started } = this.#statements.lastCrash.get(this.#run.id)!;
    return started === null ? -1 : Number(started);
  }

  #checked(): number {
    const row = this.#statements.checked.get();
    return row === undefined ? -1 : Number(Buffer.from(row['value'] as Uint8Array).toString());
  }
}

function prepareStatements(db: DatabaseSync) {
  return {
    lastCrash: db.prepare('SELECT max(started) AS started FROM run WHERE stopped IS NULL AND id <> ?'),
    checked: db.prepare("SELECT value FROM meta WHERE name = 'checked'"),
    setChecked: db.prepare(
      "INSERT INTO meta (name, value) VALUES ('checked', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    ),
  };
}
