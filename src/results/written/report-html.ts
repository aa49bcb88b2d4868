/** The verdict, the routes and the causes, of all or of one route, as HTML. */
import { count, duration, plural } from '../../lib/figures.ts';
import { formatShare } from '../../lib/share.ts';
import { type Difference, sideInWords } from '../../model/difference.ts';
import { LEGS } from '../../model/exchange.ts';
import { placeInWords } from '../difference-words.ts';
import type { CauseReport } from '../examples.ts';
import { headline } from '../headline.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../outcome-groups.ts';
import type { Report } from '../report.ts';
import { routeInWords } from '../service-words.ts';
import { htmlDocument } from './document.ts';
import { type Content, type Html, html } from './html.ts';
import {
  type CauseList,
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

export function reportAsHtml(report: Report, route?: string): string {
  const { verdict, gaps, rules, experiments } = report;
  return htmlDocument(titleOf(report, route), report.generatedAt, [
    html`<p>${headline(report)}</p>`,
    scopeLines(report).map((line) => html`<p class="faint">${line}</p>`),
    route === undefined &&
      verdict.services.map(
        (service) =>
          html`<h2>${service.service}: <span class="${service.verdict}">${service.verdict}</span></h2><ul>${service.reasons.slice(0, REASONS).map((reason) => html`<li>${reason}`)}</ul>`,
      ),
    html`<h2>Outcomes</h2>${outcomeTable(report)}`,
    causeLists(report).map((list) => causeSections(list, report)),
    html`<h2>Latency</h2>${latencyTable(report)}`,
    route === undefined && experimentSections(experiments),
    rules.length > 0 &&
      html`<h2>Rules to look at</h2><ul>${rules.map((rule) => html`<li>${ruleInDoubt(rule)}: <code>${rule.rule}</code> <span class="faint">${rule.origin}</span>`)}</ul>`,
    gaps.length > 0 && html`<h2>Gaps</h2><ul>${gaps.map((gap) => html`<li>${gapInWords(gap)}`)}</ul>`,
  ]);
}

function experimentSections(experiments: Report['experiments']): Content {
  return experiments.map(
    ({ experiment, service, arms, doubts, goals }) => html`<h2>Experiment ${experiment} of ${service}</h2>
<p>${arms.map(({ arm, users, share: part }) => `${arm}: ${plural(users, 'user')} (${formatShare(part)})`).join(', ')}</p>
<ul>${[...doubts, ...goals.flatMap(({ comparisons }) => comparisons.map(({ words }) => words))].map((line) => html`<li>${line}`)}</ul>`,
  );
}

function outcomeTable({ routes, services }: Report): Html {
  const head = ['requests', ...OUTCOME_GROUPS].map((title) => html`<th class="number">${title}`);
  const rows = routes.map((row) => {
    const sums = groupOutcomes(row.outcomes);
    const cells = [row.requests, ...OUTCOME_GROUPS.map((group) => sums[group])];
    return html`<tr><td>${routeInWords(row, services.length > 1)}${cells.map((cell) => html`<td class="number">${count(cell)}`)}`;
  });
  return html`<div class="scroll"><table><tr><th>route${head}${rows}</table></div>`;
}

function latencyTable({ routes, services }: Report): Html {
  const measured = routes.filter(({ latency }) => latency.length > 0);
  if (measured.length === 0) return html`<p class="faint">Nothing was measured.</p>`;
  const legs = LEGS.filter((leg) => measured.some(({ latency }) => latency.some((each) => each.leg === leg)));
  const rows = measured.map((row) => {
    const cells = legs.map((leg) => {
      const quantiles = row.latency.find((each) => each.leg === leg)?.lastByte;
      return html`<td class="number">${quantiles && `${duration(quantiles.p50)} / ${duration(quantiles.p99)}`}`;
    });
    return html`<tr><td>${routeInWords(row, services.length > 1)}${cells}${deltaInWords(row).map((words) => html`<td class="number">${words}`)}`;
  });
  return html`<p class="faint">To the last byte: p50 / p99. The interval of the paired delta holds with 99.9%, at any time.</p>
<div class="scroll"><table><tr><th>route${legs.map((leg) => html`<th class="number">${leg}`)}<th class="number">shadow slower by (p50)<th class="number">its interval${rows}</table></div>`;
}

function causeSections({ title, causes, more }: CauseList, report: Report): Content {
  return [
    html`<h2>${title}</h2>`,
    causes.map((cause, index) => causeSection(cause, index + 1, report)),
    more > 0 && html`<p class="faint">and ${plural(more, 'more cause')}</p>`,
  ];
}

function causeSection(cause: CauseReport, rank: number, report: Report): Html {
  const { places, follows, example, proposal } = cause;
  return html`<h3>${rank}. ${causeLine(cause, report)}</h3>
<ul>${notesOn(cause).map((note) => html`<li>${note}`)}${places.map((place) => {
    const { what, differs } = placeInWords(place);
    const shown = example?.differences.find(({ path, kind }) => path === place.path && kind === place.kind);
    return html`<li><code>${what}</code> ${differs}${shown && [': ', side(shown.left), ' → ', side(shown.right)]}`;
  })}${follows.length > 0 && html`<li class="faint">and with the body: ${follows.map(({ path }) => path).join(', ')}`}</ul>
${example && html`<p class="faint">for example <code>${example.method} ${example.target}</code>${example.failure !== undefined && `: ${example.failure}`}</p>`}
${proposal !== undefined && html`<details><summary>Rules that would accept it</summary><pre>${proposal.trimEnd()}</pre></details>`}`;
}

function side(text: Difference['left']): Content {
  return text ? html`<code>${text}</code>` : sideInWords(text);
}
