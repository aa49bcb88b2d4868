/** The verdict, the routes and the causes, of all or of one route, as a file. */
import { count, duration, moment, plural, share, signedDuration } from '../../lib/figures.ts';
import { formatShare } from '../../lib/share.ts';
import { LEGS } from '../../model/exchange.ts';
import { placeInWords, statusesInWords } from '../../results/difference-words.ts';
import type { CauseReport as ReportedCause } from '../../results/examples.ts';
import { rehearsalInWords } from '../../results/find-rehearsal.ts';
import { headline } from '../../results/headline.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../../results/outcome-groups.ts';
import type { Report } from '../../results/report.ts';
import { doubtInWords } from '../../results/rule-state.ts';
import { routeInWords } from '../../results/service-words.ts';
import { htmlDocument } from './document.ts';
import { type Content, type Html, html } from './html.ts';
import { code, fenced, plain } from './markdown.ts';

const REASONS = 20;
const CAUSES = 50;

export function reportAsHtml(report: Report, route?: string): string {
  const { verdict, rehearsals, gaps, rules, causes, failureCauses, expectedCauses, experiments } = report;
  return htmlDocument(titleOf(report, route), report.generatedAt, [
    html`<p>${headline(report)}</p>`,
    rehearsals.map((row) => html`<p class="faint">Rehearsal of ${row.service}: ${rehearsalInWords(row)}</p>`),
    route === undefined &&
      verdict.services.map(
        (service) =>
          html`<h2>${service.service}: <span class="${service.verdict}">${service.verdict}</span></h2><ul>${service.reasons.slice(0, REASONS).map((reason) => html`<li>${reason}`)}</ul>`,
      ),
    html`<h2>Outcomes</h2>${outcomeTable(report)}`,
    causeSections('Mismatches', causes, report),
    causeSections('Failures of the shadow', failureCauses, report),
    causeSections('Expected', expectedCauses, report),
    html`<h2>Latency</h2>${latencyTable(report)}`,
    route === undefined && experimentSections(experiments),
    rules.length > 0 &&
      html`<h2>Rules to look at</h2><ul>${rules.map((rule) => html`<li>${doubtInWords(rule, rule.state)}: <code>${rule.rule}</code> <span class="faint">${rule.origin}</span>`)}</ul>`,
    gaps.length > 0 &&
      html`<h2>Gaps</h2><ul>${gaps.map(({ from, to }) => html`<li>${moment(from)} to ${moment(to)}: results may be missing`)}</ul>`,
  ]);
}

function experimentSections(experiments: Report['experiments']): Content {
  return experiments.map(
    ({ experiment, service, arms, doubts, goals }) => html`<h2>Experiment ${experiment} of ${service}</h2>
<p>${arms.map(({ arm, users, share: part }) => `${arm}: ${plural(users, 'user')} (${formatShare(part)})`).join(', ')}</p>
<ul>${[...doubts, ...goals.flatMap(({ comparisons }) => comparisons.map(({ words }) => words))].map((line) => html`<li>${line}`)}</ul>`,
  );
}

function titleOf({ verdict }: Report, route?: string): string {
  return route === undefined ? `Verdict: ${verdict.verdict}` : `Route ${route}`;
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
    const between = row.delta?.medianBetween?.map(signedDuration).join(' – ');
    return html`<tr><td>${routeInWords(row, services.length > 1)}${cells}<td class="number">${row.delta && signedDuration(row.delta.p50)}<td class="number">${between ?? (row.delta && 'not certain yet')}`;
  });
  return html`<p class="faint">To the last byte: p50 / p99. The interval of the paired delta holds with 99.9 %, at any time.</p>
<div class="scroll"><table><tr><th>route${legs.map((leg) => html`<th class="number">${leg}`)}<th class="number">shadow slower by (p50)<th class="number">its interval${rows}</table></div>`;
}

function causeSections(title: string, causes: readonly ReportedCause[], { services }: Report): Content {
  if (causes.length === 0) return undefined;
  const more = causes.length - CAUSES;
  return [
    html`<h2>${title}</h2>`,
    causes.slice(0, CAUSES).map((cause, index) => causeSection(cause, index + 1, services.length > 1)),
    more > 0 && html`<p class="faint">and ${plural(more, 'more cause')}</p>`,
  ];
}

function causeSection(cause: ReportedCause, rank: number, several: boolean): Html {
  const { places, follows, example, proposal } = cause;
  return html`<h3>${rank}. ${causeLine(cause, several)}</h3>
<ul>${places.map((place) => {
    const { what, differs } = placeInWords(place);
    const shown = example?.differences.find(({ path, kind }) => path === place.path && kind === place.kind);
    return html`<li><code>${what}</code> ${differs}${shown && html`: <code>${shown.left ?? 'nothing'}</code> → <code>${shown.right ?? 'nothing'}</code>`}`;
  })}${follows.length > 0 && html`<li class="faint">and with the body: ${follows.map(({ path }) => path).join(', ')}`}</ul>
${example && html`<p class="faint">for example <code>${example.method} ${example.target}</code>${example.failure !== undefined && `: ${example.failure}`}</p>`}
${proposal !== undefined && html`<details><summary>Rules that would accept it</summary><pre>${proposal.trimEnd()}</pre></details>`}`;
}

function causeLine(cause: ReportedCause, several: boolean): string {
  const { routes, service, statuses, count: times } = cause;
  const [first] = routes;
  const where =
    routes.length === 1 ? routeInWords({ service, route: first!.route }, several) : plural(routes.length, 'route');
  const pairs = statuses.map(({ primary, shadow }) => statusesInWords(primary, shadow)).join(', ');
  return `${where}, status ${pairs}: ${plural(times, 'time')}`;
}

export function reportAsMarkdown(report: Report, route?: string): string {
  const { verdict, routes, services, causes } = report;
  const several = services.length > 1;
  const lines = [`## ${plain(titleOf(report, route))}`, '', plain(headline(report)), ''];
  if (route === undefined) {
    for (const service of verdict.services) {
      lines.push(`### ${plain(service.service)}: ${service.verdict}`, '');
      lines.push(...service.reasons.slice(0, REASONS).map((reason) => `- ${plain(reason)}`), '');
    }
  }
  lines.push(`| route | requests | ${OUTCOME_GROUPS.join(' | ')} | shadow slower by (p50) |`);
  lines.push(`|---|---:|${OUTCOME_GROUPS.map(() => '---:|').join('')}---:|`);
  for (const row of routes) {
    const sums = groupOutcomes(row.outcomes);
    const cells = [row.requests, ...OUTCOME_GROUPS.map((group) => sums[group])].map(count);
    const delta = row.delta === undefined ? '' : signedDuration(row.delta.p50);
    lines.push(`| ${code(routeInWords(row, several))} | ${cells.join(' | ')} | ${delta} |`);
  }
  lines.push('');
  for (const { experiment, service, doubts, goals } of route === undefined ? report.experiments : []) {
    const words = [...doubts, ...goals.flatMap(({ comparisons }) => comparisons.map((each) => each.words))];
    lines.push(
      `### Experiment ${plain(experiment)} of ${plain(service)}`,
      '',
      ...words.map((each) => `- ${plain(each)}`),
      '',
    );
  }
  for (const [index, cause] of causes.slice(0, CAUSES).entries()) {
    lines.push(
      `${index + 1}. ${plain(causeLine(cause, several))} (${share(cause.count, report.totals.requests)} of the requests)`,
    );
    for (const place of cause.places) {
      const { what, differs } = placeInWords(place);
      lines.push(`   - ${code(what)} ${differs}`);
    }
  }
  const proposal = route === undefined ? undefined : causes[0]?.proposal;
  if (proposal !== undefined)
    lines.push('', 'Rules that would accept the first:', '', fenced(proposal.trimEnd(), 'yaml'));
  return `${lines.join('\n')}\n`;
}
