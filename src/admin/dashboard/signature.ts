import * as z from 'zod';
import { proposeRules } from '../../compare/rules/propose.ts';
import { duration, plural } from '../../lib/figures.ts';
import type { Difference } from '../../model/difference.ts';
import type { Fields } from '../../model/exchange.ts';
import type { RecordedBody, RecordedExchange, RecordedLeg } from '../../model/finding.ts';
import type { SignatureDetail } from '../../record/store.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, page } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { queryInteger } from '../schemas.ts';
import { time } from './cells.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { places, statusPair } from './places.ts';
import { type Line, layOutJson, markLines } from './sides.ts';

const query = z.strictObject({
  example: queryInteger(1, 10).default(1).describe('Which of the examples is shown.'),
});

export function signaturePage({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/signatures/{id}',
      access: 'guarded',
      summary: 'The page of one signature: an example, its two responses side by side, and their differences.',
      query,
      answer: page,
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id }, query: { example } }) {
        const signature = await store.signature(id!);
        if (signature === undefined) throw new Problem('not_found', 'No signature has this id.');
        return layout({
          title: `${signature.route} · Understudy`,
          status: html`<span class="pill">${signature.ending}</span>`,
          content: [
            head(signature),
            proposal(signature),
            exampleLinks(signature, example),
            exampleView(signature.examples[example - 1]),
          ],
        });
      },
    }),
  ];
}

function head(signature: SignatureDetail): Html {
  return html`<h2>${signature.route} <span class="faint">${statusPair(signature)}</span></h2>
<p>${plural(signature.count, 'exchange')}, from ${time(signature.firstSeen)} to ${time(signature.lastSeen)} UTC</p>
${places(signature.places)}`;
}

/** The narrowest rules that fit all the examples. Nothing applies them but a person who puts them into the configuration. */
function proposal({ examples }: SignatureDetail): Html | undefined {
  const differences = examples.flatMap((example) => example.differences);
  if (differences.length === 0) return undefined;
  return html`<details><summary>Rules that would accept this</summary>${plain(proposeRules(differences).trimEnd())}</details>`;
}

function exampleLinks({ id, examples }: SignatureDetail, shown: number): Html | undefined {
  if (examples.length < 2) return undefined;
  return html`<h2>Examples</h2><nav>${examples.map((_, index) => {
    const number = index + 1;
    return html`<a class="pill" href="/signatures/${encodeURIComponent(id)}?example=${number}"${number === shown && html` aria-current="page"`}>${number}</a>`;
  })}</nav>`;
}

function exampleView(exchange: RecordedExchange | undefined): Html {
  if (exchange === undefined) return html`<p class="faint">No example is kept.</p>`;
  const { request, primary, shadow, control } = exchange;
  return html`<h2>Request</h2>
<p><code>${request.method} ${request.target}</code></p>
<p class="faint">${time(exchange.receivedAt)} UTC · <a href="/api/v1/exchanges/${encodeURIComponent(exchange.id)}">${exchange.id}</a></p>
<details><summary>Header fields and body</summary>${plain(fieldText(request.fields))}${request.body.length > 0 && plain(bodyText(request.body))}</details>
${differenceTable('Differences', exchange.differences)}
${differenceTable('Accepted by rules', exchange.accepted)}
<h2>Responses</h2>
${sides(primary, shadow)}
${control && html`<details><summary>Control</summary>${sides(primary, control, 'Control')}</details>`}`;
}

function differenceTable(
  title: string,
  differences: readonly (Difference & { readonly rule?: string })[],
): Html | undefined {
  if (differences.length === 0) return undefined;
  return html`<h2>${title}</h2>
<div class="scroll"><table><thead><tr><th>kind<th>path<th>primary<th>shadow${differences.some(({ rule }) => rule) && html`<th>rule`}</thead>
<tbody>${differences.map(
    ({ kind, path, left, right, rule }) =>
      html`<tr><td>${kind}<td><code>${path}</code><td>${side(left)}<td>${side(right)}${rule !== undefined && html`<td><code>${rule}</code>`}`,
  )}</tbody></table></div>`;
}

function side(value: string | undefined): Html {
  return value === undefined ? html`<span class="faint">–</span>` : html`<code>${value}</code>`;
}

function sides(left: RecordedLeg, right: RecordedLeg, rightName = 'Shadow'): Html {
  const heads = markLines(headText(left), headText(right));
  const bodies = markLines(responseText(left), responseText(right));
  return html`<div class="sides">${leg('Primary', left, heads.left, bodies.left)}${leg(rightName, right, heads.right, bodies.right)}</div>`;
}

function leg(name: string, recorded: RecordedLeg, headLines: readonly Line[], bodyLines: readonly Line[]): Html {
  if ('failure' in recorded) {
    return html`<section><h3>${name}</h3><p class="notice">${recorded.failure}: ${recorded.detail}</p></section>`;
  }
  const { status, reason, body, timing } = recorded;
  return html`<section><h3>${name} <span class="faint">${status} ${reason} · ${duration(timing.lastByte)}</span></h3>
<details open><summary>Header fields</summary>${block(headLines)}</details>
<p class="faint">Body, ${plural(body.length, 'byte')}${body.encoding === 'base64' && ', not text, shown in base64'}${body.truncated && ', cut'}</p>
${block(bodyLines)}</section>`;
}

function block(lines: readonly Line[]): Html {
  return html`<pre>${lines.map(({ text, differs }) => html`<span${differs && html` class="differs"`}>${text}</span>`)}</pre>`;
}

function plain(text: string): Html {
  return block(text.split('\n').map((line) => ({ text: line, differs: false })));
}

function headText(recorded: RecordedLeg): string {
  if ('failure' in recorded) return '';
  const trailers = recorded.trailers.length > 0 ? `\n\n${fieldText(recorded.trailers)}` : '';
  return fieldText(recorded.fields) + trailers;
}

function responseText(recorded: RecordedLeg): string {
  return 'failure' in recorded ? '' : bodyText(recorded.body);
}

function fieldText(fields: Fields): string {
  const lines: string[] = [];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  return lines.join('\n');
}

function bodyText({ encoding, content, truncated }: RecordedBody): string {
  return encoding === 'utf8' && isJson(content, truncated) ? layOutJson(content) : content;
}

/** Of a text that was cut only the beginning can tell. */
function isJson(text: string, truncated: boolean): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  if (truncated) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
