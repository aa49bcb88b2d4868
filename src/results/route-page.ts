import { compareText } from '../lib/text-order.ts';
/** Routes as a page lists them: sorted, filtered, a part at a time. */
import type { Answer } from '../model/answer.ts';
import { SHADOW_FAILURES } from '../model/outcome.ts';
import { routeKey } from '../model/route.ts';
import type { RouteSummary, RouteTimelines, Scope, StoreReader, TimeWindow } from '../model/store-reader.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../model/verdict-settings.ts';
import { rateInterval } from '../verdict/interval.ts';
import { strongestEvidence } from './evidence-share.ts';
import { countOf, MOST_SIGNATURES, type RouteResults, routeResults } from './results.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';
import { type TriagedSignature, triaged } from './triage.ts';
import { type RouteVerdict, readVerdict, type VerdictReader } from './verdict.ts';

export interface RoutePage {
  readonly routes: readonly RouteRow[];
  /** How many routes pass the filters. */
  readonly total: number;
  /** Length of the steps of `spark`, in milliseconds, and the start of the first, in milliseconds since 1970. */
  readonly sparkStep: number;
  readonly sparkFrom: number;
}

export interface RouteRow extends RouteResults {
  /** Exchanges that were compared: match, noise, accepted or mismatch. */
  readonly compared: number;
  readonly mismatches: MismatchRate;
  /** Of all times, whatever window is asked for. Absent: the route was not judged. */
  readonly verdict?: Exclude<Answer, 'invalid'>;
  /** The strongest evidence for harm, as a share of a proof. */
  readonly evidence?: number;
  /** Compared exchanges and mismatches over time. */
  readonly spark: RouteTimelines['routes'][number];
}

export interface MismatchRate {
  readonly count: number;
  /** Those that nobody has marked as expected or fixed. */
  readonly open: number;
  /** A share of the compared exchanges, and the interval of the true one, valid whenever it is looked at. */
  readonly rate: number;
  readonly between: readonly [low: number, high: number];
}

export const ROUTE_ORDERS = ['requests', 'mismatches', 'rate', 'evidence', 'delta', 'route'] as const;

export interface RouteQuery extends Asked {
  readonly window?: TimeWindow;
  /** Only routes of exactly this name. */
  readonly route?: string;
  /** Part of the name; case does not matter. */
  readonly text?: string;
  readonly states?: readonly RouteResults['state'][];
  readonly sort: (typeof ROUTE_ORDERS)[number];
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type RoutePageReader = Pick<StoreReader, 'summary' | 'signatures' | 'routeTimelines'> &
  ScopeReader &
  VerdictReader;

const SPARK_POINTS = 48;

export async function readRoutePage(reader: RoutePageReader, query: RouteQuery): Promise<RoutePage> {
  const { window = {}, offset, limit, now } = query;
  const scope = await scopeMeant(reader, query);
  const endings = ['mismatch', ...SHADOW_FAILURES] as const;
  const [summary, found, judged] = await Promise.all([
    reader.summary(window, scope),
    reader.signatures({ window, scope, endings, limit: MOST_SIGNATURES }),
    readJudged(reader, scope, now),
  ]);
  const signatures = Map.groupBy(
    found.map((row) => triaged(row, now)),
    ({ service, route }) => routeKey(service, route),
  );
  const rows = summary.routes
    .filter((route) => isNamed(route, query))
    .map((route) => {
      const key = routeKey(route.service, route.route);
      return rowOf(route, signatures.get(key) ?? [], judged.get(key));
    })
    .filter(({ state }) => query.states?.includes(state) ?? true);
  const shown = sortedBy(rows, query).slice(offset, offset + limit);
  const {
    step,
    from,
    routes: sparks,
  } = await reader.routeTimelines({ routes: shown, window, points: SPARK_POINTS, scope });
  return {
    routes: shown.map((row, at) => ({ ...row, spark: sparks[at]! })),
    total: rows.length,
    sparkStep: step,
    sparkFrom: from,
  };
}

type Row = Omit<RouteRow, 'spark'>;

async function readJudged(reader: VerdictReader, scope: Scope, now: number): Promise<Map<string, RouteVerdict>> {
  const { services } = await readVerdict(reader, { ...scope, now });
  return new Map(
    services.flatMap(({ service, routes }) => routes.map((route) => [routeKey(service, route.route), route] as const)),
  );
}

function isNamed({ route }: RouteSummary, query: RouteQuery): boolean {
  if (query.route !== undefined && query.route !== route) return false;
  return query.text === undefined || route.toLowerCase().includes(query.text.toLowerCase());
}

function rowOf(route: RouteSummary, signatures: readonly TriagedSignature[], judged: RouteVerdict | undefined): Row {
  const compared = countOf(route.outcomes, 'match', 'noise', 'accepted', 'mismatch');
  const count = countOf(route.outcomes, 'mismatch');
  const settled = signatures.filter(({ state, ending }) => state !== 'open' && ending === 'mismatch');
  return {
    ...routeResults(route, signatures),
    compared,
    mismatches: {
      count,
      open: Math.max(0, count - settled.reduce((sum, each) => sum + each.count, 0)),
      rate: compared === 0 ? 0 : count / compared,
      between: rateInterval(count, compared, DEFAULT_VERDICT_SETTINGS.alpha),
    },
    ...(judged && { verdict: judged.verdict, evidence: strongestEvidence([judged]) }),
  };
}

function sortedBy(rows: readonly Row[], { sort, order }: RouteQuery): readonly Row[] {
  const direction = order === 'asc' ? 1 : -1;
  const byFigure = (a: Row, b: Row) =>
    sort === 'route' ? byName(a, b) : figureOf(a, sort) - figureOf(b, sort) || a.requests - b.requests;
  // Rows that are equal keep one order, whichever way they are sorted: a page that is read again shows the same.
  return rows.toSorted((a, b) => direction * byFigure(a, b) || byName(a, b));
}

function byName(a: Row, b: Row): number {
  return compareText(a.service, b.service) || compareText(a.route, b.route);
}

/** What is not known is the least. */
function figureOf(row: Row, sort: Exclude<RouteQuery['sort'], 'route'>): number {
  switch (sort) {
    case 'requests':
      return row.requests;
    case 'mismatches':
      return row.mismatches.open;
    case 'rate':
      return row.mismatches.rate;
    case 'evidence':
      return row.evidence ?? -1;
    case 'delta':
      return row.delta?.p50 ?? Number.NEGATIVE_INFINITY;
  }
}
