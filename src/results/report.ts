import type { RedactionRow, RehearsalRow, RuleRow, StoreReader, Summary, TimeWindow } from '../model/store-reader.ts';
import type { Cause } from './causes.ts';
import { compareRehearsals, type RehearsalComparison } from './comparison.ts';
import { type CauseReport, Examples, type ExpectedCauseReport, type SignatureReport } from './examples.ts';
import type { ExperimentResults } from './experiment-results.ts';
import { readExperiments } from './experiments.ts';
import { meantIn } from './find-rehearsal.ts';
import { type ResultsQuery, type RouteResults, readResults, type Totals } from './results.ts';
import type { RuleState } from './rule-state.ts';
import { rehearsalsOf } from './scope.ts';
import type { ServiceResults } from './services.ts';
import type { Rows } from './triage.ts';
import { readVerdict, type Verdict } from './verdict.ts';

export interface ReportQuery extends Omit<ResultsQuery, 'scope'> {
  /** How many causes and signatures of each kind are listed, at most 1000. Default 20. */
  readonly limit?: number;
  /** Only this service. */
  readonly service?: string;
  /** Id, version or label of a rehearsal; default: the present one of each service. */
  readonly rehearsal?: string;
  /** The rehearsal to compare with. */
  readonly against?: string;
}

/**
 * The content of a report, in any form; as JSON it is the output of `understudy report --json`. Within one
 * `schemaVersion` fields are only ever added. Times are milliseconds since 1970, durations milliseconds.
 */
export interface Report {
  readonly schemaVersion: 1;
  readonly generatedAt: number;
  /** All results of the present rehearsals, or of the one that was asked for. */
  readonly verdict: Verdict;
  /** The question that it answers. */
  readonly window: TimeWindow;
  /** The service that was asked for; absent if all were. */
  readonly service?: string;
  /** The rehearsal of the results; absent if there is none, or several services have one. */
  readonly rehearsal?: RehearsalRow;
  /** The rehearsal of each service that has results. */
  readonly rehearsals: readonly RehearsalRow[];
  /** The period of the results, as in `Summary`; absent if there are none. */
  readonly from?: number;
  readonly to?: number;
  readonly totals: Totals;
  readonly services: readonly ServiceResults[];
  /** Those with most requests first. */
  readonly routes: readonly RouteResults[];
  /**
   * The causes of the open mismatches, the most severe first, as many as were asked for; `totals.causes` is their
   * number.
   */
  readonly causes: readonly CauseReport[];
  /** Open mismatches, the most frequent first, as many as were asked for; `totals.signatures` is their number. */
  readonly signatures: readonly SignatureReport[];
  /** Open failures of the shadow, by kind. */
  readonly failureCauses: readonly CauseReport[];
  /** Failures of the shadow, grouped like mismatches. */
  readonly failures: readonly SignatureReport[];
  /** Mismatches and failures that were marked as expected, by reason. */
  readonly expectedCauses: readonly ExpectedCauseReport[];
  readonly expected: readonly SignatureReport[];
  /** Mismatches and failures that were marked as fixed and not seen since. */
  readonly fixedCauses: readonly CauseReport[];
  readonly fixed: readonly SignatureReport[];
  /** Times whose results may be missing, because a process ended without its last flush. */
  readonly gaps: Summary['gaps'];
  /** Rules that need attention, over all routes and all times. */
  readonly rules: readonly RuleReport[];
  /** The number of rules. Mismatches that were recorded before a rule was added stay mismatches. */
  readonly configuredRules: number;
  /** What redaction hid in recorded examples, over all routes and all times. */
  readonly redactions: readonly RedactionRow[];
  /** Those that run, of all times, whatever rehearsal or route was asked for. */
  readonly experiments: readonly ExperimentResults[];
  /** Only if another rehearsal was asked for. */
  readonly comparison?: RehearsalComparison;
}

export interface RuleReport extends RuleRow {
  readonly state: Exclude<RuleState, 'in_use'>;
}

const LISTED = 20;

/** Throws `usage` if there is no such service or rehearsal. */
export async function buildReport(
  reader: StoreReader,
  { limit = LISTED, window = {}, rehearsal: meant, against: other, service, ...query }: ReportQuery,
): Promise<Report> {
  const rows = await rehearsalsOf(reader, service);
  const asked = meant === undefined ? undefined : meantIn(rows, meant);
  const comparable = asked === undefined ? rows : rows.filter((row) => row.service === asked.service);
  const against = other === undefined ? undefined : meantIn(comparable, other);
  const scope = {
    ...((service ?? asked) !== undefined && { service: service ?? asked!.service }),
    ...(asked && { rehearsal: asked.id }),
  };
  const read = await readResults(reader, { ...query, window, scope });
  const { summary, totals, services, routes, rules, redactions } = read;
  const { from, to, gaps } = summary;
  const rehearsals = asked === undefined ? rows.filter((row) => isPresent(row, services)) : [asked];
  const compared = asked ?? rows.find((row) => row.state === 'present' && row.service === against?.service);
  const examples = new Examples(reader, scope);
  const listed = async <C extends Cause>({ causes, signatures }: Rows<C>) => ({
    causes: await Promise.all(causes.slice(0, limit).map((cause) => examples.ofCause(cause))),
    signatures: await Promise.all(signatures.slice(0, limit).map((row) => examples.ofSignature(row))),
  });
  const [ofMismatches, ofFailures] = [await listed(read.mismatches), await listed(read.failures)];
  const [ofExpected, ofFixed] = [await listed(read.expected), await listed(read.fixed)];
  return {
    schemaVersion: 1,
    generatedAt: query.now,
    verdict: await readVerdict(reader, { ...query, ...scope }),
    window,
    ...(service !== undefined && { service }),
    ...(rehearsals.length === 1 && { rehearsal: rehearsals[0]! }),
    rehearsals,
    ...(from !== undefined && to !== undefined && { from, to }),
    totals,
    services,
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
    experiments: (await readExperiments(reader, service === undefined ? {} : { service })).filter(
      ({ state }) => state === 'running',
    ),
    ...(against &&
      compared && { comparison: await compareRehearsals(reader, { ...query, rehearsal: compared, against }) }),
  };
}

/** A service that is not mirrored has no rehearsal. */
function isPresent({ state, service }: RehearsalRow, shown: readonly ServiceResults[]): boolean {
  const its = shown.find((each) => each.service === service);
  return state === 'present' && its !== undefined && its.state !== 'not_mirrored';
}
