import type { DatabaseSync } from 'node:sqlite';
import type {
  ExperimentDefinition,
  ExperimentLeftOut,
  GoalSum,
  RecordedExperiment,
} from '../../model/recorded-experiment.ts';

/** Reads what `ExperimentWriter` wrote. */
export class ExperimentReader {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** All editions: those that run first, then the latest first. */
  all(): RecordedExperiment[] {
    const { experiments, users, sums } = this.#statements;
    const rows = experiments.all() as unknown as StoredExperiment[];
    return rows.map(({ id, definition, running, begunAt, lastAt, ...leftOut }) => {
      const defined: ExperimentDefinition = JSON.parse(definition);
      const counted = new Map(
        (users.all(id) as unknown as StoredArm[]).map(({ arm, users: count }) => [arm, count] as const),
      );
      return {
        ...defined,
        isRunning: running === 1,
        begunAt,
        lastAt,
        users: defined.arms.map(({ arm }) => counted.get(arm) ?? 0),
        sums: sums.all(id) as unknown as GoalSum[],
        leftOut,
      };
    });
  }
}

interface StoredExperiment extends ExperimentLeftOut {
  readonly id: number;
  readonly definition: string;
  readonly running: number;
  readonly begunAt: number;
  readonly lastAt: number;
}

interface StoredArm {
  readonly arm: string;
  readonly users: number;
}

function prepareStatements(db: DatabaseSync) {
  return {
    experiments: db.prepare(`
      SELECT id, definition, running, begun AS begunAt, last_seen AS lastAt, switched, no_room AS "full", early, unexposed
      FROM experiment ORDER BY running DESC, begun DESC, id DESC`),
    users: db.prepare('SELECT arm, users FROM experiment_arm WHERE experiment = ?'),
    sums: db.prepare(`
      SELECT goal, arm, users, total AS sum, squares, sizes FROM experiment_sum WHERE experiment = ?`),
  };
}
