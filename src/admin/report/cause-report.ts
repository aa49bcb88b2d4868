/** One cause as a file: what differs, where, examples, and the rules that would accept it. */
import { count, moment, plural, share } from '../../lib/figures.ts';
import type { CauseDetail } from '../../results/cause-page.ts';
import { causeTitle } from '../../results/cause-words.ts';
import { placeInWords, statusesInWords } from '../../results/difference-words.ts';
import { repeatedInWords } from '../../results/repeated-words.ts';
import { expectationInWords, reopeningInWords, repairInWords } from '../../results/triage.ts';
import { asCurl } from '../dashboard/exchange/curl.ts';
import { htmlDocument } from './document.ts';
import { exchangeSection } from './exchange.ts';
import { html } from './html.ts';
import { code, fenced, plain } from './markdown.ts';

export interface CauseReport {
  readonly cause: CauseDetail;
  /** YAML. */
  readonly proposal?: string;
}

const EXAMPLES = 3;
const PLACES = 50;

export function causeAsHtml({ cause, proposal }: CauseReport, at: number): string {
  const { places, follows, routes, examples } = cause;
  return htmlDocument(causeTitle(cause), at, [
    html`<ul>${factsOf(cause).map((fact) => html`<li>${fact}`)}</ul>`,
    places.length > 0 &&
      html`<h2>What differs</h2><ul>${places.slice(0, PLACES).map((place) => {
        const { what, differs } = placeInWords(place);
        return html`<li><code>${what}</code> ${differs} <span class="faint">in ${count(place.count)}</span>`;
      })}</ul>`,
    follows.length > 0 && html`<p class="faint">And with the body: ${follows.map(({ path }) => path).join(', ')}</p>`,
    html`<h2>${plural(routes.length, 'route')}</h2><ul>${routes.map(({ route, count: times }) => html`<li>${route} <span class="faint">${count(times)}</span>`)}</ul>`,
    examples
      .slice(0, EXAMPLES)
      .map((exchange, index) => html`<h2>Example ${index + 1}</h2>${exchangeSection(exchange)}`),
    proposal !== undefined &&
      html`<h2>Rules that would accept it</h2><p class="faint">None of them is applied.</p><pre>${proposal.trimEnd()}</pre>`,
  ]);
}

export function causeAsMarkdown({ cause, proposal }: CauseReport): string {
  const { places, follows, routes, examples } = cause;
  const [example] = examples;
  const lines = [
    `## ${plain(causeTitle(cause))}`,
    '',
    ...factsOf(cause).map((fact) => `- ${plain(fact)}`),
    '',
    ...places.slice(0, PLACES).map((place) => {
      const { what, differs } = placeInWords(place);
      return `- ${code(what)} ${differs}, in ${count(place.count)}`;
    }),
    ...(follows.length === 0 ? [] : [`- and with the body: ${follows.map(({ path }) => code(path)).join(', ')}`]),
    '',
    `On ${plural(routes.length, 'route')}: ${routes.map(({ route, count: times }) => `${code(route)} (${count(times)})`).join(', ')}`,
    '',
  ];
  if (example !== undefined) {
    const { request, differences } = example;
    lines.push(
      `### Example`,
      '',
      `${code(`${request.method} ${request.target}`)}, ${moment(example.receivedAt)} UTC`,
      '',
    );
    lines.push('| kind | place | primary | shadow |', '|---|---|---|---|');
    for (const { kind, path, left = '', right = '' } of differences.slice(0, PLACES)) {
      lines.push(`| ${kind} | ${code(path)} | ${code(left)} | ${code(right)} |`);
    }
    lines.push('', fenced(asCurl(example, 'http://127.0.0.1:8080'), 'sh'), '');
  }
  if (proposal !== undefined) lines.push('### Rules that would accept it', '', fenced(proposal.trimEnd(), 'yaml'), '');
  return `${lines.join('\n')}`;
}

function factsOf(cause: CauseDetail): readonly string[] {
  const { count: times, statuses, firstSeen, lastSeen, repeated, novelty, severity, signatures } = cause;
  return [
    `${plural(times, 'exchange')}, ${share(cause.share, 1)} of those compared; first seen ${moment(firstSeen)}, last ${moment(lastSeen)} UTC`,
    `severity: ${severity}; status ${statuses.map(({ primary, shadow }) => statusesInWords(primary, shadow)).join(', ')}`,
    stateInWords(cause),
    ...(novelty === undefined ? [] : [`${novelty}, beside the rehearsal before`]),
    ...(repeated === undefined ? [] : [repeatedInWords(repeated)]),
    `signatures: ${signatures.map(({ id }) => id).join(', ')}`,
  ];
}

function stateInWords(cause: CauseDetail): string {
  switch (cause.state) {
    case 'expected':
      return `expected: ${expectationInWords(cause)}`;
    case 'fixed':
      return repairInWords(cause);
    case 'open':
      return cause.reopened ? `open again: ${reopeningInWords(cause.reopened)}` : 'open';
  }
}
