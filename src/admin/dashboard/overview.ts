import { count, duration, share, signedDuration } from '../../lib/figures.ts';
import { SHADOW_FAILURES } from '../../model/outcome.ts';
import { latencyShift, shiftInWords } from '../../record/latency-shift.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../../record/outcome-groups.ts';
import type { RouteSummary, SignatureRow, Summary } from '../../record/store.ts';
import type { AdminDependencies, ProcessState } from '../dependencies.ts';
import { type Endpoint, endpoint, page } from '../endpoint.ts';
import { bar } from './bar.ts';
import { quantileCells, time } from './cells.ts';
import { type Content, type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { places, statusPair } from './places.ts';

/** What a person should look at: differences that nothing explains, and failures. */
const WORTH_A_LOOK = ['mismatch', ...SHADOW_FAILURES] as const;

export function overview({ store, state, mirror }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/',
      access: 'guarded',
      summary: 'The dashboard: totals, routes, latency and signatures.',
      answer: page,
      problems: ['store_unusable'],
      async handle() {
        const [summary, signatures] = await Promise.all([store.summary(), store.signatures({ endings: WORTH_A_LOOK })]);
        const process = state();
        return layout({
          title: 'Understudy',
          status: pills(process, mirror.get()),
          content: [
            notices(process, summary),
            totals(summary),
            html`<h2>Routes</h2>${routeTable(summary.routes)}`,
            html`<h2>Latency <span class="faint">to the last byte</span></h2>${shifts(summary.routes)}${latencyTable(summary.routes)}`,
            html`<h2>Signatures</h2>${signatureTable(signatures)}`,
          ],
        });
      },
    }),
  ];
}

function pills({ ready, recorder, configGeneration }: ProcessState, mirrored: boolean): readonly Html[] {
  return [
    html`<span class="pill ${ready.ok ? 'good' : 'bad'}">${ready.ok ? 'ready' : 'not ready'}</span>`,
    html`<span class="pill ${mirrored ? 'good' : 'bad'}">mirror ${mirrored ? 'on' : 'off'}</span>`,
    html`<span class="pill ${recorder.status === 'recording' ? 'good' : 'bad'}">${recorder.status}</span>`,
    html`<span class="pill">config ${configGeneration}</span>`,
  ];
}

function notices({ ready, recorder, threads, configLastError }: ProcessState, { gaps }: Summary): readonly Html[] {
  const troubles: Content[] = [
    ...ready.reasons.map((reason) => `Not ready: ${reason}`),
    recorder.detail && `Results are not being written: ${recorder.detail}`,
    configLastError && `The configuration was not reloaded: ${configLastError}`,
    ...threads.filter(({ status }) => status !== 'running').map(({ name, status }) => `Thread ${name} is ${status}.`),
    ...gaps.map(({ from, to }) => html`Results from ${time(from)} to ${time(to)} UTC may be missing.`),
  ];
  return troubles.filter(Boolean).map((trouble) => html`<p class="notice">${trouble}</p>`);
}

function totals({ from, to, requests, outcomes }: Summary): Html {
  const sums = groupOutcomes(outcomes);
  const skipped = outcomes.filter(({ ending }) => ending.startsWith('skipped:'));
  return html`<p class="faint">${
    from === undefined || to === undefined ? 'No traffic yet.' : html`Recorded from ${time(from)} to ${time(to)} UTC`
  }</p>
<dl class="totals">
<div><dt>requests</dt><dd>${count(requests)}</dd></div>
${OUTCOME_GROUPS.map(
  (group) =>
    html`<div class="${group}"><dt>${group}</dt><dd>${count(sums[group])} <small>${share(sums[group], requests)}</small></dd></div>`,
)}
</dl>
${bar(outcomes)}
${
  skipped.length > 0 &&
  html`<p class="faint">Skipped: ${skipped.map(({ ending, count: one }, index) => [index > 0 && ', ', `${ending.slice('skipped:'.length)} ${count(one)}`])}</p>`
}`;
}

function routeTable(routes: readonly RouteSummary[]): Html {
  return html`<div class="scroll"><table>
<thead><tr><th>route<th class="number">requests${OUTCOME_GROUPS.map((group) => html`<th class="number">${group}`)}<th class="wide"></thead>
<tbody>${routes.map(({ route, requests, outcomes }) => {
    const sums = groupOutcomes(outcomes);
    return html`<tr><td>${route}<td class="number">${count(requests)}${OUTCOME_GROUPS.map(
      (group) => html`<td class="number ${sums[group] === 0 && 'zero'}">${count(sums[group])}`,
    )}<td>${bar(outcomes)}`;
  })}</tbody>
</table></div>`;
}

function shifts(routes: readonly RouteSummary[]): Content {
  return routes.map((route) => {
    const shift = latencyShift(route);
    return shift && html`<p class="shift">${route.route}: ${shiftInWords(shift)}</p>`;
  });
}

/** Last byte of each leg, and the paired delta. */
function latencyTable(routes: readonly RouteSummary[]): Html {
  return html`<div class="scroll"><table>
<thead><tr><th>route<th>leg<th class="number">measured<th class="number">p50<th class="number">p90<th class="number">p99</thead>
<tbody>${routes.map(({ route, latency, delta: difference }) => [
    latency.map(
      ({ leg, lastByte }) =>
        html`<tr><td>${route}<td>${leg}<td class="number">${count(lastByte.count)}${quantileCells(lastByte, duration)}`,
    ),
    difference &&
      html`<tr><td>${route}<td>delta<td class="number">${count(difference.count)}${quantileCells(difference, signedDuration)}`,
  ])}</tbody>
</table></div>`;
}

function signatureTable(signatures: readonly SignatureRow[]): Html {
  if (signatures.length === 0) return html`<p class="faint">None.</p>`;
  return html`<div class="scroll"><table>
<thead><tr><th class="number">count<th>route<th>outcome<th>status<th>places<th>last seen (UTC)</thead>
<tbody>${signatures.map(
    (signature) =>
      html`<tr><td class="number">${count(signature.count)}<td><a href="/signatures/${encodeURIComponent(signature.id)}">${signature.route}</a><td>${signature.ending}<td class="status">${statusPair(signature)}<td>${places(signature.places, 4)}<td>${time(signature.lastSeen)}`,
  )}</tbody>
</table></div>`;
}
