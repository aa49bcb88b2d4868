import { type InspectColor, styleText } from 'node:util';
import { count, duration, moment, plural, signedDuration } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { CauseReport } from '../results/examples.ts';
import { rehearsalInWords } from '../results/find-rehearsal.ts';
import { headline } from '../results/headline.ts';
import { latencyRows } from '../results/latency-rows.ts';
import { certaintyInWords, crowdedInWords, measuredAgainst, shiftInWords } from '../results/latency-shift.ts';
import { endingInWords, groupOutcomes, notCompared, OUTCOME_GROUPS } from '../results/outcome-groups.ts';
import { hint, namesInWords } from '../results/redactions.ts';
import type { Report } from '../results/report.ts';
import { doubtInWords } from '../results/rule-state.ts';
import { routeInWords, unmirroredInWords } from '../results/service-words.ts';
import { causeLines } from './cause-text.ts';
import { comparisonLines } from './comparison-text.ts';
import { experimentLines } from './experiment-text.ts';
import { type Column, cutTo, table } from './table.ts';
import { verdictLines } from './verdict-text.ts';

export interface Terminal {
  /** Characters per line. */
  readonly width: number;
  readonly color: boolean;
}

type Paint = (style: InspectColor, text: string) => string;

/** The report for a person at a terminal. Control characters in recorded texts are escaped. */
export function renderReport(report: Report, { width, color }: Terminal): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const sections = [
    verdictLines(report.verdict, width).map((line, at) => (at % 3 === 0 ? paint('bold', line) : line)),
    [
      paint('bold', printable(headline(report))),
      ...rehearsalLines(report),
      ...unmirroredLines(report),
      ...spanLines(report),
    ],
    ...(report.totals.requests === 0
      ? []
      : [
          section('Services', serviceLines(report, width, paint), paint),
          section('Outcomes', outcomeLines(report, width, paint), paint),
          section('Mismatches', [...mismatchLines(report, width, paint), ...stayingLines(report, width)], paint),
          section('Failures of the shadow', causesLines(report, report.failureCauses, width, paint), paint),
          section('Expected', causesLines(report, report.expectedCauses, width, paint), paint),
          section('Fixed, and not seen since', causesLines(report, report.fixedCauses, width, paint), paint),
          section('Slower or faster', shiftLines(report, width), paint),
          section('Latency', latencyLines(report, width, paint), paint),
          section('Rules to look at', ruleLines(report, width), paint),
          section('Hidden values', redactionLines(report, width), paint),
        ]),
    section('Experiments', report.experiments.flatMap(experimentLines).map(printable), paint),
    comparisonSection(report, width, paint),
    section('Gaps', gapLines(report), paint),
  ];
  return `${sections
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines];
}

/** A rehearsal without version and label is not named if it is the only one. */
function rehearsalLines({ service, services, rehearsals, comparison }: Report): string[] {
  const asked = service === undefined ? [] : [printable(`Only the service ${service}.`)];
  const said = rehearsals.filter(
    ({ version, label, state }) =>
      version !== undefined || label !== undefined || state === 'earlier' || comparison !== undefined,
  );
  const lines = said.map((row) => {
    const of = services.length > 1 ? ` of ${row.service}` : '';
    return printable(`Rehearsal${of} ${rehearsalInWords(row)}, ${row.state}, begun ${time(row.begunAt)}.`);
  });
  return [...asked, ...lines];
}

/** The services of which nothing is compared, and why. */
function unmirroredLines({ services }: Report): string[] {
  return services.flatMap((each) => {
    const why = unmirroredInWords(each);
    return why === undefined ? [] : [printable(why)];
  });
}

function comparisonSection({ comparison, services }: Report, width: number, paint: Paint): string[] {
  if (comparison === undefined) return [];
  const lines = comparisonLines(comparison, {
    width,
    several: services.length > 1,
    title: (text) => paint('bold', text),
  });
  return section('Mismatches compared with another rehearsal', lines, paint);
}

function spanLines({ from, to, gaps }: Report): string[] {
  const span = from === undefined || to === undefined ? [] : [`Recorded from ${time(from)} to ${time(to)}.`];
  return gaps.length === 0 ? span : [...span, `Results may be missing: see the ${gaps.length === 1 ? 'gap' : 'gaps'}.`];
}

const SERVICE: Column = { title: 'service', align: 'left' };
const ROUTE: Column = { title: 'route', align: 'left' };
const OUTCOMES: readonly Column[] = ['requests', ...OUTCOME_GROUPS].map((title) => ({ title, align: 'right' }));

/** Each service as a whole, if there are several. */
function serviceLines({ services }: Report, width: number, paint: Paint): string[] {
  if (services.length < 2) return [];
  const rows = services.map((each) => [printable(each.service), ...outcomeCells(each)]);
  return table([SERVICE, ...OUTCOMES], rows, width, (text) => paint('dim', text));
}

function outcomeLines(report: Report, width: number, paint: Paint): string[] {
  const rows = report.routes.map((each) => [...nameCells(each, report), ...outcomeCells(each)]);
  const reasons = notCompared(report.totals.outcomes).map(
    ({ ending, count: one }) => `${count(one)} ${endingInWords(ending)}`,
  );
  return [
    ...table([...nameColumns(report), ...OUTCOMES], rows, width, (text) => paint('dim', text)),
    ...(reasons.length === 0 ? [] : [`Not compared: ${reasons.join(', ')}.`]),
  ];
}

/** With several services, each row names its own. */
function nameColumns({ services }: Report): readonly Column[] {
  return services.length > 1 ? [SERVICE, ROUTE] : [ROUTE];
}

function nameCells({ service, route }: Named, { services }: Report): string[] {
  return (services.length > 1 ? [service, route] : [route]).map(printable);
}

function nameOf(route: Named, { services }: Report): string {
  return printable(routeInWords(route, services.length > 1));
}

interface Named {
  readonly service: string;
  readonly route: string;
}

function outcomeCells({ requests, outcomes }: Pick<Report['services'][number], 'requests' | 'outcomes'>): string[] {
  const sums = groupOutcomes(outcomes);
  return [requests, ...OUTCOME_GROUPS.map((group) => sums[group])].map(count);
}

function causesLines({ services }: Report, causes: readonly CauseReport[], width: number, paint: Paint): string[] {
  const paints = { title: (text: string) => paint('bold', text), aside: (text: string) => paint('dim', text) };
  return causes.flatMap((cause, at) =>
    causeLines(cause, { rank: at + 1, several: services.length > 1 }, width, paints),
  );
}

function mismatchLines(report: Report, width: number, paint: Paint): string[] {
  const lines = causesLines(report, report.causes, width, paint);
  const more = report.totals.causes - report.causes.length;
  return more > 0 ? [...lines, `and ${plural(more, 'more cause')}: see --all`] : lines;
}

function stayingLines({ totals, configuredRules }: Report, width: number): string[] {
  if (totals.open.mismatches === 0 || configuredRules === 0) return [];
  return [
    'Mismatches recorded before a rule was added stay mismatches; --since leaves them out.',
    'To see which of them the rules would accept now: understudy rejudge (in a checkout npm run rejudge).',
  ].map((line) => cutTo(line, width));
}

function shiftLines(report: Report, width: number): string[] {
  return report.routes.flatMap(({ shift, ...route }) =>
    shift === undefined
      ? []
      : [`${nameOf(route, report)}: ${shiftInWords(shift)}`, `  ${certaintyInWords(shift)}`].map((line) =>
          cutTo(line, width),
        ),
  );
}

const LATENCIES: readonly Column[] = [
  { title: 'leg', align: 'left' },
  { title: 'count', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p90', align: 'right' },
  { title: 'p99', align: 'right' },
];

function latencyLines(report: Report, width: number, paint: Paint): string[] {
  const rows = latencyRows(report.routes).map((row) => {
    const format = row.of === 'delta' ? signedDuration : duration;
    const quantiles = [row.p50, row.p90, row.p99].map(format);
    return [...nameCells(row, report), row.of, count(row.count), ...quantiles];
  });
  if (rows.length === 0) return [];
  const meaning = 'To the last byte. delta: shadow minus control, or minus primary without a control.';
  return [
    ...table([...nameColumns(report), ...LATENCIES], rows, width, (text) => paint('dim', text)),
    cutTo(meaning, width),
    ...crowdedLines(report),
  ];
}

/** Complete, however long, because omitted parts must not be overlooked. */
function crowdedLines(report: Report): string[] {
  return report.routes.flatMap(({ latency, crowded, ...route }) =>
    crowded === undefined ? [] : [`${nameOf(route, report)}: ${crowdedInWords(crowded, measuredAgainst(latency))}`],
  );
}

function ruleLines({ rules, services }: Report, width: number): string[] {
  return rules.map((row) => {
    const of = services.length > 1 ? ` of ${row.services.map(({ service }) => service).join(', ')}` : '';
    return cutTo(printable(`${doubtInWords(row, row.state)}: ${row.rule} (${row.origin})${of}`), width);
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
