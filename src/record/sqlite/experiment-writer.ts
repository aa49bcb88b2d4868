import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Exposure, Outcome } from '../../model/experiment.ts';
import type { GoalKind } from '../../model/recorded-experiment.ts';
import type { Configured, UsersFlush } from '../store.ts';
import { UnreportedExposures } from './unreported-exposures.ts';

/**
 * The step to the schema version with experiments. A row for each user of an edition, and one for each goal that he
 * reached; and their sums by arm, so that reading takes the same time however many users there are. `definition` is an
 * `ExperimentDefinition` as JSON, `person` the 16 bytes of a keyed hash, `switched` whether he was seen in another arm.
 */
export const EXPERIMENTS = `
  CREATE TABLE experiment (
    id INTEGER PRIMARY KEY, service TEXT NOT NULL, name TEXT NOT NULL, edition TEXT NOT NULL, definition TEXT NOT NULL,
    running INTEGER NOT NULL, begun INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    switched INTEGER NOT NULL DEFAULT 0, no_room INTEGER NOT NULL DEFAULT 0,
    early INTEGER NOT NULL DEFAULT 0, unexposed INTEGER NOT NULL DEFAULT 0, UNIQUE (service, name, edition)
  ) STRICT;
  CREATE TABLE experiment_user (
    experiment INTEGER, person BLOB, arm TEXT NOT NULL, exposed INTEGER NOT NULL, switched INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (experiment, person)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE experiment_value (
    experiment INTEGER, goal TEXT, person BLOB, value REAL NOT NULL, PRIMARY KEY (experiment, goal, person)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE experiment_arm (
    experiment INTEGER, arm TEXT, users INTEGER NOT NULL, PRIMARY KEY (experiment, arm)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE experiment_sum (
    experiment INTEGER, goal TEXT, arm TEXT, users INTEGER NOT NULL,
    total REAL NOT NULL, squares REAL NOT NULL, sizes REAL NOT NULL, PRIMARY KEY (experiment, goal, arm)
  ) STRICT, WITHOUT ROWID;
`;

/** How many users there may be, all experiments together, so that they fill about a quarter of a store of this size. */
function roomIn(bytes: number | undefined): number {
  return bytes === undefined ? MOST_USERS : Math.min(MOST_USERS, Math.floor(bytes / BYTES_OF_USER));
}

const MOST_USERS = 2_000_000;
/** Four times what a user and what he did take. */
const BYTES_OF_USER = 600;

/** Writes who takes part in experiments, and what they did. The caller handles the transaction. */
export class ExperimentWriter {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #room: number;
  readonly #unreported: UnreportedExposures;
  #exposures: Configured['exposures'] = 'kept';
  /** By service and experiment, what is configured. */
  #running = new Map<string, Running>();

  /** @param limit the largest size of the store in bytes. */
  constructor(db: DatabaseSync, limit?: number) {
    this.#unreported = new UnreportedExposures(db);
    this.#statements = prepareStatements(db);
    this.#room = roomIn(limit);
  }

  /** What waits to be reported is forgotten where nobody is told: it must not be reported long afterwards. */
  configure({ experiments, exposures }: Pick<Configured, 'experiments' | 'exposures'>, at: number): void {
    const { end, begin } = this.#statements;
    this.#exposures = exposures;
    if (exposures === 'kept') this.#unreported.forgetAll();
    end.run();
    this.#running = new Map(
      experiments.map((definition) => {
        const { service, experiment: name, edition, goals } = definition;
        const row = begin.get({ service, name, edition, at, definition: JSON.stringify(definition) })!;
        const kinds = new Map(goals.map(({ goal, kind }) => [goal, kind]));
        return [keyOf(definition), { id: Number(row['id']), kinds }];
      }),
    );
  }

  /** Returns the exposures of users who were not known before. */
  write({ exposures, outcomes }: UsersFlush): readonly Exposure[] {
    const tallies = new Map<Running, Tally>();
    const tallyOf = (of: Exposure | Outcome): [Running, Tally] | undefined => {
      const running = this.#running.get(keyOf(of));
      // It was taken out of the configuration meanwhile.
      if (running === undefined) return undefined;
      const tally = tallies.get(running) ?? { at: 0, switched: 0, full: 0, early: 0, unexposed: 0 };
      tally.at = Math.max(tally.at, of.at);
      tallies.set(running, tally);
      return [running, tally];
    };
    let room = this.#room - Number(this.#statements.users.get()!['users']);
    const fresh = exposures.filter((exposure) => {
      const found = tallyOf(exposure);
      const isNew = found !== undefined && this.#expose(exposure, ...found, room > 0);
      if (isNew) room--;
      return isNew;
    });
    for (const outcome of outcomes) {
      const found = tallyOf(outcome);
      if (found !== undefined) this.#count(outcome, ...found);
    }
    for (const [{ id }, tally] of tallies) this.#statements.add.run({ id, ...tally });
    return fresh;
  }

  #expose({ arm, at, user }: Exposure, { id }: Running, tally: Tally, isRoom: boolean): boolean {
    const { find, addUser, countUser, markSwitched } = this.#statements;
    const key = { experiment: id, person: Buffer.from(user, 'hex') };
    const known = find.get(key);
    if (known !== undefined) {
      if (known['arm'] !== arm) tally.switched += Number(markSwitched.run(key).changes);
      return false;
    }
    if (!isRoom) {
      tally.full++;
      return false;
    }
    addUser.run({ ...key, arm, at });
    countUser.run({ experiment: id, arm });
    if (this.#exposures === 'reported') this.#unreported.add(key);
    return true;
  }

  #count({ goal, at, user, value }: Outcome, { id, kinds }: Running, tally: Tally): void {
    const kind = kinds.get(goal);
    if (kind === undefined) return;
    const key = { experiment: id, person: Buffer.from(user, 'hex') };
    const known = this.#statements.find.get(key);
    if (known === undefined) tally.unexposed++;
    else if (at < Number(known['exposed'])) tally.early++;
    else this.#add(key, goal, String(known['arm']), { kind, value });
  }

  /** A user's new value takes the place of the old one in the sums of the arm. */
  #add(user: User, goal: string, arm: string, { kind, value }: { kind: GoalKind; value: number }): void {
    const { valueOfUser, setValue, addSum } = this.#statements;
    const found = valueOfUser.get({ ...user, goal });
    const before = found === undefined ? 0 : Number(found['value']);
    const now = kind === 'conversion' ? 1 : before + value;
    if (found !== undefined && now === before) return;
    setValue.run({ ...user, goal, value: now });
    addSum.run({
      ...{ experiment: user.experiment, goal, arm },
      users: found === undefined ? 1 : 0,
      total: now - before,
      squares: now ** 2 - before ** 2,
      sizes: Math.abs(now) - Math.abs(before),
    });
  }
}

/** What a flush adds to an experiment, beside users. */
interface Tally extends Record<string, number> {
  at: number;
  switched: number;
  full: number;
  early: number;
  unexposed: number;
}

interface Running {
  /** Its row. */
  readonly id: number;
  readonly kinds: ReadonlyMap<string, GoalKind>;
}

interface User extends Record<string, number | Buffer> {
  readonly experiment: number;
  readonly person: Buffer;
}

function keyOf({ service, experiment }: Pick<Exposure, 'service' | 'experiment'>): string {
  return JSON.stringify([service, experiment]);
}

const GONE = 'SELECT id FROM experiment WHERE running = 0 AND last_seen < ?';

/** Deletes what is no longer configured and of which nothing was heard since a time. */
export function forgetExperiments(db: DatabaseSync): readonly StatementSync[] {
  const tables = ['unreported', 'experiment_user', 'experiment_value', 'experiment_arm', 'experiment_sum'];
  return [
    ...tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE experiment IN (${GONE})`)),
    db.prepare(`DELETE FROM experiment WHERE id IN (${GONE})`),
  ];
}

function prepareStatements(db: DatabaseSync) {
  return {
    end: db.prepare('UPDATE experiment SET running = 0'),
    begin: db.prepare(`
      INSERT INTO experiment (service, name, edition, definition, running, begun, last_seen)
      VALUES (:service, :name, :edition, :definition, 1, :at, :at)
      ON CONFLICT DO UPDATE SET definition = excluded.definition, running = 1 RETURNING id`),
    add: db.prepare(`
      UPDATE experiment SET last_seen = max(last_seen, :at), switched = switched + :switched, no_room = no_room + :full,
        early = early + :early, unexposed = unexposed + :unexposed
      WHERE id = :id`),
    users: db.prepare('SELECT coalesce(sum(users), 0) AS users FROM experiment_arm'),
    find: db.prepare('SELECT arm, exposed FROM experiment_user WHERE experiment = :experiment AND person = :person'),
    addUser: db.prepare(
      'INSERT INTO experiment_user (experiment, person, arm, exposed) VALUES (:experiment, :person, :arm, :at)',
    ),
    countUser: db.prepare(`
      INSERT INTO experiment_arm (experiment, arm, users) VALUES (:experiment, :arm, 1)
      ON CONFLICT DO UPDATE SET users = users + 1`),
    markSwitched: db.prepare(`
      UPDATE experiment_user SET switched = 1 WHERE experiment = :experiment AND person = :person AND switched = 0`),
    valueOfUser: db.prepare(`
      SELECT value FROM experiment_value WHERE experiment = :experiment AND goal = :goal AND person = :person`),
    setValue: db.prepare(`
      INSERT INTO experiment_value (experiment, goal, person, value) VALUES (:experiment, :goal, :person, :value)
      ON CONFLICT DO UPDATE SET value = excluded.value`),
    addSum: db.prepare(`
      INSERT INTO experiment_sum (experiment, goal, arm, users, total, squares, sizes)
      VALUES (:experiment, :goal, :arm, :users, :total, :squares, :sizes)
      ON CONFLICT DO UPDATE SET users = users + excluded.users, total = total + excluded.total,
        squares = squares + excluded.squares, sizes = sizes + excluded.sizes`),
  };
}
