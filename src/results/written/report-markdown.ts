/** The verdict, the routes and the causes, of all or of one route, as Markdown. */
import { count, plural, share } from '../../lib/figures.ts';
import { placeInWords } from '../difference-words.ts';
import type { CauseReport } from '../examples.ts';
import { headline } from '../headline.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../outcome-groups.ts';
import type { Report } from '../report.ts';
import { routeInWords } from '../service-words.ts';
import { code, fenced, plain, value } from './markdown.ts';
import {
  causeLine,
  causeLists,
  deltaInWords,
  gapInWords,
  notesOn,
  REASONS,
  ruleInDoubt,
  scopeLines,
  titleOf,
} from './report-words.ts';

export function reportAsMarkdown(report: Report, route?: string): string {
  const sections = [
    [`## ${plain(titleOf(report, route))}`],
    [plain(headline(report))],
    scopeLines(report).map((line) => `- ${plain(line)}`),
    ...(route === undefined ? verdictSections(report) : []),
    outcomeTable(report),
    ...(route === undefined ? experimentSections(report) : []),
    ...causeSections(report),
    ...(route === undefined ? proposalSections(report) : []),
    ...listed(
      'Rules to look at',
      report.rules,
      (rule) => `${ruleInDoubt(rule)}: ${code(rule.rule)}, ${plain(rule.origin)}`,
    ),
    ...listed('Gaps', report.gaps, gapInWords),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type Section = readonly string[];

function listed<Row>(title: string, rows: readonly Row[], line: (row: Row) => string): readonly Section[] {
  return rows.length === 0 ? [] : [[`### ${title}`], rows.map((row) => `- ${line(row)}`)];
}

function verdictSections({ verdict }: Report): readonly Section[] {
  return verdict.services.flatMap(({ service, verdict: answer, reasons }) => [
    [`### ${plain(service)}: ${answer}`],
    reasons.slice(0, REASONS).map((reason) => `- ${plain(reason)}`),
  ]);
}

function outcomeTable({ routes, services }: Report): Section {
  const columns = ['requests', ...OUTCOME_GROUPS, 'shadow slower by (p50)', 'its interval'];
  const rows = routes.map((row) => {
    const sums = groupOutcomes(row.outcomes);
    const counts = [row.requests, ...OUTCOME_GROUPS.map((group) => sums[group])].map(count);
    return `| ${[code(routeInWords(row, services.length > 1)), ...counts, ...deltaInWords(row)].join(' | ')} |`;
  });
  return [`| route | ${columns.join(' | ')} |`, `|---|${columns.map(() => '---:|').join('')}`, ...rows];
}

function experimentSections({ experiments }: Report): readonly Section[] {
  return experiments.flatMap(({ experiment, service, doubts, goals }) => {
    const words = [...doubts, ...goals.flatMap(({ comparisons }) => comparisons.map((each) => each.words))];
    return [[`### Experiment ${plain(experiment)} of ${plain(service)}`], words.map((each) => `- ${plain(each)}`)];
  });
}

function causeSections(report: Report): readonly Section[] {
  return causeLists(report).flatMap(({ title, causes, more }) => [
    [`### ${title}`],
    causes.flatMap((cause, index) => causeLines(cause, index + 1, report)),
    more > 0 ? [`and ${plural(more, 'more cause')}`] : [],
  ]);
}

function causeLines(cause: CauseReport, rank: number, report: Report): readonly string[] {
  const { places, follows, example } = cause;
  const often = share(cause.count, report.totals.requests);
  const items = [
    ...notesOn(cause).map(plain),
    ...places.map((place) => {
      const { what, differs } = placeInWords(place);
      const shown = example?.differences.find(({ path, kind }) => path === place.path && kind === place.kind);
      return `${code(what)} ${differs}${shown ? `: ${value(shown.left)} → ${value(shown.right)}` : ''}`;
    }),
    ...(follows.length === 0 ? [] : [`and with the body: ${follows.map(({ path }) => code(path)).join(', ')}`]),
    ...(example?.failure === undefined ? [] : [plain(example.failure)]),
    ...(example === undefined ? [] : [`for example ${code(`${example.method} ${example.target}`)}`]),
  ];
  return [
    `${rank}. ${plain(causeLine(cause, report))} (${often} of the requests)`,
    ...items.map((item) => `   - ${item}`),
  ];
}

function proposalSections({ causes: [first] }: Report): readonly Section[] {
  if (first?.proposal === undefined) return [];
  return [['Rules that would accept the first mismatch:'], [fenced(first.proposal.trimEnd(), 'yaml')]];
}
