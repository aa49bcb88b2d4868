/** What a report says in each of its forms. */
import { moment, plural, signedDuration } from '../../lib/figures.ts';
import { statusesInWords } from '../difference-words.ts';
import type { CauseReport } from '../examples.ts';
import { rehearsalInWords } from '../find-rehearsal.ts';
import { endingInWords } from '../outcome-groups.ts';
import { repeatedInWords } from '../repeated-words.ts';
import type { Report, RuleReport } from '../report.ts';
import type { RouteResults } from '../results.ts';
import { doubtInWords } from '../rule-state.ts';
import { routeInWords, unmirroredInWords } from '../service-words.ts';
import { expectationInWords, reopeningInWords } from '../triage.ts';

export const REASONS = 20;
const CAUSES = 50;

export function titleOf({ verdict }: Report, route?: string): string {
  return route === undefined ? `Verdict: ${verdict.verdict}` : `Route ${route}`;
}

/** Which rehearsals it tells of, and which services are not compared. */
export function scopeLines({ rehearsals, services }: Report): readonly string[] {
  return [
    ...rehearsals.map((row) => `Rehearsal of ${row.service}: ${rehearsalInWords(row)}`),
    ...services.flatMap((service) => unmirroredInWords(service) ?? []),
  ];
}

export interface CauseList {
  readonly title: string;
  readonly causes: readonly CauseReport[];
  /** How many are not listed. */
  readonly more: number;
}

/** Those that have any. */
export function causeLists(report: Report): readonly CauseList[] {
  const { causes, failureCauses, expectedCauses, fixedCauses, totals } = report;
  return [
    listOf('Mismatches', causes, totals.causes),
    listOf('Failures of the shadow', failureCauses),
    listOf('Expected', expectedCauses),
    listOf('Fixed, and not seen since', fixedCauses),
  ].filter((list) => list.causes.length > 0);
}

function listOf(title: string, causes: readonly CauseReport[], all = causes.length): CauseList {
  const listed = causes.slice(0, CAUSES);
  return { title, causes: listed, more: all - listed.length };
}

/** `orders, status 200 → 500: 3 times` */
export function causeLine(cause: CauseReport, { services }: Report): string {
  const { routes, service, ending, statuses, count } = cause;
  const route = routes.length === 1 ? routes[0]!.route : plural(routes.length, 'route');
  const pairs = statuses.map(({ primary, shadow }) => statusesInWords(primary, shadow)).join(', ');
  const what = ending === 'mismatch' ? `status ${pairs}` : endingInWords(ending);
  return `${routeInWords({ service, route }, services.length > 1)}, ${what}: ${plural(count, 'time')}`;
}

/** What people and repeated requests say of it. */
export function notesOn(cause: CauseReport): readonly string[] {
  const { repeated } = cause;
  return [
    ...('reason' in cause ? [`expected: ${expectationInWords(cause)}`] : []),
    ...('reopened' in cause && cause.reopened !== undefined ? [`open again: ${reopeningInWords(cause.reopened)}`] : []),
    ...(repeated === undefined ? [] : [repeatedInWords(repeated)]),
  ];
}

/** The paired delta and the interval of its median. */
export function deltaInWords({ delta }: RouteResults): readonly [delta: string, interval: string] {
  if (delta === undefined) return ['', ''];
  return [signedDuration(delta.p50), delta.medianBetween?.map(signedDuration).join(' – ') ?? 'not certain yet'];
}

export function ruleInDoubt(rule: RuleReport): string {
  return doubtInWords(rule, rule.state);
}

export function gapInWords({ from, to }: Report['gaps'][number]): string {
  return `${moment(from)} to ${moment(to)}: results may be missing`;
}
