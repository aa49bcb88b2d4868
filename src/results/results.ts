import type { SignatureRow } from '../model/finding.ts';
import { type Ending, SHADOW_FAILURES } from '../model/outcome.ts';
import type { RedactionRow, RouteSummary, RuleRow, StoreReader, Summary, TimeWindow } from '../model/store-reader.ts';
import { type Cause, causesOf } from './causes.ts';
import { type LatencyShift, latencyShift } from './latency-shift.ts';
import { type RuleState, ruleState } from './rule-state.ts';

/** So many signatures of each kind are read: the most frequent. */
export const MOST_SIGNATURES = 1000;

export interface ResultsQuery {
  /** Only this one. */
  readonly route?: string;
  readonly window?: TimeWindow;
  /** Milliseconds since 1970: decides which rules have expired. */
  readonly now: number;
}

/** What was recorded, as all that show results see it: report text, JSON and dashboard. */
export interface Results {
  /** Of the routes that were asked for. */
  readonly summary: Summary;
  /** Those with most requests first. */
  readonly routes: readonly RouteResults[];
  readonly mismatches: Rows;
  readonly failures: Rows;
  /** Of all routes and of all times, those with fewest hits first. */
  readonly rules: readonly (RuleRow & { readonly state: RuleState })[];
  /** What redaction hid in recorded examples, of all routes and of all times. */
  readonly redactions: readonly RedactionRow[];
}

/** Mismatches, or failures of the shadow. */
export interface Rows {
  /** The most frequent first. */
  readonly signatures: readonly SignatureRow[];
  readonly causes: readonly Cause[];
}

export interface RouteResults extends RouteSummary {
  /** `clean`: something was compared and all of it was as it should be. `idle`: nothing was compared. */
  readonly state: 'mismatching' | 'failing' | 'clean' | 'idle';
  /** Absent where the shadow is not clearly slower or faster. */
  readonly shift?: LatencyShift;
}

export async function readResults(
  reader: Pick<StoreReader, 'summary' | 'signatures' | 'rules' | 'redactions'>,
  { route, window = {}, now }: ResultsQuery,
): Promise<Results> {
  const of = { ...(route !== undefined && { route }), window, limit: MOST_SIGNATURES };
  const [summary, mismatches, failures, rules, redactions] = await Promise.all([
    reader.summary(window),
    reader.signatures(of),
    reader.signatures({ ...of, endings: SHADOW_FAILURES }),
    reader.rules(),
    reader.redactions(),
  ]);
  const chosen = route === undefined ? summary : only(summary, route);
  return {
    summary: chosen,
    routes: chosen.routes.map(routeResults),
    mismatches: { signatures: mismatches, causes: causesOf(mismatches) },
    failures: { signatures: failures, causes: causesOf(failures) },
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

function routeResults(route: RouteSummary): RouteResults {
  const shift = latencyShift(route);
  return { ...route, state: stateOf(route), ...(shift && { shift }) };
}

function stateOf({ outcomes }: RouteSummary): RouteResults['state'] {
  if (countOf(outcomes, 'mismatch') > 0) return 'mismatching';
  if (countOf(outcomes, ...SHADOW_FAILURES) > 0) return 'failing';
  return countOf(outcomes, 'match', 'noise', 'accepted') > 0 ? 'clean' : 'idle';
}
