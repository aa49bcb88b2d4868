import { type InspectColor, styleText } from 'node:util';
import { count, duration, moment, plural, signedDuration } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { Quantiles } from '../model/store-reader.ts';
import type { CauseReport } from '../results/examples.ts';
import { rehearsalInWords } from '../results/find-rehearsal.ts';
import { crowdedInWords, measuredAgainst, shiftInWords } from '../results/latency-shift.ts';
import { endingInWords, groupOf, groupOutcomes, NOT_COMPARED, OUTCOME_GROUPS } from '../results/outcome-groups.ts';
import { hint, namesInWords } from '../results/redactions.ts';
import type { Report } from '../results/report.ts';
import type { RouteResults } from '../results/results.ts';
import { doubtInWords } from '../results/rule-state.ts';
import { causeLines } from './cause-text.ts';
import { comparisonLines } from './comparison-text.ts';
import { type Column, cutTo, table } from './table.ts';
import { verdictLines } from './verdict-text.ts';

export interface Terminal {
  /** Characters in a line. */
  readonly width: number;
  readonly color: boolean;
}

type Paint = (style: InspectColor, text: string) => string;

/** The report for a person at a terminal. What was recorded is shown with its controls escaped. */
export function renderReport(report: Report, { width, color }: Terminal): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const sections = [
    verdictLines(report.verdict).map((line, at) => (at % 3 === 0 ? paint('bold', line) : line)),
    [paint('bold', headline(report)), ...rehearsalLines(report), ...spanLines(report)],
    ...(report.totals.requests === 0
      ? []
      : [
          section('Outcomes', outcomeLines(report, width, paint), paint),
          section('Mismatches', [...mismatchLines(report, width, paint), ...stayingLines(report, width)], paint),
          section('Failures of the shadow', failureLines(report, width, paint), paint),
          section('Expected', causesLines(report.expectedCauses, report.expectedCauses.length, width, paint), paint),
          section(
            'Fixed, and not seen since',
            causesLines(report.fixedCauses, report.fixedCauses.length, width, paint),
            paint,
          ),
          section('Slower or faster', shiftLines(report.routes, width), paint),
          section('Latency', latencyLines(report.routes, width, paint), paint),
          section('Rules to look at', ruleLines(report, width), paint),
          section('Hidden values', redactionLines(report, width), paint),
        ]),
    comparisonSection(report, width, paint),
    section('Gaps', gapLines(report), paint),
  ];
  return `${sections
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What a person must know, in one sentence. */
export function headline({ totals, routes, expected: ofExpected, fixed: ofFixed }: Report): string {
  if (totals.requests === 0) return 'No requests were recorded.';
  const inState = (state: RouteResults['state']) => routes.filter((route) => route.state === state).length;
  const [clean, idle] = [inState('clean'), inState('idle')];
  const [expected, fixed] = [ofExpected, ofFixed].map((rows) => rows.reduce((sum, row) => sum + row.count, 0)) as [
    number,
    number,
  ];
  const slower = routes.filter(({ shift }) => shift?.direction === 'slower').length;
  const unanswered = totals.outcomes.find(({ ending }) => ending === 'primary_failed')?.count ?? 0;
  const size = [
    `${plural(routes.length, 'route')}, ${plural(totals.requests, 'request')}`,
    ...(unanswered === 0 ? [] : [`${plural(unanswered, 'failure')} of the primary`]),
  ].join(', ');
  if (idle === routes.length) return `${size}; nothing was compared`;
  const found = [
    size,
    totals.open.mismatches === 0
      ? 'no mismatches'
      : `${plural(totals.open.mismatches, 'mismatch', 'mismatches')} of ${plural(totals.causes, 'cause')}`,
    ...(totals.open.failures === 0 ? [] : [`${plural(totals.open.failures, 'failure')} of the shadow`]),
    ...(expected === 0 ? [] : [`${count(expected)} expected`]),
    ...(fixed === 0 ? [] : [`${count(fixed)} fixed`]),
    ...(slower === 0 ? [] : [`${plural(slower, 'route')} slower`]),
  ];
  const states = [
    clean === 0 ? 'no route is clean' : `${plural(clean, 'route')} clean`,
    ...(idle === 0 ? [] : [`nothing was compared on ${plural(idle, 'route')}`]),
  ];
  return `${found.join(', ')}; ${states.join(', ')}`;
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines];
}

/** One that has neither version nor label says nothing, where there is no other to tell it from. */
function rehearsalLines({ rehearsal, comparison }: Report): string[] {
  if (rehearsal === undefined) return [];
  const { version, label, state } = rehearsal;
  if (version === undefined && label === undefined && state === 'present' && comparison === undefined) return [];
  return [printable(`Rehearsal ${rehearsalInWords(rehearsal)}, ${state}, begun ${time(rehearsal.begunAt)}.`)];
}

function comparisonSection({ comparison }: Report, width: number, paint: Paint): string[] {
  if (comparison === undefined) return [];
  const lines = comparisonLines(comparison, width, (text) => paint('bold', text));
  return section('Mismatches beside another rehearsal', lines, paint);
}

function spanLines({ from, to, gaps }: Report): string[] {
  const span = from === undefined || to === undefined ? [] : [`Recorded from ${time(from)} to ${time(to)}.`];
  return gaps.length === 0 ? span : [...span, `Results may be missing: see the ${gaps.length === 1 ? 'gap' : 'gaps'}.`];
}

const OUTCOME_COLUMNS: readonly Column[] = [
  { title: 'route', align: 'left' },
  { title: 'requests', align: 'right' },
  ...OUTCOME_GROUPS.map((title) => ({ title, align: 'right' as const })),
];

function outcomeLines({ routes, totals }: Report, width: number, paint: Paint): string[] {
  const rows = routes.map(({ route, requests, outcomes }) => {
    const sums = groupOutcomes(outcomes);
    return [printable(route), count(requests), ...OUTCOME_GROUPS.map((group) => count(sums[group]))];
  });
  const reasons = totals.outcomes
    .filter(({ ending }) => NOT_COMPARED.has(groupOf(ending)))
    .map(({ ending, count: one }) => `${count(one)} ${endingInWords(ending)}`);
  return [
    ...table(OUTCOME_COLUMNS, rows, width, (text) => paint('dim', text)),
    ...(reasons.length === 0 ? [] : [`Not compared: ${reasons.join(', ')}.`]),
  ];
}

function causesLines(causes: readonly CauseReport[], total: number, width: number, paint: Paint): string[] {
  const paints = { title: (text: string) => paint('bold', text), aside: (text: string) => paint('dim', text) };
  const lines = causes.flatMap((cause, at) => causeLines(cause, at + 1, width, paints));
  const more = total - causes.length;
  return more > 0 ? [...lines, `and ${plural(more, 'more cause')}: see --all`] : lines;
}

function mismatchLines({ causes, totals }: Report, width: number, paint: Paint): string[] {
  return causesLines(causes, totals.causes, width, paint);
}

function failureLines({ failureCauses }: Report, width: number, paint: Paint): string[] {
  return causesLines(failureCauses, failureCauses.length, width, paint);
}

function stayingLines({ totals, configuredRules }: Report, width: number): string[] {
  if (totals.open.mismatches === 0 || configuredRules === 0) return [];
  return [
    'What was recorded before a rule was added stays a mismatch; --since leaves it out.',
    'What of it the rules would accept now: npm run rejudge (understudy rejudge).',
  ].map((line) => cutTo(line, width));
}

function shiftLines(routes: readonly RouteResults[], width: number): string[] {
  return routes.flatMap(({ route, shift }) =>
    shift === undefined ? [] : [cutTo(`${printable(route)}: ${shiftInWords(shift)}`, width)],
  );
}

const LATENCY_COLUMNS: readonly Column[] = [
  { title: 'route', align: 'left' },
  { title: 'leg', align: 'left' },
  { title: 'count', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p90', align: 'right' },
  { title: 'p99', align: 'right' },
];

function latencyLines(routes: readonly RouteResults[], width: number, paint: Paint): string[] {
  const rows = routes.flatMap(({ route, latency, delta }) => [
    ...latency.map(({ leg, lastByte }) => [printable(route), leg, ...quantileCells(lastByte, duration)]),
    ...(delta === undefined ? [] : [[printable(route), 'delta', ...quantileCells(delta, signedDuration)]]),
  ]);
  if (rows.length === 0) return [];
  const meaning = 'To the last byte; delta: shadow minus control, else minus primary.';
  return [
    ...table(LATENCY_COLUMNS, rows, width, (text) => paint('dim', text)),
    cutTo(meaning, width),
    ...crowdedLines(routes),
  ];
}

/** Whole, however long: what is left out must not be overlooked. */
function crowdedLines(routes: readonly RouteResults[]): string[] {
  return routes.flatMap(({ route, latency, crowded }) =>
    crowded === undefined ? [] : [`${printable(route)}: ${crowdedInWords(crowded, measuredAgainst(latency))}`],
  );
}

function quantileCells({ count: measured, p50, p90, p99 }: Quantiles, format: typeof duration): string[] {
  return [count(measured), ...[p50, p90, p99].map(format)];
}

function ruleLines({ rules }: Report, width: number): string[] {
  return rules.map((row) => {
    return cutTo(printable(`${doubtInWords(row, row.state)}: ${row.rule} (${row.origin})`), width);
  });
}

function redactionLines({ redactions }: Report, width: number): string[] {
  if (redactions.length === 0) return [];
  const rows = redactions.map((row) => {
    return cutTo(printable(`${count(row.count)} by ${row.rule}: ${namesInWords(row)}`), width);
  });
  return [...rows, cutTo(printable(hint(redactions)), width)];
}

function gapLines({ gaps }: Report): string[] {
  return gaps.map(({ from, to }) => `${time(from)} to ${time(to)}: the process ended without writing its last results`);
}

function time(at: number): string {
  return `${moment(at)}Z`;
}
