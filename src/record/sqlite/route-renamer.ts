import type { DatabaseSync } from 'node:sqlite';
import type { Ending } from '../../model/outcome.ts';
import { type Renaming, renamedId } from '../renaming.ts';

/** Makes the results of one route part of another's. Who calls takes care of the transaction. */
export class RouteRenamer {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #kept: number;

  /** @param kept examples of a signature. `merge_sketches` must be known to the database. */
  constructor(db: DatabaseSync, kept: number) {
    this.#statements = prepareStatements(db);
    this.#kept = kept;
  }

  rename({ from, to }: Renaming): void {
    const { addRoute, deleteRoute, moves } = this.#statements;
    const source = this.#idOf(from);
    if (source === undefined) return;
    addRoute.run(to);
    const target = this.#idOf(to)!;
    this.#renameSignatures(source, target, to);
    for (const { merge, remove } of moves) {
      merge.run({ source, target });
      remove.run({ source });
    }
    deleteRoute.run({ source });
  }

  #idOf(route: string): number | undefined {
    const { id } = (this.#statements.routeId.get(route) ?? {}) as { id?: number };
    return id;
  }

  #renameSignatures(source: number, target: number, route: string): void {
    const { signatures, addSignature, moveSignature, deleteSignature } = this.#statements;
    const { addOccurrences, deleteOccurrences, moveExamples, nameExamples, boundExamples } = this.#statements;
    for (const row of signatures.all({ source }) as unknown as SignatureRow[]) {
      const { id: before, places, ...rest } = row;
      const id = renamedId({ id: before, places: JSON.parse(places), ...rest }, route);
      if (id === before) {
        moveSignature.run({ id, target });
        nameExamples.run({ id, route });
        continue;
      }
      addSignature.run({ id, before, target });
      addOccurrences.run({ id, before });
      deleteOccurrences.run({ before });
      moveExamples.run({ id, before, route });
      boundExamples.run({ id, kept: this.#kept });
      deleteSignature.run({ before });
    }
  }
}

interface SignatureRow {
  readonly id: string;
  readonly ending: Ending;
  readonly primaryStatus: number;
  readonly shadowStatus: number;
  readonly places: string;
}

function prepareStatements(db: DatabaseSync) {
  const move = (table: string, key: string, values: string, sum: string) => ({
    merge: db.prepare(`
      INSERT INTO ${table} (route, ${key}, ${values})
      SELECT :target, ${key}, ${values} FROM ${table} WHERE route = :source
      ON CONFLICT DO UPDATE SET ${sum}`),
    remove: db.prepare(`DELETE FROM ${table} WHERE route = :source`),
  });
  return {
    routeId: db.prepare('SELECT id FROM route WHERE name = ?'),
    addRoute: db.prepare('INSERT INTO route (name) VALUES (?) ON CONFLICT DO NOTHING'),
    deleteRoute: db.prepare('DELETE FROM route WHERE id = :source'),
    moves: [
      move('request', 'span, start', 'count', 'count = count + excluded.count'),
      move('outcome', 'span, start, ending', 'count', 'count = count + excluded.count'),
      move('sketch', 'span, start, metric', 'counts', 'counts = merge_sketches(counts, excluded.counts)'),
      move(
        'evidence',
        'path, kind',
        'shadow_only, control_only, both, last_seen',
        `shadow_only = shadow_only + excluded.shadow_only, control_only = control_only + excluded.control_only,
         both = both + excluded.both, last_seen = max(last_seen, excluded.last_seen)`,
      ),
    ],
    signatures: db.prepare(`
      SELECT id, ending, primary_status AS primaryStatus, shadow_status AS shadowStatus, places
      FROM signature WHERE route = :source`),
    addSignature: db.prepare(`
      INSERT INTO signature (id, route, ending, primary_status, shadow_status, places, first_seen, last_seen)
      SELECT :id, :target, ending, primary_status, shadow_status, places, first_seen, last_seen
      FROM signature WHERE id = :before
      ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)`),
    moveSignature: db.prepare('UPDATE signature SET route = :target WHERE id = :id'),
    addOccurrences: db.prepare(`
      INSERT INTO occurrence (span, start, signature, count)
      SELECT span, start, :id, count FROM occurrence WHERE signature = :before
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    deleteOccurrences: db.prepare('DELETE FROM occurrence WHERE signature = :before'),
    moveExamples: db.prepare(`
      UPDATE example SET signature = :id, content = json_set(content, '$.route', :route) WHERE signature = :before`),
    nameExamples: db.prepare("UPDATE example SET content = json_set(content, '$.route', :route) WHERE signature = :id"),
    boundExamples: db.prepare(`
      DELETE FROM example WHERE id IN (
        SELECT id FROM example WHERE signature = :id ORDER BY priority DESC LIMIT -1 OFFSET :kept)`),
    deleteSignature: db.prepare('DELETE FROM signature WHERE id = :before'),
  };
}
