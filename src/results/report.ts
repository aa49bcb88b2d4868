import { SHADOW_FAILURES } from '../model/outcome.ts';
import type {
  RedactionRow,
  RehearsalRow,
  RouteSummary,
  RuleRow,
  StoreReader,
  Summary,
  TimeWindow,
} from '../model/store-reader.ts';
import type { Cause } from './causes.ts';
import { compareRehearsals, type RehearsalComparison } from './comparison.ts';
import { type CauseReport, Examples, type ExpectedCauseReport, type SignatureReport } from './examples.ts';
import { meantIn } from './find-rehearsal.ts';
import { countOf, openCount, type ResultsQuery, type RouteResults, readResults } from './results.ts';
import type { RuleState } from './rule-state.ts';
import type { Rows } from './triage.ts';
import { readVerdict, type Verdict } from './verdict.ts';

export interface ReportQuery extends Omit<ResultsQuery, 'scope'> {
  /** So many causes, and signatures, of each kind are told of, at most 1000. Default 20. */
  readonly limit?: number;
  /** Of this service alone. */
  readonly service?: string;
  /** Id, version or label of a rehearsal; default: the present one. */
  readonly rehearsal?: string;
  /** Of the rehearsal to compare with. */
  readonly against?: string;
}

/**
 * What a report says, however it is rendered; as JSON it is the output of `understudy report --json`. Within one
 * `schemaVersion` fields are only ever added. Times are milliseconds since 1970, durations milliseconds.
 */
export interface Report {
  readonly schemaVersion: 1;
  readonly generatedAt: number;
  /** Of the present rehearsals, or the one that was asked for: all that was recorded of them. */
  readonly verdict: Verdict;
  /** What was asked for. */
  readonly window: TimeWindow;
  /** Of which the results are; absent where there is none, or those of several services are shown together. */
  readonly rehearsal?: RehearsalRow;
  /** What the results in the window are of, as `Summary` has it; absent without any. */
  readonly from?: number;
  readonly to?: number;
  readonly totals: Totals;
  /** Those with most requests first. */
  readonly routes: readonly RouteResults[];
  /** What the open mismatches come of, the most severe first, as many as were asked for; `totals.causes` says how many there are. */
  readonly causes: readonly CauseReport[];
  /** Open mismatches, most frequent first, as many as were asked for; `totals.signatures` says how many there are. */
  readonly signatures: readonly SignatureReport[];
  /** Open failures of the shadow, by kind. */
  readonly failureCauses: readonly CauseReport[];
  /** Failures of the shadow, grouped as mismatches are. */
  readonly failures: readonly SignatureReport[];
  /** What somebody said to be expected, of mismatches and failures alike, for each reason by itself. */
  readonly expectedCauses: readonly ExpectedCauseReport[];
  readonly expected: readonly SignatureReport[];
  /** What somebody said to be fixed, and was not seen since. */
  readonly fixedCauses: readonly CauseReport[];
  readonly fixed: readonly SignatureReport[];
  /** Times of which results may be missing, since a process ended without its last flush. */
  readonly gaps: Summary['gaps'];
  /** Rules that a person should look at, of all routes and of all times. */
  readonly rules: readonly RuleReport[];
  /** How many rules there are. Mismatches that were recorded before one of them came stay what they were. */
  readonly configuredRules: number;
  /** What redaction hid in recorded examples, of all routes and of all times. */
  readonly redactions: readonly RedactionRow[];
  /** Where another rehearsal was asked for. */
  readonly comparison?: RehearsalComparison;
}

export interface RuleReport extends RuleRow {
  readonly state: Exclude<RuleState, 'in_use'>;
}

export interface Totals {
  readonly requests: number;
  /** Requests by what became of their copies. They add up to `requests` once all copies have come to their end. */
  readonly outcomes: RouteSummary['outcomes'];
  readonly mismatches: number;
  /** Of mismatches and failures what nobody said to be expected or fixed, or what opened again. */
  readonly open: { readonly mismatches: number; readonly failures: number };
  /** Distinct signatures of the open mismatches; 1000 stands for that many or more. */
  readonly signatures: number;
  /** What these signatures come of. */
  readonly causes: number;
  /** Copies on which the shadow failed. */
  readonly failures: number;
}

const LISTED = 20;

/** Of the results of several services there is no one present rehearsal. */
function presentOf(rows: readonly RehearsalRow[]): RehearsalRow | undefined {
  const present = rows.filter(({ state }) => state === 'present');
  return present.length === 1 ? present[0] : undefined;
}

export async function buildReport(
  reader: StoreReader,
  { limit = LISTED, window = {}, rehearsal: meant, against: other, service, ...query }: ReportQuery,
): Promise<Report> {
  const rows = (await reader.rehearsals()).filter((row) => service === undefined || row.service === service);
  const rehearsal = meant === undefined ? presentOf(rows) : meantIn(rows, meant);
  const comparable = meant === undefined ? rows : rows.filter((row) => row.service === rehearsal?.service);
  const against = other === undefined ? undefined : meantIn(comparable, other);
  const compared = rehearsal ?? presentOf(rows.filter((row) => row.service === against?.service));
  const scope = {
    ...(service !== undefined && { service }),
    ...(meant !== undefined && rehearsal !== undefined && { rehearsal: rehearsal.id }),
  };
  const read = await readResults(reader, { ...query, window, scope });
  const { summary, routes, mismatches, failures, expected, fixed, rules, redactions } = read;
  const { from, to, requests, outcomes, gaps } = summary;
  const verdict = await readVerdict(reader, { ...query, ...scope });
  const examples = new Examples(reader, scope);
  const listed = async <C extends Cause>({ causes, signatures }: Rows<C>) => ({
    causes: await Promise.all(causes.slice(0, limit).map((cause) => examples.ofCause(cause))),
    signatures: await Promise.all(signatures.slice(0, limit).map((row) => examples.ofSignature(row))),
  });
  const [ofMismatches, ofFailures] = [await listed(mismatches), await listed(failures)];
  const [ofExpected, ofFixed] = [await listed(expected), await listed(fixed)];
  const settled = [...expected.signatures, ...fixed.signatures];
  return {
    schemaVersion: 1,
    generatedAt: query.now,
    verdict,
    window,
    ...(rehearsal && { rehearsal }),
    ...(from !== undefined && to !== undefined && { from, to }),
    totals: {
      requests,
      outcomes,
      mismatches: countOf(outcomes, 'mismatch'),
      open: {
        mismatches: openCount(outcomes, settled, 'mismatch'),
        failures: openCount(outcomes, settled, ...SHADOW_FAILURES),
      },
      signatures: mismatches.signatures.length,
      causes: mismatches.causes.length,
      failures: countOf(outcomes, ...SHADOW_FAILURES),
    },
    routes,
    ...ofMismatches,
    failureCauses: ofFailures.causes,
    failures: ofFailures.signatures,
    expectedCauses: ofExpected.causes,
    expected: ofExpected.signatures,
    fixedCauses: ofFixed.causes,
    fixed: ofFixed.signatures,
    gaps,
    rules: rules.filter((rule): rule is RuleReport => rule.state !== 'in_use'),
    configuredRules: rules.length,
    redactions,
    ...(against &&
      compared && { comparison: await compareRehearsals(reader, { ...query, rehearsal: compared, against }) }),
  };
}
