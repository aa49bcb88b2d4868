import type { DatabaseSync } from 'node:sqlite';
import { type Ranked, ranked } from '../../lib/sketch.ts';
import { LEGS } from '../../model/exchange.ts';
import { type Ending, type EndingCount, sumOfEndings } from '../../model/outcome.ts';
import type {
  RouteOfService,
  RouteSketch,
  RouteTimelines,
  StepQuantiles,
  StoredStep,
  TimeWindow,
} from '../../model/store-reader.ts';
import { type Sketches, sketchIn } from './latency-rows.ts';
import { prepareTuples, rowsOf } from './rows.ts';
import { addSketch } from './sketch-blob.ts';
import { MINUTE, ranged, rangesParameter, SPANS } from './spans.ts';
import { ALL_ROUTES } from './sums.ts';

/** Lengths of steps in minutes; beyond these, whole days. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
/** Longer windows are read by hour at least, since a minute has as many rows as an hour: of one line, of many lines. */
export const MOST_MINUTES = { one: 2 * 1440, many: 6 * 60 } as const;

/** The finest length that gives at most so many steps, or one more for the two ends of the window. In minutes. */
export function stepFor(minutes: number, points: number, mostMinutes: number): number {
  const finest = minutes > mostMinutes ? 60 : 1;
  const wanted = Math.max(minutes / points, finest);
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 1440) * 1440;
}

/** Reads counts over time. */
export class TimelineQueries {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** @param step in minutes @param rehearsals their rows @param route absent: all routes together */
  steps({ from, to }: Required<TimeWindow>, step: number, rehearsals: readonly number[], route?: string): StoredStep[] {
    const { first, end, ranges } = stepsOf({ from, to }, step, rehearsals);
    const asked = {
      ranges,
      routes: JSON.stringify(route === undefined ? [ALL_ROUTES] : this.#rowsOf(route)),
      step,
    };
    const gathered = Array.from({ length: (end - first) / step }, () => new Gathered());
    const at = (row: { at: number }) => gathered[(row.at - first) / step]!;
    const { requests, outcomes, sketches } = this.#statements;
    for (const row of rowsOf<RequestRow>(requests, asked)) at(row).requests += row.count;
    for (const row of rowsOf<OutcomeRow>(outcomes, asked)) at(row).outcomes.push(row);
    for (const row of rowsOf<SketchRow>(sketches, asked)) {
      addSketch(row.counts, sketchIn(at(row).sketches, row.metric));
    }
    return gathered.map((each, index) => stepOf((first + index * step) * MINUTE, each));
  }

  /** Compared exchanges and mismatches in each step. @param step in minutes */
  ofRoutes(
    routes: readonly RouteOfService[],
    { from, to }: Required<TimeWindow>,
    step: number,
    rehearsals: readonly number[],
  ): RouteTimelines {
    const { first, end, ranges } = stepsOf({ from, to }, step, rehearsals);
    const zeros = () => Array<number>((end - first) / step).fill(0);
    const lines = routes.map(() => ({ compared: zeros(), mismatches: zeros() }));
    const rows = new Map(
      routes.flatMap(({ service, route }, at) => this.#rowsOf(route, service).map((id) => [id, at])),
    );
    const asked = { ranges, step, routes: JSON.stringify([...rows.keys()]) };
    for (const [route, start, ending, count] of rowsOf<ComparedTuple>(this.#statements.compared, asked)) {
      const line = lines[rows.get(route)!]!;
      const at = (start - first) / step;
      line.compared[at]! += count;
      if (ending === 'mismatch') line.mismatches[at]! += count;
    }
    return { step: step * MINUTE, from: first * MINUTE, routes: lines };
  }

  /** All latencies of one route. */
  sketches({ service, route }: RouteOfService, ranges: string): RouteSketch[] {
    const sketches: Sketches = new Map();
    const asked = { ranges, routes: JSON.stringify(this.#rowsOf(route, service)) };
    for (const { metric, counts } of rowsOf<SketchRow>(this.#statements.allSketches, asked)) {
      addSketch(counts, sketchIn(sketches, metric));
    }
    return [...sketches].map(([metric, counts]) => ({ metric, counts }));
  }

  /** Those of its aliases as well. */
  #rowsOf(route: string, service: string | null = null): number[] {
    return rowsOf<{ id: number }>(this.#statements.routes, { route, service }).map(({ id }) => id);
  }
}

/** Where the steps of a window begin and end, in minutes since 1970, and the rows that they need. */
function stepsOf({ from, to }: Required<TimeWindow>, step: number, rehearsals: readonly number[]) {
  const first = Math.floor(from / MINUTE / step) * step;
  const end = Math.floor(to / MINUTE / step) * step + step;
  const span = SPANS.find((each) => step % each === 0)!;
  return { first, end, ranges: rangesParameter(rehearsals, [{ span, from: first, to: end }]) };
}

class Gathered {
  requests = 0;
  readonly outcomes: EndingCount[] = [];
  readonly sketches: Sketches = new Map();
}

function stepOf(at: number, { requests, outcomes, sketches }: Gathered): StoredStep {
  const deltas = ranked(sketches.get('delta.below') ?? [], sketches.get('delta.above') ?? []);
  return {
    at,
    requests,
    outcomes: sumOfEndings(outcomes),
    legs: LEGS.flatMap((leg) => {
      const sketch = sketches.get(`${leg}.lastByte`);
      return sketch === undefined ? [] : [{ leg, ...quantiles(ranked([], sketch)) }];
    }),
    ...(deltas.count > 0 && { delta: quantiles(deltas) }),
  };
}

function quantiles({ count, quantile }: Ranked): StepQuantiles {
  return { count, p50: quantile(0.5) ?? 0, p99: quantile(0.99) ?? 0 };
}

interface RequestRow {
  /** Minutes since 1970. */
  readonly at: number;
  readonly count: number;
}

interface OutcomeRow extends RequestRow {
  readonly ending: Ending;
}

type ComparedTuple = readonly [route: number, at: number, ending: Ending, count: number];

interface SketchRow {
  readonly at: number;
  readonly metric: string;
  readonly counts: Uint8Array;
}

function prepareStatements(db: DatabaseSync) {
  const rows = (table: string) =>
    `FROM ${ranged(table, `${table}_of_route`)} AND ${table}.route IN (SELECT value FROM json_each(:routes))`;
  const at = 'start - start % :step AS at';
  const metrics = [...LEGS.map((leg) => `'${leg}.lastByte'`), "'delta.below'", "'delta.above'"].join(', ');
  return {
    routes: db.prepare('SELECT id FROM named WHERE name = :route AND (:service IS NULL OR service = :service)'),
    requests: db.prepare(`SELECT ${at}, count ${rows('request')}`),
    outcomes: db.prepare(`SELECT ${at}, ending, count ${rows('outcome')}`),
    sketches: db.prepare(`SELECT ${at}, metric, counts ${rows('sketch')} WHERE metric IN (${metrics})`),
    compared: prepareTuples(
      db,
      `SELECT route, ${at}, ending, count ${rows('outcome')} WHERE ending IN ('match', 'noise', 'accepted', 'mismatch')`,
    ),
    allSketches: db.prepare(`SELECT metric, counts ${rows('sketch')}`),
  };
}
