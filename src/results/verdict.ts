/** The verdict as the report, the admin API and the gate show it. */
import { closest } from '../lib/closest.ts';
import { count, plural } from '../lib/figures.ts';
import type { Answer } from '../model/answer.ts';
import type { Place } from '../model/difference.ts';
import type { LegName } from '../model/exchange.ts';
import { type Ending, outcomeOf, SHED } from '../model/outcome.ts';
import type { RouteEvidence } from '../model/route-evidence.ts';
import type { RehearsalRow, ResponseCount, StoreReader, Summary } from '../model/store-reader.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import type { Finding, RouteDecision } from '../verdict/decision.ts';
import type { Need } from '../verdict/needs.ts';
import { isSound } from '../verdict/self-test.ts';
import { decideService, type Fault, faultOf, type ServiceDecision, worst } from '../verdict/service-decision.ts';
import { type ExpectedSummary, expectedIn } from './expected.ts';
import { meantIn } from './find-rehearsal.ts';
import { countOf } from './results.ts';
import { findingInWords, needInWords, type Pace, reasonsOf, stillNeeded } from './verdict-words.ts';

/** Within one `schemaVersion` fields are only ever added. Times are milliseconds since 1970, shares fractions. */
export interface Verdict {
  readonly schemaVersion: 1;
  readonly verdict: Answer;
  readonly generatedAt: number;
  readonly services: readonly ServiceVerdict[];
}

export interface ServiceVerdict {
  readonly service: string;
  /** The rehearsal that was judged: its id, and the version of the shadow if that is known. */
  readonly rehearsal: string;
  readonly version?: string;
  readonly verdict: Answer;
  /** The reasons against a pass in words, the gravest first; for a pass, what was found. */
  readonly reasons: readonly string[];
  /** Why the measurement itself cannot be trusted. */
  readonly faults: readonly Fault[];
  readonly requests: number;
  /** Exchanges that were compared. */
  readonly exchanges: number;
  /** The share of these on routes that pass. */
  readonly covered: number;
  /** Shares of the requests: lost to overload; not copied for chosen reasons; and of these, not in the sample. */
  readonly shed: number;
  readonly skipped: number;
  readonly unsampled: number;
  /** The share of the requests that came while their copies were paused (`mirror.pauseWhen`). */
  readonly paused: number;
  /** What does not count against it because somebody expects it, by reason, with most exchanges first. */
  readonly expected: readonly ExpectedSummary[];
  /** The id of the rehearsal whose mismatches are ignored; absent if none was asked for. */
  readonly baseline?: string;
  /** Regressions first, then those with most exchanges. */
  readonly routes: readonly RouteVerdict[];
  /** The settings that were used; absent if nothing was judged. */
  readonly settings?: VerdictSettings;
}

export interface RouteVerdict {
  readonly route: string;
  readonly verdict: Exclude<Answer, 'invalid'>;
  readonly exchanges: number;
  readonly mismatches: number;
  /** Mismatches that a rule accepts by now, that somebody expects, or that the baseline had as well. */
  readonly accepted: number;
  readonly reasons: readonly string[];
  /** Checks with evidence, the gravest first, at most 20. */
  readonly checks: readonly CheckResult[];
  readonly needs: readonly NeedResult[];
}

/** `detail`: in words. */
export interface CheckResult extends Omit<Finding, 'place'>, Partial<Place> {
  readonly detail: string;
}

export interface NeedResult extends Need {
  readonly milliseconds?: number;
  readonly detail: string;
}

const UNSAMPLED: readonly Ending[] = ['skipped:unsampled', 'skipped:rate_limited'];

const UNJUDGED = faultOf(
  'no_data',
  'nothing was judged: it was recorded before there was a verdict',
  'begin a new rehearsal (understudy rehearsal new)',
);

const MOST_CHECKS = 20;

export interface VerdictQuery {
  readonly now: number;
  /** Only this service. */
  readonly service?: string;
  /** The id of a rehearsal in place of the present ones. */
  readonly rehearsal?: string;
  readonly route?: string;
  /**
   * Id, version or label of an earlier rehearsal. Places that had mismatches in it are not new, and are removed from
   * the evidence. Failures and latency count as usual.
   */
  readonly baseline?: string;
  /** Replaces the configured value. */
  readonly overrides?: Partial<VerdictSettings>;
}

export type VerdictReader = Pick<
  StoreReader,
  'rehearsals' | 'services' | 'summary' | 'responses' | 'routeEvidence' | 'verdictSettings'
>;

/**
 * Judges the present rehearsal of each service, or another one. Throws `usage` if a service has no such baseline.
 *
 * @param sound whether the statistics pass their own test; if not, everything is invalid.
 */
export async function readVerdict(reader: VerdictReader, query: VerdictQuery, sound = isSound): Promise<Verdict> {
  const { now, service, rehearsal } = query;
  const configured = await reader.verdictSettings();
  const rows = await reader.rehearsals();
  const asked = rows.filter(
    (row) =>
      (rehearsal === undefined ? row.state === 'present' : row.id === rehearsal) &&
      (service === undefined || row.service === service),
  );
  const judged = service === undefined && rehearsal === undefined ? await mirroredOf(reader, asked) : asked;
  const read = judged.map((row) => readService(reader, row, configured, { ...query, ...baselineOf(rows, row, query) }));
  const services = (await Promise.all(read)).map((each) => (sound() ? each : unsound(each)));
  const verdict = worst(services.map((each) => each.verdict));
  return { schemaVersion: 1, verdict, generatedAt: now, services };
}

function unsound(service: ServiceVerdict): ServiceVerdict {
  const seen = 'the verdict fails its own test (see understudy selftest): none of its results can be trusted';
  const fault = faultOf('self_test', seen);
  return { ...service, verdict: 'invalid', reasons: [fault.detail], faults: [fault] };
}

/** As its id. */
function baselineOf(
  rows: readonly RehearsalRow[],
  { id, service }: RehearsalRow,
  { baseline }: VerdictQuery,
): Pick<VerdictQuery, 'baseline'> {
  if (baseline === undefined) return {};
  const others = rows.filter((row) => row.service === service && row.id !== id);
  return { baseline: meantIn(others, baseline).id };
}

/** A service whose requests are not copied has no shadow that could be released. Others do not wait for it. */
async function mirroredOf(reader: VerdictReader, rows: readonly RehearsalRow[]): Promise<readonly RehearsalRow[]> {
  const mirrored = new Set(
    (await reader.services()).flatMap(({ service, state }) => (state === 'mirrored' ? [service] : [])),
  );
  const left = rows.filter(({ service }) => mirrored.has(service));
  return left.length === 0 ? rows : left;
}

/** What is asked for overrides the settings of single routes. */
function withOverrides(settings: VerdictSettings, overrides: Partial<VerdictSettings> = {}): VerdictSettings {
  const routes = Object.entries(settings.routes).map(([name, own]) => [name, { ...own, ...overrides }]);
  return { ...settings, ...overrides, routes: Object.fromEntries(routes) };
}

async function readService(
  reader: VerdictReader,
  { id, service, version, begunAt }: RehearsalRow,
  configured: VerdictSettings | undefined,
  query: VerdictQuery,
): Promise<ServiceVerdict> {
  const settings = configured && withOverrides(configured, query.overrides);
  const scope = { service, rehearsal: id };
  const { baseline, now: expectedAt } = query;
  const disregard = { expectedAt, ...(baseline !== undefined && { baseline }) };
  const [all, found, given] = await Promise.all([
    reader.summary(undefined, scope, 'none'),
    reader.routeEvidence(scope, disregard),
    reader.responses(['shadow', 'control'], scope),
  ]);
  const wanted = (name: string) => query.route === undefined || query.route === name;
  const evidence = found.filter(({ route }) => wanted(route)).map((each) => measuredWith(each, configured));
  const counted = all.routes.filter(({ route }) => wanted(route));
  const responses = given.filter(({ route }) => wanted(route));
  const outcomes = counted.flatMap((route) => route.outcomes);
  const requests = counted.reduce((sum, route) => sum + route.requests, 0);
  const shed = countOf(outcomes, ...SHED);
  const skipped = outcomes.filter(({ ending }) => outcomeOf(ending).outcome === 'skipped');
  const paused = countOf(outcomes, 'skipped:paused');
  const share = (count: number) => (requests === 0 ? 0 : count / requests);
  const faults = [
    ...faultsOf({ gaps: all.gaps, outcomes, responses }, evidence),
    ...(query.route === undefined || counted.length > 0 ? [] : [unrecorded(query.route, all.routes)]),
  ];
  const decision = settings && decideService({ routes: evidence, faults, shed, paused }, settings);
  const pace = paceOf(all, begunAt, evidence);
  const expected = expectedIn(evidence);
  return {
    service,
    rehearsal: id,
    ...(version !== undefined && { version }),
    verdict: decision?.answer ?? 'invalid',
    reasons: decision && settings ? reasonsOf({ ...decision, expected }, settings, pace) : [UNJUDGED.detail],
    faults: decision?.faults ?? [UNJUDGED],
    requests,
    exchanges: decision?.exchanges ?? 0,
    covered: decision?.covered ?? 0,
    shed: share(shed),
    skipped: share(skipped.reduce((sum, { count }) => sum + count, 0) - shed - paused),
    paused: share(paused),
    unsampled: share(countOf(outcomes, ...UNSAMPLED)),
    expected,
    ...(baseline !== undefined && { baseline }),
    routes: decision && settings ? routesOf(decision, settings, pace) : [],
    ...(settings && { settings }),
  };
}

function measuredWith(evidence: RouteEvidence, configured: VerdictSettings | undefined): RouteEvidence {
  return configured
    ? { ...evidence, margin: configured.routes[evidence.route]?.margin ?? configured.margin }
    : evidence;
}

function routesOf(decision: ServiceDecision, settings: VerdictSettings, pace: Pace): readonly RouteVerdict[] {
  return decision.routes.map((route) => ({
    route: route.route,
    verdict: route.answer,
    exchanges: route.exchanges,
    mismatches: route.mismatches,
    accepted: route.accepted,
    reasons: reasonsOf(
      { answer: decision.answer, routes: [route], faults: [], expected: expectedIn([route]) },
      settings,
      pace,
    ),
    checks: route.findings.slice(0, MOST_CHECKS).map((finding) => checkOf(finding, settings)),
    needs: needsOf(route, settings, pace),
  }));
}

function checkOf(finding: Finding, settings: VerdictSettings): CheckResult {
  const { place, ...check } = finding;
  return { ...check, ...place, detail: findingInWords(finding, settings) };
}

function needsOf(decision: RouteDecision, settings: VerdictSettings, paces: Pace): RouteVerdict['needs'] {
  const pace = paces(decision.route);
  return decision.needs.map((need) => {
    const milliseconds = stillNeeded(need, pace);
    const detail = needInWords(need, decision, settings, pace);
    return { ...need, ...(milliseconds !== undefined && { milliseconds }), detail };
  });
}

/** Exchanges per millisecond, over the whole period of the results, which begins with a whole minute. */
function paceOf({ from = 0, to = 0 }: Summary, begunAt: number, evidence: readonly RouteEvidence[]): Pace {
  const period = to - Math.max(from, begunAt);
  return (route) => {
    const exchanges = evidence.find((each) => each.route === route)?.clock.exchanges ?? 0;
    return period <= 0 ? 0 : exchanges / period;
  };
}

const MOST_NAMED = 10;

/** A route may come with its first request, so this is no error; but its name may be wrong. */
function unrecorded(route: string, recorded: Summary['routes']): Fault {
  const names = recorded.map((each) => each.route);
  const meant = closest(route, names);
  const hint = meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
  const more = names.length > MOST_NAMED ? [`and ${count(names.length - MOST_NAMED)} more`] : [];
  const others = names.length === 0 ? 'none' : [...names.slice(0, MOST_NAMED), ...more].join(', ');
  return faultOf(
    'no_data',
    `no request of the route ${JSON.stringify(route)} was recorded yet${hint}`,
    `recorded: ${others}`,
  );
}

/** This share of the exchanges may be without a response of the control. */
const CONTROL_FAILS = 0.01;

/**
 * Exchanges in which the shadow was measured and the control was not. Once its breaker is open, a control gets no copies,
 * and so does not fail.
 */
function withoutControl(responses: readonly ResponseCount[]): number {
  return Math.max(0, measuredOf(responses, 'shadow') - measuredOf(responses, 'control'));
}

function measuredOf(responses: readonly ResponseCount[], leg: LegName): number {
  return responses.reduce((sum, each) => (each.leg === leg ? sum + each.count : sum), 0);
}

function faultsOf(
  { gaps, outcomes, responses }: Pick<Summary, 'gaps' | 'outcomes'> & { readonly responses: readonly ResponseCount[] },
  evidence: readonly RouteEvidence[],
): Fault[] {
  const faults: Fault[] = [];
  if (gaps.length > 0) {
    faults.push(faultOf('gap', 'results may be missing: a process ended without its last flush'));
  }
  for (const [set, way] of [['setBack', 'back'] as const, ['setAhead', 'ahead'] as const]) {
    if (evidence.some(({ clock }) => clock[set] > 0))
      faults.push(faultOf('clock_jumped', `the clock of this machine was set ${way}`));
  }
  const unreachable = countOf(outcomes, 'shadow_unreachable');
  if (unreachable > 0) {
    const often = unreachable === 1 ? 'once' : `${count(unreachable)} times`;
    const seen = `the shadow could not be reached ${often}: what was measured may be of two of its lives`;
    faults.push(faultOf('shadow_restarted', seen));
  }
  const exchanges = evidence.reduce((sum, { clock }) => sum + clock.exchanges, 0);
  const failed = evidence
    .flatMap(({ tests }) => tests.filter(({ check, signature }) => check === 'failure' && signature === undefined))
    .reduce((sum, { signs }) => sum + signs.total.better, 0);
  // Without a control, what the primary failed to answer counts in its place.
  const ofPrimary = countOf(outcomes, 'primary_failed');
  const hasControl = failed > ofPrimary || responses.some(({ leg }) => leg === 'control');
  const missing = hasControl ? Math.max(failed, withoutControl(responses)) : 0;
  // Exchanges that were measured but not compared may be among those that are missing.
  const asked = Math.max(exchanges, measuredOf(responses, 'shadow'));
  if (missing > CONTROL_FAILS * asked && ofPrimary < missing) {
    const seen = `the control gave no response to ${count(missing)} of ${plural(asked, 'request')}, or was not there`;
    faults.push(faultOf('control_fails', seen));
  }
  return faults;
}
