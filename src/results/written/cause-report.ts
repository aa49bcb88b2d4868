/** One cause as a file: what differs, where, examples, and the rules that would accept it. */
import { count, moment, plural } from '../../lib/figures.ts';
import type { CauseDetail } from '../cause-page.ts';
import { causeTitle, shareInWords } from '../cause-words.ts';
import { placeInWords, statusesInWords } from '../difference-words.ts';
import { asCurl, type Scheme } from '../exchange/curl.ts';
import { repeatedInWords } from '../repeated-words.ts';
import { expectationInWords, reopeningInWords, repairInWords } from '../triage.ts';
import { htmlDocument } from './document.ts';
import { exchangeSection } from './exchange.ts';
import { html } from './html.ts';
import { code, fenced, plain, value } from './markdown.ts';

export interface CauseReport {
  readonly cause: CauseDetail;
  /** How clients reach this Understudy. */
  readonly scheme: Scheme;
  /** YAML. */
  readonly proposal?: string;
}

const EXAMPLES = 3;
const PLACES = 50;

export function causeAsHtml({ cause, proposal, scheme }: CauseReport, at: number): string {
  const { places, follows, routes, examples } = cause;
  return htmlDocument(causeTitle(cause), at, [
    html`<ul>${factsOf(cause).map((fact) => html`<li>${fact}`)}</ul>`,
    places.length > 0 &&
      html`<h2>What differs</h2><ul>${places.slice(0, PLACES).map((place) => {
        const { what, differs } = placeInWords(place);
        return html`<li><code>${what}</code> ${differs} <span class="faint">in ${count(place.count)}</span>`;
      })}${morePlaces(cause).map((line) => html`<li>${line}`)}</ul>`,
    follows.length > 0 && html`<p class="faint">And with the body: ${follows.map(({ path }) => path).join(', ')}</p>`,
    html`<h2>${plural(routes.length, 'route')}</h2><ul>${routes.map(({ route, count: times }) => html`<li>${route} <span class="faint">${count(times)}</span>`)}</ul>`,
    examples
      .slice(0, EXAMPLES)
      .map((exchange, index) => html`<h2>Example ${index + 1}</h2>${exchangeSection(exchange, scheme)}`),
    proposal !== undefined &&
      html`<h2>Rules that would accept it</h2><p class="faint">None of them is applied.</p><pre>${proposal.trimEnd()}</pre>`,
  ]);
}

export function causeAsMarkdown({ cause, proposal, scheme }: CauseReport): string {
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
    ...morePlaces(cause).map((line) => `- ${line}`),
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
    for (const { kind, path, left, right } of differences.slice(0, PLACES)) {
      lines.push(`| ${kind} | ${code(path)} | ${value(left)} | ${value(right)} |`);
    }
    if (differences.length > PLACES) lines.push('', `and ${plural(differences.length - PLACES, 'more difference')}`);
    lines.push('', fenced(asCurl(example, scheme), 'sh'), '');
  }
  if (proposal !== undefined) lines.push('### Rules that would accept it', '', fenced(proposal.trimEnd(), 'yaml'), '');
  return `${lines.join('\n')}`;
}

function morePlaces({ places }: CauseDetail): readonly string[] {
  return places.length > PLACES ? [`and ${plural(places.length - PLACES, 'more place')}`] : [];
}

function factsOf(cause: CauseDetail): readonly string[] {
  const { count: times, statuses, firstSeen, lastSeen, repeated, novelty, severity, signatures } = cause;
  return [
    `${plural(times, 'exchange')}, ${shareInWords(cause)}; first seen ${moment(firstSeen)}, last ${moment(lastSeen)} UTC`,
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
