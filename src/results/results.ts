import { type Ending, SHADOW_FAILURES } from '../model/outcome.ts';
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
  /** Only this one. */
  readonly route?: string;
  readonly window?: TimeWindow;
  /** Default: the present rehearsal. */
  readonly scope?: Scope;
  /** Milliseconds since 1970: decides which rules have expired. */
  readonly now: number;
}

/** What was recorded, as all that show results see it: report text, JSON and dashboard. */
export interface Results {
  /** Of the routes that were asked for. */
  readonly summary: Summary;
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

export interface RouteResults extends RouteSummary {
  /** Of what is open. `clean`: something was compared and all of it was as it should be. `idle`: nothing was compared. */
  readonly state: 'mismatching' | 'failing' | 'clean' | 'idle';
  /** Absent where the shadow is not clearly slower or faster. */
  readonly shift?: LatencyShift;
}

export async function readResults(
  reader: Pick<StoreReader, 'summary' | 'signatures' | 'rules' | 'redactions'>,
  { route, window = {}, scope = {}, now }: ResultsQuery,
): Promise<Results> {
  const of = { ...(route !== undefined && { route }), window, scope, limit: MOST_SIGNATURES };
  const [summary, ofMismatches, ofFailures, rules, redactions] = await Promise.all([
    reader.summary(window, scope),
    reader.signatures(of),
    reader.signatures({ ...of, endings: SHADOW_FAILURES }),
    reader.rules(scope),
    reader.redactions(scope),
  ]);
  const [mismatches, failures] = [ofMismatches, ofFailures].map((rows) => rows.map((row) => triaged(row, now))) as [
    TriagedSignature[],
    TriagedSignature[],
  ];
  const all = [...mismatches, ...failures].sort((a, b) => b.count - a.count);
  const chosen = route === undefined ? summary : only(summary, route);
  return {
    summary: chosen,
    routes: chosen.routes.map((each) => routeResults(each, all)),
    mismatches: openRows(mismatches),
    failures: openRows(failures),
    expected: expectedRows(all),
    fixed: fixedRows(all),
    rules: rules.map((rule) => ({ ...rule, state: ruleState(rule, now) })),
    redactions,
  };
}

/** How many exchanges came to one of these endings. */
export function countOf(outcomes: RouteSummary['outcomes'], ...endings: readonly Ending[]): number {
  return outcomes.reduce((sum, { ending, count }) => (endings.includes(ending) ? sum + count : sum), 0);
}

/** What is left of the results when those of all other routes are not counted. */
function only(summary: Summary, name: string): Summary {
  const routes = summary.routes.filter(({ route }) => route === name);
  const [{ requests, outcomes } = { requests: 0, outcomes: [] }] = routes;
  return { ...summary, requests, outcomes, routes };
}

function routeResults(route: RouteSummary, signatures: readonly TriagedSignature[]): RouteResults {
  const shift = latencyShift(route);
  const its = signatures.filter((row) => row.route === route.route);
  return { ...route, state: stateOf(route, its), ...(shift && { shift }) };
}

function stateOf({ outcomes }: RouteSummary, signatures: readonly TriagedSignature[]): RouteResults['state'] {
  if (openCount(outcomes, signatures, 'mismatch') > 0) return 'mismatching';
  if (openCount(outcomes, signatures, ...SHADOW_FAILURES) > 0) return 'failing';
  return countOf(outcomes, 'match', 'noise', 'accepted') > 0 ? 'clean' : 'idle';
}

/** How many of them are open, in which is also what is in no signature that was read. */
export function openCount(
  outcomes: RouteSummary['outcomes'],
  signatures: readonly TriagedSignature[],
  ...endings: readonly Ending[]
): number {
  const settled = signatures.filter(({ state, ending }) => state !== 'open' && endings.includes(ending));
  return Math.max(0, countOf(outcomes, ...endings) - settled.reduce((sum, { count }) => sum + count, 0));
}
