import { proposeRules } from '../compare/proposals/propose.ts';
import type { Difference } from '../model/difference.ts';
import type { RecordedExchange, SignatureRow } from '../model/finding.ts';
import { type Ending, SHADOW_FAILURES } from '../model/outcome.ts';
import type { RedactionRow, RouteSummary, RuleRow, StoreReader, Summary, TimeWindow } from '../model/store-reader.ts';
import { type LatencyShift, latencyShift } from './latency-shift.ts';
import { type RuleState, ruleState } from './rule-state.ts';

export interface ReportQuery {
  /** Only this one. */
  readonly route?: string;
  readonly window?: TimeWindow;
  /** So many signatures of each kind are told of, at most 1000. Default 20. */
  readonly limit?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What a report says, however it is rendered; as JSON it is the output of `understudy report --json`. Within one
 * `schemaVersion` fields are only ever added. Times are milliseconds since 1970, durations milliseconds.
 */
export interface Report {
  readonly schemaVersion: 1;
  readonly generatedAt: number;
  /** What was asked for. */
  readonly window: TimeWindow;
  /** What the results in the window are of, as `Summary` has it; absent without any. */
  readonly from?: number;
  readonly to?: number;
  readonly totals: Totals;
  /** Those with most requests first. */
  readonly routes: readonly RouteReport[];
  /** Mismatches, most frequent first, as many as were asked for; `totals.signatures` says how many there are. */
  readonly signatures: readonly SignatureReport[];
  /** Failures of the shadow, grouped in the same way. */
  readonly failures: readonly SignatureReport[];
  /** Times of which results may be missing, since a process ended without its last flush. */
  readonly gaps: Summary['gaps'];
  /** Rules that a person should look at, of all routes and of all times. */
  readonly rules: readonly RuleReport[];
  /** How many rules there are. Mismatches that were recorded before one of them came stay what they were. */
  readonly configuredRules: number;
  /** What redaction hid in recorded examples, of all routes and of all times. */
  readonly redactions: readonly RedactionRow[];
}

export interface RuleReport extends RuleRow {
  readonly state: Exclude<RuleState, 'in_use'>;
}

export interface Totals {
  readonly requests: number;
  /** Requests by what became of their copies. They add up to `requests` once all copies have come to their end. */
  readonly outcomes: RouteSummary['outcomes'];
  readonly mismatches: number;
  /** Distinct signatures of the mismatches; 1000 stands for that many or more. */
  readonly signatures: number;
  /** Copies on which the shadow failed. */
  readonly failures: number;
}

export interface RouteReport extends RouteSummary {
  /** `clean`: something was compared and all of it was as it should be. `idle`: nothing was compared. */
  readonly state: 'mismatching' | 'failing' | 'clean' | 'idle';
  /** Absent where the shadow is not clearly slower or faster. */
  readonly shift?: LatencyShift;
}

export interface SignatureReport extends SignatureRow {
  /** The newest example, if one was kept. */
  readonly example?: ExampleReport;
  /** The narrowest rules that would accept what the examples show, as YAML; absent where they show nothing. */
  readonly proposal?: string;
}

export interface ExampleReport {
  /** Under this id the admin API and the dashboard show all of it. */
  readonly id: string;
  readonly receivedAt: number;
  readonly method: string;
  readonly target: string;
  readonly differences: readonly Difference[];
  /** What happened to the shadow, where it gave no answer. */
  readonly failure?: string;
}

const LISTED = 20;
export const MOST_LISTED = 1000;

export async function buildReport(
  reader: StoreReader,
  { route, window = {}, limit = LISTED, now }: ReportQuery,
): Promise<Report> {
  const { from, to, routes, gaps } = await reader.summary(window);
  const chosen = routes.filter((each) => route === undefined || each.route === route);
  const of = { ...(route !== undefined && { route }), window };
  const mismatches = await reader.signatures({ ...of, limit: MOST_LISTED });
  const failures = await reader.signatures({ ...of, endings: SHADOW_FAILURES, limit });
  const outcomes = addUp(chosen);
  const rules = await reader.rules();
  return {
    schemaVersion: 1,
    generatedAt: now,
    window,
    ...(from !== undefined && to !== undefined && { from, to }),
    totals: {
      requests: chosen.reduce((sum, { requests }) => sum + requests, 0),
      outcomes,
      mismatches: countOf(outcomes, 'mismatch'),
      signatures: mismatches.length,
      failures: countOf(outcomes, ...SHADOW_FAILURES),
    },
    routes: chosen.map(routeReport),
    signatures: await withExamples(reader, mismatches.slice(0, limit)),
    failures: await withExamples(reader, failures),
    gaps,
    rules: rules.flatMap((rule) => doubtful(rule, now)),
    configuredRules: rules.length,
    redactions: await reader.redactions(),
  };
}

function doubtful(rule: RuleRow, now: number): RuleReport[] {
  const state = ruleState(rule, now);
  return state === 'in_use' ? [] : [{ ...rule, state }];
}

/** How many exchanges came to one of these endings. */
export function countOf(outcomes: RouteSummary['outcomes'], ...endings: readonly Ending[]): number {
  return outcomes.reduce((sum, { ending, count }) => (endings.includes(ending) ? sum + count : sum), 0);
}

function routeReport(route: RouteSummary): RouteReport {
  const shift = latencyShift(route);
  return { ...route, state: stateOf(route), ...(shift && { shift }) };
}

function stateOf({ outcomes }: RouteSummary): RouteReport['state'] {
  if (countOf(outcomes, 'mismatch') > 0) return 'mismatching';
  if (countOf(outcomes, ...SHADOW_FAILURES) > 0) return 'failing';
  return countOf(outcomes, 'match', 'noise', 'accepted') > 0 ? 'clean' : 'idle';
}

function addUp(routes: readonly RouteSummary[]): RouteSummary['outcomes'] {
  const totals = new Map<Ending, number>();
  for (const { ending, count } of routes.flatMap(({ outcomes }) => outcomes)) {
    totals.set(ending, (totals.get(ending) ?? 0) + count);
  }
  return [...totals].map(([ending, count]) => ({ ending, count })).sort((left, right) => right.count - left.count);
}

async function withExamples(reader: StoreReader, rows: readonly SignatureRow[]): Promise<SignatureReport[]> {
  return Promise.all(
    rows.map(async (row) => {
      const examples = (await reader.signature(row.id))?.examples ?? [];
      const [newest] = examples;
      if (newest === undefined) return row;
      const proposal = proposeRules(examples);
      return { ...row, example: exampleOf(newest), ...(proposal !== undefined && { proposal }) };
    }),
  );
}

function exampleOf({ id, receivedAt, request, shadow, differences }: RecordedExchange): ExampleReport {
  const failure = 'failure' in shadow ? { failure: shadow.detail } : {};
  return { id, receivedAt, method: request.method, target: request.target, differences, ...failure };
}
