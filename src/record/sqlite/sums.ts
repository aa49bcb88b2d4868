import type { DatabaseSync } from 'node:sqlite';

/**
 * The tables of counts by time. `key`: what their rows are keyed by, besides rehearsal, span and start. Where routes
 * are in it, the row of route 0 has the sum of all routes.
 */
const COUNTS = [
  { table: 'request', key: ['route'], value: 'count', sum: 'sum(count)' },
  { table: 'outcome', key: ['route', 'ending'], value: 'count', sum: 'sum(count)' },
  { table: 'sketch', key: ['route', 'metric'], value: 'counts', sum: 'sum_sketches(counts)' },
  { table: 'occurrence', key: ['signature'], value: 'count', sum: 'sum(count)' },
] as const;

type Counts = (typeof COUNTS)[number];

/** The row of the sums over all routes of a rehearsal. No route has this id. */
export const ALL_ROUTES = 0;

/**
 * The step to schema version 10: counts are kept by day and over all routes as well, so that a long window and a line
 * over time need few rows; and one route is found without the rows of the others.
 */
export const SUMS = [
  ...COUNTS.map(intoDays),
  ...COUNTS.filter(({ key }) => key[0] === 'route').flatMap((counts) => [intoTotals(counts), indexOf(counts)]),
].join(';\n');

function intoDays(counts: Counts): string {
  const day = 'start - start % 1440';
  const key = counts.key.join(', ');
  return `INSERT INTO ${columns(counts)}
    SELECT rehearsal, 1440, ${day}, ${key}, ${counts.sum} FROM ${counts.table} WHERE span = 60 GROUP BY rehearsal, ${day}, ${key}`;
}

function intoTotals(counts: Counts): string {
  const [, ...others] = counts.key;
  const key = [ALL_ROUTES, ...others].join(', ');
  return `INSERT INTO ${columns(counts)}
    SELECT rehearsal, span, start, ${key}, ${counts.sum} FROM ${counts.table}
    GROUP BY ${['rehearsal', 'span', 'start', ...others].join(', ')}`;
}

function indexOf({ table }: Counts): string {
  return `CREATE INDEX ${table}_of_route ON ${table} (route, rehearsal, span, start)`;
}

function columns({ table, key, value }: Counts): string {
  return `${table} (rehearsal, span, start, ${key.join(', ')}, ${value})`;
}

/** Deletes the counts before an hour. The day of that hour is summed anew. */
export class CountDeletion {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** @param hour in minutes since 1970 */
  before(hour: number): void {
    const day = hour - (hour % 1440);
    for (const { hours, days, today, sum } of this.#statements) {
      days.run(day);
      if (hours.run(hour).changes === 0) continue;
      today.run(day);
      sum.run({ day, hour });
    }
  }
}

function prepareStatements(db: DatabaseSync) {
  return COUNTS.map((counts) => {
    const all = `FROM ${counts.table} WHERE rehearsal IN (SELECT id FROM rehearsal) AND span`;
    const key = counts.key.join(', ');
    return {
      hours: db.prepare(`DELETE ${all} IN (1, 60) AND start < ?`),
      days: db.prepare(`DELETE ${all} = 1440 AND start < ?`),
      today: db.prepare(`DELETE ${all} = 1440 AND start = ?`),
      sum: db.prepare(`
        INSERT INTO ${columns(counts)}
        SELECT rehearsal, 1440, :day, ${key}, ${counts.sum} ${all} = 60 AND start >= :hour AND start < :day + 1440
        GROUP BY rehearsal, ${key}`),
    };
  });
}
