import * as z from 'zod';
import { proposeRules } from '../../compare/proposals/propose.ts';
import { plural } from '../../lib/figures.ts';
import type { Difference } from '../../model/difference.ts';
import type { RecordedExchange } from '../../model/finding.ts';
import { DEFAULT_SERVICE } from '../../model/service.ts';
import type { SignatureDetail } from '../../model/store-reader.ts';
import { type Triage, triageOf } from '../../model/triage.ts';
import { statusesInWords } from '../../results/difference-words.ts';
import { endingInWords } from '../../results/outcome-groups.ts';
import { scopeMeant } from '../../results/scope.ts';
import { routeInWords } from '../../results/service-words.ts';
import { expectationInWords, reopeningInWords } from '../../results/triage.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, page } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { queryInteger, scopeMembers } from '../query-schema.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { signatureLink } from './links.ts';
import { places } from './places.ts';
import { bodyText, fieldText, plainText, sideBySide } from './responses.ts';
import { table } from './table.ts';
import { time } from './time.ts';

const query = z.strictObject({
  service: scopeMembers.service,
  example: queryInteger(1, 10).default(1).describe('Which of the examples is shown.'),
});

export function signaturePage({ store, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/signatures/{id}',
      access: 'guarded',
      summary: 'The page of one signature: an example, its two responses side by side, and their differences.',
      query,
      answer: page,
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id }, query: { example, service } }) {
        const signature = await store.signature(id!, await scopeMeant(store, { service }));
        if (signature === undefined) throw new Problem('not_found', 'No signature has this id.');
        return layout({
          title: `${nameOf(signature)} · Understudy`,
          status: [
            html`<span class="pill">${endingInWords(signature.ending)}</span>`,
            html`<span class="pill">${triageOf(signature.mark, now()).state}</span>`,
          ],
          content: [
            head(signature),
            said(triageOf(signature.mark, now())),
            proposal(signature),
            exampleLinks(signature, example, service),
            exampleView(signature.examples[example - 1]),
          ],
        });
      },
    }),
  ];
}

/** The first service that has it: a page is about one service. */
function nameOf(signature: SignatureDetail): string {
  return routeInWords(signature, signature.service !== DEFAULT_SERVICE);
}

function head(signature: SignatureDetail): Html {
  const { primaryStatus, shadowStatus } = signature;
  return html`<h2>${nameOf(signature)} <span class="faint">${statusesInWords(primaryStatus, shadowStatus)}</span></h2>
<p>${plural(signature.count, 'exchange')}, from ${time(signature.firstSeen)} to ${time(signature.lastSeen)} UTC</p>
${places(signature.places)}`;
}

function said(triage: Triage): Html | undefined {
  switch (triage.state) {
    case 'expected':
      return html`<p>Expected: ${expectationInWords(triage)}</p>`;
    case 'fixed':
      return html`<p>Fixed, and not seen since: marked ${time(triage.markedAt)} UTC</p>`;
    case 'open':
      return triage.reopened && html`<p class="again">Open again: ${reopeningInWords(triage.reopened)}</p>`;
  }
}

/** The narrowest rules that fit all examples. They apply only once a person adds them to the configuration. */
function proposal({ examples }: SignatureDetail): Html | undefined {
  const rules = proposeRules(examples);
  if (rules === undefined) return undefined;
  return html`<details><summary>Rules that would accept this</summary>${plainText(rules.trimEnd())}</details>`;
}

function exampleLinks({ id, examples }: SignatureDetail, shown: number, service?: string): Html | undefined {
  if (examples.length < 2) return undefined;
  return html`<h2>Examples</h2><nav>${examples.map((_, index) => {
    const number = index + 1;
    return html`<a class="pill" href="${signatureLink(id, { service, example: number })}"${number === shown && html` aria-current="page"`}>${number}</a>`;
  })}</nav>`;
}

function exampleView(exchange: RecordedExchange | undefined): Html {
  if (exchange === undefined) return html`<p class="faint">No example is kept.</p>`;
  const { request, primary, shadow, control } = exchange;
  return html`<h2>Request</h2>
<p><code>${request.method} ${request.target}</code></p>
<p class="faint">${time(exchange.receivedAt)} UTC · <a href="/api/v1/exchanges/${encodeURIComponent(exchange.id)}">${exchange.id}</a></p>
<details><summary>Header fields and body</summary>${plainText(fieldText(request.fields))}${request.body.length > 0 && plainText(bodyText(request.body))}</details>
${differenceTable('Differences', exchange.differences)}
${differenceTable('Accepted by rules', exchange.accepted)}
<h2>Responses</h2>
${sideBySide({ name: 'Primary', leg: primary }, { name: 'Shadow', leg: shadow }, exchange.differences)}
${control && html`<details><summary>Control</summary>${sideBySide({ name: 'Primary', leg: primary }, { name: 'Control', leg: control }, [])}</details>`}`;
}

function differenceTable(
  title: string,
  differences: readonly (Difference & { readonly rule?: string })[],
): Html | undefined {
  if (differences.length === 0) return undefined;
  return html`<h2>${title}</h2>
${table(
  title,
  html`<tr><th>kind<th>path<th>primary<th>shadow${differences.some(({ rule }) => rule) && html`<th>rule`}`,
  differences.map(
    ({ kind, path, left, right, rule }) =>
      html`<tr><td>${kind}<td><code>${path}</code><td>${side(left)}<td>${side(right)}${rule !== undefined && html`<td><code>${rule}</code>`}`,
  ),
)}`;
}

function side(value: string | undefined): Html {
  return value === undefined ? html`<span class="faint">–</span>` : html`<code>${value}</code>`;
}
