import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type Parameters = Record<string, SQLInputValue>;

/** The rows as shaped by the statement's columns and the schema. */
export function rowsOf<Row>(statement: StatementSync, parameters: Parameters = {}): readonly Row[] {
  return statement.all(parameters) as unknown as readonly Row[];
}

/** A statement whose rows are tuples. For thousands of rows: objects take twice as long. */
export function prepareTuples(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}
