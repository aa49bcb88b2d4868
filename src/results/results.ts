import { type Ending, type EndingCount, SHADOW_FAILURES, sumOfEndings } from '../model/outcome.ts';
import type {
  RedactionRow,
  RouteSummary,
  RuleRow,
  Scope,
  StoreReader,
  Summary,
  TimeWindow,
} from '../model/store-reader.ts';
import { type LatencyShift, latencyShift } from './latency-shift.ts';
import { type RuleState, ruleState } from './rule-state.ts';
import { type ServiceResults, serviceResults } from './services.ts';
import { signaturesAround } from './signatures-around.ts';
import {
  type ExpectedCause,
  expectedRows,
  fixedRows,
  grouped,
  type OpenCause,
  openRows,
  type Rows,
  type Shown,
  type TriagedSignature,
  triaged,
} from './triage.ts';

/** How many signatures of each kind are read: the most frequent. */
export const MOST_SIGNATURES = 1000;

export interface ResultsQuery {
  /** Only routes of this name, in each service that has one. */
  readonly route?: string;
  readonly window?: TimeWindow;
  /** Default: the present rehearsal of each service. */
  readonly scope?: Scope;
  /** Milliseconds since 1970, to find expired rules. */
  readonly now: number;
}

/** The results that all views show: the report as text and JSON, and the dashboard. */
export interface Results {
  /** Of the routes that were asked for. */
  readonly summary: Summary;
  readonly totals: Totals;
  /** The services that were asked for. With several, each row must name its own. */
  readonly services: readonly ServiceResults[];
  /** Those with most requests first. */
  readonly routes: readonly RouteResults[];
  /** Open ones only. */
  readonly mismatches: Rows<OpenCause>;
  /** Open failures of the shadow. */
  readonly failures: Rows<OpenCause>;
  /** Mismatches and failures that were marked as expected. */
  readonly expected: Rows<ExpectedCause>;
  /** Mismatches and failures that were marked as fixed, and not seen since. */
  readonly fixed: Rows;
  /** Over all routes and all times, the least used first. */
  readonly rules: readonly (RuleRow & { readonly state: RuleState })[];
  /** What redaction hid in recorded examples, over all routes and all times. */
  readonly redactions: readonly RedactionRow[];
}

export interface Totals {
  readonly requests: number;
  /** Requests by the outcome of their copies. They add up to `requests` once all copies have ended. */
  readonly outcomes: readonly EndingCount[];
  readonly mismatches: number;
  /** Mismatches and failures that were not marked as expected or fixed, or that opened again. */
  readonly open: { readonly mismatches: number; readonly failures: number };
  /** Mismatches and failures that were marked so. */
  readonly expected: number;
  readonly fixed: number;
  /** Distinct signatures of the open mismatches; 1000 stands for that many or more. */
  readonly signatures: number;
  /** The causes of these signatures. */
  readonly causes: number;
  /** Copies for which the shadow failed. */
  readonly failures: number;
}

export const ROUTE_STATES = ['mismatching', 'failing', 'clean', 'idle'] as const;

export interface RouteResults extends RouteSummary {
  /** Judged by open ones only. `clean`: something was compared and all of it was good. `idle`: nothing was compared. */
  readonly state: (typeof ROUTE_STATES)[number];
  /** Absent if the shadow is not clearly slower or faster. */
  readonly shift?: LatencyShift;
}

export type ResultsReader = Pick<StoreReader, 'summary' | 'services' | 'signatures' | 'rules' | 'redactions'>;

export async function readResults(
  reader: ResultsReader,
  { route, window = {}, scope = {}, now }: ResultsQuery,
): Promise<Results> {
  const of = { ...(route !== undefined && { route }), window, scope, limit: MOST_SIGNATURES };
  const [summary, services, ofMismatches, ofFailures, rules, redactions] = await Promise.all([
    reader.summary(window, scope),
    reader.services(),
    signaturesAround(reader, of),
    signaturesAround(reader, { ...of, endings: SHADOW_FAILURES }),
    reader.rules(scope),
    reader.redactions(scope),
  ]);
  const [mismatches, failures] = [ofMismatches, ofFailures].map((rows) => rows.map((row) => triaged(row, now)));
  const all = [...mismatches!, ...failures!].sort((a, b) => b.count - a.count);
  const chosen = route === undefined ? summary : only(summary, route);
  const isAsked: Shown = (row) => route === undefined || row.route === route;
  const groups = grouped(all);
  const rows = {
    mismatches: openRows(groups, (row) => isAsked(row) && row.ending === 'mismatch'),
    expected: expectedRows(groups, isAsked),
    fixed: fixedRows(groups, isAsked),
  };
  return {
    summary: chosen,
    totals: totalsOf(chosen, rows),
    services: serviceResults(services, chosen.routes, { service: scope.service, route }),
    routes: chosen.routes.map((each) =>
      routeResults(
        each,
        all.filter((row) => isOf(row, each)),
      ),
    ),
    ...rows,
    failures: openRows(groups, (row) => isAsked(row) && row.ending !== 'mismatch'),
    rules: rules.map((rule) => ({ ...rule, state: ruleState(rule, now) })),
    redactions,
  };
}

/** The number of exchanges with one of these endings. */
export function countOf(outcomes: readonly EndingCount[], ...endings: readonly Ending[]): number {
  return outcomes.reduce((sum, { ending, count }) => (endings.includes(ending) ? sum + count : sum), 0);
}

/** The same, for routes of this name only. */
function only(summary: Summary, name: string): Summary {
  const routes = summary.routes.filter(({ route }) => route === name);
  return {
    ...summary,
    requests: routes.reduce((sum, { requests }) => sum + requests, 0),
    outcomes: sumOfEndings(routes.flatMap(({ outcomes }) => outcomes)),
    routes,
  };
}

function totalsOf(
  { requests, outcomes }: Summary,
  { mismatches, expected, fixed }: Pick<Results, 'mismatches' | 'expected' | 'fixed'>,
): Totals {
  const settled = [...expected.signatures, ...fixed.signatures];
  const sum = (rows: readonly TriagedSignature[]) => rows.reduce((total, { count }) => total + count, 0);
  return {
    requests,
    outcomes,
    mismatches: countOf(outcomes, 'mismatch'),
    open: {
      mismatches: openCount(outcomes, settled, 'mismatch'),
      failures: openCount(outcomes, settled, ...SHADOW_FAILURES),
    },
    expected: sum(expected.signatures),
    fixed: sum(fixed.signatures),
    signatures: mismatches.signatures.length,
    causes: mismatches.causes.length,
    failures: countOf(outcomes, ...SHADOW_FAILURES),
  };
}

function isOf(row: TriagedSignature, { service, route }: RouteSummary): boolean {
  return row.service === service && row.route === route;
}

/** @param signatures its own */
export function routeResults(route: RouteSummary, signatures: readonly TriagedSignature[]): RouteResults {
  const shift = latencyShift(route);
  return { ...route, state: stateOf(route, signatures), ...(shift && { shift }) };
}

function stateOf({ outcomes }: RouteSummary, signatures: readonly TriagedSignature[]): RouteResults['state'] {
  if (openCount(outcomes, signatures, 'mismatch') > 0) return 'mismatching';
  if (openCount(outcomes, signatures, ...SHADOW_FAILURES) > 0) return 'failing';
  return countOf(outcomes, 'match', 'noise', 'accepted', 'mismatch') > 0 ? 'clean' : 'idle';
}

/** How many of these exchanges are open. An exchange of a signature that was not read counts as open. */
function openCount(
  outcomes: readonly EndingCount[],
  signatures: readonly TriagedSignature[],
  ...endings: readonly Ending[]
): number {
  const settled = signatures.filter(({ state, ending }) => state !== 'open' && endings.includes(ending));
  return Math.max(0, countOf(outcomes, ...endings) - settled.reduce((sum, { count }) => sum + count, 0));
}
