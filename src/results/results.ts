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
import {
  type ExpectedCause,
  expectedRows,
  fixedRows,
  type OpenCause,
  openRows,
  type Rows,
  type TriagedSignature,
  triaged,
} from './triage.ts';

/** So many signatures of each kind are read: the most frequent. */
export const MOST_SIGNATURES = 1000;

export interface ResultsQuery {
  /** Only routes of this name, in each service that has one. */
  readonly route?: string;
  readonly window?: TimeWindow;
  /** Default: the present rehearsal of each service. */
  readonly scope?: Scope;
  /** Milliseconds since 1970: decides which rules have expired. */
  readonly now: number;
}

/** What was recorded, as all that show results see it: report text, JSON and dashboard. */
export interface Results {
  /** Of the routes that were asked for. */
  readonly summary: Summary;
  readonly totals: Totals;
  /** Those that were asked for. Where there are several, whoever shows a row says of which it is. */
  readonly services: readonly ServiceResults[];
  /** Those with most requests first. */
  readonly routes: readonly RouteResults[];
  /** Those that are open. */
  readonly mismatches: Rows<OpenCause>;
  /** Of the shadow, those that are open. */
  readonly failures: Rows<OpenCause>;
  /** Mismatches and failures that somebody said to be expected. */
  readonly expected: Rows<ExpectedCause>;
  /** Mismatches and failures that somebody said to be fixed, and that were not seen since. */
  readonly fixed: Rows;
  /** Of all routes and of all times, those with fewest hits first. */
  readonly rules: readonly (RuleRow & { readonly state: RuleState })[];
  /** What redaction hid in recorded examples, of all routes and of all times. */
  readonly redactions: readonly RedactionRow[];
}

export interface Totals {
  readonly requests: number;
  /** Requests by what became of their copies. They add up to `requests` once all copies have come to their end. */
  readonly outcomes: readonly EndingCount[];
  readonly mismatches: number;
  /** Of mismatches and failures what nobody said to be expected or fixed, or what opened again. */
  readonly open: { readonly mismatches: number; readonly failures: number };
  /** Mismatches and failures that somebody said to be so. */
  readonly expected: number;
  readonly fixed: number;
  /** Distinct signatures of the open mismatches; 1000 stands for that many or more. */
  readonly signatures: number;
  /** What these signatures come of. */
  readonly causes: number;
  /** Copies on which the shadow failed. */
  readonly failures: number;
}

export interface RouteResults extends RouteSummary {
  /** Of what is open. `clean`: something was compared and all of it was as it should be. `idle`: nothing was compared. */
  readonly state: 'mismatching' | 'failing' | 'clean' | 'idle';
  /** Absent where the shadow is not clearly slower or faster. */
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
    reader.signatures(of),
    reader.signatures({ ...of, endings: SHADOW_FAILURES }),
    reader.rules(scope),
    reader.redactions(scope),
  ]);
  const [mismatches, failures] = [ofMismatches, ofFailures].map((rows) => rows.map((row) => triaged(row, now)));
  const all = [...mismatches!, ...failures!].sort((a, b) => b.count - a.count);
  const chosen = route === undefined ? summary : only(summary, route);
  const rows = { mismatches: openRows(mismatches!), expected: expectedRows(all), fixed: fixedRows(all) };
  return {
    summary: chosen,
    totals: totalsOf(chosen, rows),
    services: serviceResults(services, chosen.routes, { service: scope.service, route }),
    routes: chosen.routes.map((each) => routeResults(each, all)),
    ...rows,
    failures: openRows(failures!),
    rules: rules.map((rule) => ({ ...rule, state: ruleState(rule, now) })),
    redactions,
  };
}

/** How many exchanges came to one of these endings. */
export function countOf(outcomes: readonly EndingCount[], ...endings: readonly Ending[]): number {
  return outcomes.reduce((sum, { ending, count }) => (endings.includes(ending) ? sum + count : sum), 0);
}

/** The same, of the routes of this name alone. */
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

function routeResults(route: RouteSummary, signatures: readonly TriagedSignature[]): RouteResults {
  const shift = latencyShift(route);
  const its = signatures.filter((row) => row.service === route.service && row.route === route.route);
  return { ...route, state: stateOf(route, its), ...(shift && { shift }) };
}

function stateOf({ outcomes }: RouteSummary, signatures: readonly TriagedSignature[]): RouteResults['state'] {
  if (openCount(outcomes, signatures, 'mismatch') > 0) return 'mismatching';
  if (openCount(outcomes, signatures, ...SHADOW_FAILURES) > 0) return 'failing';
  return countOf(outcomes, 'match', 'noise', 'accepted') > 0 ? 'clean' : 'idle';
}

/** How many of these exchanges are open. What is in no signature that was read counts as open. */
function openCount(
  outcomes: readonly EndingCount[],
  signatures: readonly TriagedSignature[],
  ...endings: readonly Ending[]
): number {
  const settled = signatures.filter(({ state, ending }) => state !== 'open' && endings.includes(ending));
  return Math.max(0, countOf(outcomes, ...endings) - settled.reduce((sum, { count }) => sum + count, 0));
}
