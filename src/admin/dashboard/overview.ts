import * as z from 'zod';
import { count, duration, plural, share, signedDuration } from '../../lib/figures.ts';
import { UnderstudyError } from '../../model/errors.ts';
import type { Quantiles, Summary } from '../../model/store-reader.ts';
import { crowdedInWords, measuredAgainst, shiftInWords } from '../../results/latency-shift.ts';
import { endingInWords, groupOf, groupOutcomes, NOT_COMPARED, OUTCOME_GROUPS } from '../../results/outcome-groups.ts';
import { type Results, type RouteResults, readResults } from '../../results/results.ts';
import type { AdminDependencies, ProcessState, ThreadState } from '../dependencies.ts';
import { type Endpoint, endpoint, page } from '../endpoint.ts';
import { bar } from './bar.ts';
import { causeTable } from './causes.ts';
import { type Content, type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { redactionTable } from './redactions.ts';
import { ruleTable } from './rules.ts';
import { table } from './table.ts';
import { time } from './time.ts';

const query = z.strictObject({ route: z.string().exactOptional().describe('Of this route alone.') });

export function overview({ store, state, mirror, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/',
      access: 'guarded',
      summary: 'The dashboard: totals, causes, routes, latency, rules and what was hidden.',
      query,
      answer: page,
      async handle({ query: { route } }) {
        const results = await read(store, route, now());
        const process = state();
        return layout({
          title: route === undefined ? 'Understudy' : `Understudy: ${route}`,
          status: pills(process, mirror.get()),
          content:
            'unreadable' in results ? unreadable(process, results.unreadable) : readable(process, results, route),
        });
      },
    }),
  ];
}

/** A store that is away for a while leaves the state of the process to be shown. */
async function read(
  store: AdminDependencies['store'],
  route: string | undefined,
  now: number,
): Promise<Results | { readonly unreadable: string }> {
  try {
    return await readResults(store, { now, ...(route !== undefined && { route }) });
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'store_unusable') return { unreadable: error.message };
    throw error;
  }
}

function readable(
  process: ProcessState,
  { summary, routes, mismatches, failures, expected, fixed, rules, redactions }: Results,
  route: string | undefined,
): Content {
  return [
    notices(process),
    route !== undefined && html`<p>Only <span class="name">${route}</span> · <a href="/">all routes</a></p>`,
    summary.gaps.map(({ from, to }) => notice(html`Results from ${time(from)} to ${time(to)} UTC may be missing.`)),
    totals(summary),
    html`<h2>Causes</h2>${causeTable('Causes', [...mismatches.causes, ...failures.causes])}`,
    expected.causes.length > 0 && html`<h2>Expected</h2>${causeTable('Expected', expected.causes)}`,
    fixed.causes.length > 0 && html`<h2>Fixed, and not seen since</h2>${causeTable('Fixed', fixed.causes)}`,
    html`<h2>Routes</h2>${routeTable(routes)}`,
    html`<h2>Latency <span class="faint">to the last byte</span></h2>${shifts(routes)}${latencyTable(routes)}${crowds(routes)}`,
    route === undefined && [ruleTable(rules), redactionTable(redactions)],
  ];
}

function unreadable(process: ProcessState, reason: string): Content {
  return [notices(process), notice(`Results can't be read: ${reason}`)];
}

function pills({ ready, recorder, configGeneration }: ProcessState, mirrored: boolean): readonly Html[] {
  return [
    html`<span class="pill ${ready.ok ? 'good' : 'bad'}">${ready.ok ? 'ready' : 'not ready'}</span>`,
    html`<span class="pill ${mirrored ? 'good' : 'bad'}">mirror ${mirrored ? 'on' : 'off'}</span>`,
    html`<span class="pill ${recorder.status === 'recording' ? 'good' : 'bad'}">${recorder.status}</span>`,
    html`<span class="pill">config ${configGeneration}</span>`,
  ];
}

function notices({ ready, recorder, threads, configLastError }: ProcessState): readonly Html[] {
  const { detail, pendingRequests, droppedExamples, lastDamage } = recorder;
  const troubles = [
    ...ready.reasons.map((reason) => `Not ready: ${reason}`),
    detail && `Results are not being written (waiting in memory: ${plural(pendingRequests, 'request')}). ${detail}`,
    droppedExamples > 0 &&
      `${plural(droppedExamples, 'example')} given up, since too many waited to be written; the counts are complete.`,
    lastDamage,
    configLastError && `The newest configuration does not work: ${configLastError}`,
    ...threads.filter(({ status }) => status !== 'running').map(threadTrouble),
  ];
  return troubles.filter(Boolean).map(notice);
}

function threadTrouble({ name, status, restarts, lastDeath }: ThreadState): string {
  if (status !== 'failing') return `Thread ${name} is ${status}.`;
  return `Thread ${name} dies again and again (${plural(restarts, 'restart')}), and its work is not done. The last time of: ${lastDeath}`;
}

function notice(trouble: Content): Html {
  return html`<p class="notice">${trouble}</p>`;
}

function totals({ from, to, requests, outcomes }: Summary): Html {
  if (from === undefined || to === undefined) return html`<p class="faint">No traffic yet.</p>`;
  const sums = groupOutcomes(outcomes);
  const uncompared = outcomes.filter(({ ending }) => NOT_COMPARED.has(groupOf(ending)));
  return html`<p class="faint">Recorded from ${time(from)} to ${time(to)} UTC</p>
<dl class="totals">
<div><dt>requests</dt><dd>${count(requests)}</dd></div>
${OUTCOME_GROUPS.map(
  (group) =>
    html`<div class="${group}"><dt>${group}</dt><dd>${count(sums[group])} <small>${share(sums[group], requests)}</small></dd></div>`,
)}
</dl>
${bar(outcomes)}
${
  uncompared.length > 0 &&
  html`<p class="faint">Not compared: ${uncompared.map(({ ending, count: one }) => `${count(one)} ${endingInWords(ending)}`).join(', ')}.</p>`
}`;
}

const NOTHING = html`<p class="faint">None yet.</p>`;

function routeTable(routes: readonly RouteResults[]): Html {
  if (routes.length === 0) return NOTHING;
  return table(
    'Routes',
    html`<tr><th>route<th class="number">requests${OUTCOME_GROUPS.map((group) => html`<th class="number">${group}`)}<th class="wide">`,
    routes.map(({ route, requests, outcomes }) => {
      const sums = groupOutcomes(outcomes);
      return html`<tr><td class="name"><a href="/?route=${encodeURIComponent(route)}">${route}</a><td class="number">${count(requests)}${OUTCOME_GROUPS.map(
        (group) => html`<td class="number ${sums[group] === 0 && 'zero'}">${count(sums[group])}`,
      )}<td class="wide">${bar(outcomes)}`;
    }),
  );
}

function shifts(routes: readonly RouteResults[]): Content {
  return routes.map(({ route, shift }) => shift && html`<p class="shift">${route}: ${shiftInWords(shift)}</p>`);
}

function crowds(routes: readonly RouteResults[]): Content {
  return routes.map(
    ({ route, latency, crowded }) =>
      crowded && html`<p class="faint">${route}: ${crowdedInWords(crowded, measuredAgainst(latency))}</p>`,
  );
}

/** Last byte of each leg, and the paired delta. */
function latencyTable(routes: readonly RouteResults[]): Html {
  const rows = routes.flatMap(({ route, latency, delta }) => [
    ...latency.map(({ leg, lastByte }) => latencyRow(route, leg, lastByte, duration)),
    ...(delta === undefined ? [] : [latencyRow(route, 'delta', delta, signedDuration)]),
  ]);
  if (rows.length === 0) return NOTHING;
  return table(
    'Latency',
    html`<tr><th>route<th>leg<th class="number">measured<th class="number">p50<th class="number">p90<th class="number">p99`,
    rows,
  );
}

function latencyRow(route: string, leg: string, { count: measured, p50, p90, p99 }: Quantiles, show: typeof duration) {
  const quantiles = [p50, p90, p99].map((value) => html`<td class="number">${show(value)}`);
  return html`<tr><td class="name">${route}<td>${leg}<td class="number">${count(measured)}${quantiles}`;
}
