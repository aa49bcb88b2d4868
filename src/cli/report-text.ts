import { type InspectColor, styleText } from 'node:util';
import { UNACCEPTABLE } from '../compare/proposals/propose.ts';
import { count, duration, moment, plural, signedDuration } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { Difference, DifferenceKind } from '../model/difference.ts';
import type { Quantiles } from '../model/store-reader.ts';
import { crowdedInWords, measuredAgainst, shiftInWords } from '../results/latency-shift.ts';
import { endingInWords, groupOf, groupOutcomes, NOT_COMPARED, OUTCOME_GROUPS } from '../results/outcome-groups.ts';
import { hint, namesInWords } from '../results/redactions.ts';
import type { Report, RouteReport, SignatureReport } from '../results/report.ts';
import { doubtInWords } from '../results/rule-state.ts';
import { type Column, cutTo, table } from './table.ts';

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
    [paint('bold', headline(report)), ...spanLines(report)],
    ...(report.totals.requests === 0
      ? []
      : [
          section('Outcomes', outcomeLines(report, width, paint), paint),
          section('Mismatches', [...mismatchLines(report, width, paint), ...stayingLines(report, width)], paint),
          section(
            'Failures of the shadow',
            signatureLines(report.failures, report.failures.length, width, paint),
            paint,
          ),
          section('Slower or faster', shiftLines(report.routes, width), paint),
          section('Latency', latencyLines(report.routes, width, paint), paint),
          section('Rules to look at', ruleLines(report, width), paint),
          section('Hidden values', redactionLines(report, width), paint),
        ]),
    section('Gaps', gapLines(report), paint),
  ];
  return `${sections
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What a person must know, in one sentence. */
export function headline({ totals, routes }: Report): string {
  if (totals.requests === 0) return 'No requests were recorded.';
  const inState = (state: RouteReport['state']) => routes.filter((route) => route.state === state).length;
  const [clean, idle] = [inState('clean'), inState('idle')];
  const slower = routes.filter(({ shift }) => shift?.direction === 'slower').length;
  const unanswered = totals.outcomes.find(({ ending }) => ending === 'primary_failed')?.count ?? 0;
  const size = [
    `${plural(routes.length, 'route')}, ${plural(totals.requests, 'request')}`,
    ...(unanswered === 0 ? [] : [`${plural(unanswered, 'failure')} of the primary`]),
  ].join(', ');
  if (idle === routes.length) return `${size}; nothing was compared`;
  const found = [
    size,
    totals.mismatches === 0
      ? 'no mismatches'
      : `${plural(totals.mismatches, 'mismatch', 'mismatches')} of ${plural(totals.signatures, 'signature')}`,
    ...(totals.failures === 0 ? [] : [`${plural(totals.failures, 'failure')} of the shadow`]),
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

const SHOWN_DIFFERENCES = 5;

function signatureLines(list: readonly SignatureReport[], total: number, width: number, paint: Paint): string[] {
  const lines = list.flatMap((signature, at) => signatureBlock(signature, at + 1, width, paint));
  return total > list.length ? [...lines, `and ${count(total - list.length)} more signatures: see --all`] : lines;
}

function mismatchLines({ signatures, totals }: Report, width: number, paint: Paint): string[] {
  return signatureLines(signatures, totals.signatures, width, paint);
}

function stayingLines({ totals, configuredRules }: Report, width: number): string[] {
  if (totals.mismatches === 0 || configuredRules === 0) return [];
  return [cutTo('What was recorded before a rule was added stays a mismatch; --since leaves it out.', width)];
}

function signatureBlock(signature: SignatureReport, rank: number, width: number, paint: Paint): string[] {
  const { route, ending, primaryStatus, shadowStatus, firstSeen, lastSeen, id, places, example, proposal } = signature;
  const statuses =
    primaryStatus === shadowStatus ? `status ${primaryStatus}` : `status ${primaryStatus} → ${shadowStatus}`;
  const shown = places.slice(0, SHOWN_DIFFERENCES).map((place) => {
    const values = example?.differences.find(({ path, kind }) => path === place.path && kind === place.kind);
    return `   ${placeInWords(place)}${values === undefined ? '' : valuesInWords(values)}`;
  });
  const rest = places.length > SHOWN_DIFFERENCES ? [`   and ${places.length - SHOWN_DIFFERENCES} more places`] : [];
  const from = example === undefined ? [] : [`   for example ${printable(`${example.method} ${example.target}`)}`];
  const failure = example?.failure === undefined ? [] : [`   ${printable(example.failure)}`];
  const what = ending === 'mismatch' ? statuses : endingInWords(ending);
  const title = `${rank}. ${printable(route)}, ${what}: ${plural(signature.count, 'time')}`;
  return [
    paint('bold', cutTo(title, width)),
    ...[...shown, ...rest, ...failure, ...from].map((line) => cutTo(line, width)),
    ...(rank <= PROPOSED_FOR ? proposalLines(proposal) : []),
    paint('dim', cutTo(`   ${time(firstSeen)} to ${time(lastSeen)}, signature ${id}`, width)),
  ];
}

/** So many signatures, from the most frequent on, are shown with the rules that would accept them. */
const PROPOSED_FOR = 3;
const SHOWN_RULES = 3;

const RULE = /^\s*- \{/;

/** Rules whole, however long, with where they belong and what they hide, since they are to be copied. */
function proposalLines(proposal = ''): string[] {
  const lines = proposal.trimEnd().split('\n');
  if (proposal.includes(`# ${UNACCEPTABLE}`)) return [`   ${UNACCEPTABLE}`];
  const rules = lines.flatMap((line, at) => (RULE.test(line) ? [at] : []));
  if (rules.length === 0) return [];
  const end = rules[SHOWN_RULES - 1] ?? lines.length - 1;
  const shown = lines.slice(0, end + 1).map((line) => `     ${printable(line)}`);
  const rest = rules.length > SHOWN_RULES ? [`     and ${rules.length - SHOWN_RULES} more, on its page`] : [];
  return [`   would be accepted by`, ...shown, ...rest];
}

const WORDS: Readonly<Record<DifferenceKind, (path: string) => string>> = {
  status: () => 'the status differs',
  header: (path) => `${path} differs`,
  added: (path) => `${path} is in the shadow alone`,
  removed: (path) => `${path} is missing in the shadow`,
  type: (path) => `${path} is of another type`,
  value: (path) => `${path} has another value`,
  reordered: (path) => `${path} is in another order`,
  moved: (path) => `${path} has moved`,
  duplicate_key: (path) => `${path} is there twice`,
  encoding: (path) => `${path} is encoded in another way`,
  byte_order_mark: (path) => `${path} has another byte order mark`,
  charset: (path) => `${path} names the charset on one side`,
  bytes: (path) => `${path}: the bytes differ`,
  budget: (path) => `${path}: too much to compare or to list`,
};

function placeInWords({ path, kind }: Pick<Difference, 'path' | 'kind'>): string {
  return WORDS[kind](printable(path));
}

function valuesInWords({ left, right }: Difference): string {
  if (left === undefined && right === undefined) return '';
  return `: ${left === undefined ? 'nothing' : printable(left)} → ${right === undefined ? 'nothing' : printable(right)}`;
}

function shiftLines(routes: readonly RouteReport[], width: number): string[] {
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

function latencyLines(routes: readonly RouteReport[], width: number, paint: Paint): string[] {
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
function crowdedLines(routes: readonly RouteReport[]): string[] {
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
