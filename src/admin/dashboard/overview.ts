import * as z from 'zod';
import { count, plural, share } from '../../lib/figures.ts';
import { UnderstudyError } from '../../model/errors.ts';
import type { Scope, Summary } from '../../model/store-reader.ts';
import { headline } from '../../results/headline.ts';
import { endingInWords, groupOutcomes, notCompared, OUTCOME_GROUPS } from '../../results/outcome-groups.ts';
import { type Results, readResults } from '../../results/results.ts';
import { scopeMeant } from '../../results/scope.ts';
import { readVerdict, type Verdict } from '../../results/verdict.ts';
import type { AdminDependencies, MirrorState, ProcessState, ThreadState } from '../dependencies.ts';
import { type Endpoint, endpoint, page } from '../endpoint.ts';
import { scopeMembers } from '../query-schema.ts';
import { bar } from './bar.ts';
import { causeTable } from './causes.ts';
import { type Content, type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { overviewLink } from './links.ts';
import { redactionTable } from './redactions.ts';
import { latencies, routeTable } from './routes.ts';
import { ruleTable } from './rules.ts';
import { serviceTable } from './services.ts';
import { time } from './time.ts';
import { verdicts } from './verdict.ts';

const query = z.strictObject({
  service: scopeMembers.service,
  route: z.string().exactOptional().describe('Only this route.'),
});

/** What is shown: everything, one service, or one route. */
interface Shown {
  readonly service?: string;
  readonly route?: string;
}

export function overview({ store, state, mirror, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/',
      access: 'guarded',
      summary: 'The dashboard: verdict, totals, services, causes, routes, latency, rules and hidden values.',
      query,
      answer: page,
      problems: ['not_found'],
      async handle({ query: shown }) {
        const results = await read(store, shown, now());
        const process = state();
        return layout({
          title: ['Understudy', ...namesOf(shown)].join(': '),
          status: pills(process, mirror.get()),
          content:
            'unreadable' in results ? unreadable(process, results.unreadable) : readable(process, results, shown),
        });
      },
    }),
  ];
}

/** If the store fails, the state of the process is still shown. */
async function read(
  store: AdminDependencies['store'],
  { route, service }: Shown,
  now: number,
): Promise<(Results & { readonly verdict: Verdict }) | { readonly unreadable: string }> {
  try {
    const scope: Scope = await scopeMeant(store, { service });
    const of = { now, ...(route !== undefined && { route }) };
    const [results, verdict] = await Promise.all([
      readResults(store, { ...of, scope }),
      readVerdict(store, { ...of, ...scope }),
    ]);
    return { ...results, verdict };
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'store_unusable') return { unreadable: error.message };
    throw error;
  }
}

function readable(process: ProcessState, results: Results & { readonly verdict: Verdict }, shown: Shown): Content {
  const { verdict, summary, services, mismatches, failures, expected, fixed, rules, redactions } = results;
  const several = services.length > 1;
  return [
    notices(process),
    only(shown),
    verdicts(verdict),
    html`<p class="headline">${headline(results)}</p>`,
    summary.gaps.map(({ from, to }) => notice(html`Results from ${time(from)} to ${time(to)} UTC may be missing.`)),
    totals(summary),
    serviceTable(services),
    html`<h2>Causes</h2>${causeTable('Causes', [...mismatches.causes, ...failures.causes], several)}`,
    expected.causes.length > 0 && html`<h2>Expected</h2>${causeTable('Expected', expected.causes, several)}`,
    fixed.causes.length > 0 && html`<h2>Fixed, and not seen since</h2>${causeTable('Fixed', fixed.causes, several)}`,
    html`<h2>Routes</h2>${routeTable(results)}`,
    html`<h2>Latency <span class="faint">to the last byte</span></h2>${latencies(results)}`,
    shown.route === undefined && [ruleTable(rules, several), redactionTable(redactions)],
  ];
}

function namesOf({ service, route }: Shown): readonly string[] {
  return [route, service].filter((name) => name !== undefined);
}

function only(shown: Shown): Html | undefined {
  const { service, route } = shown;
  const name = namesOf(shown).join(' of ');
  if (name === '') return undefined;
  const wider =
    service !== undefined &&
    route !== undefined &&
    html` · <a href="${overviewLink({ service })}">all routes of ${service}</a>`;
  const all = service === undefined ? 'all routes' : 'all services';
  return html`<p>Only <span class="name">${name}</span>${wider} · <a href="/">${all}</a></p>`;
}

function unreadable(process: ProcessState, reason: string): Content {
  return [notices(process), notice(`Results can't be read: ${reason}`)];
}

function pills({ ready, recorder, configGeneration }: ProcessState, { enabled, paused }: MirrorState): readonly Html[] {
  const mirror = enabled ? (paused.length === 0 ? 'on' : 'paused') : 'off';
  return [
    html`<span class="pill ${ready.ok ? 'good' : 'bad'}">${ready.ok ? 'ready' : 'not ready'}</span>`,
    html`<span class="pill ${mirror === 'on' ? 'good' : 'bad'}">mirror ${mirror}</span>`,
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
      `${plural(droppedExamples, 'example')} dropped, because too many waited to be written; the counts are complete.`,
    lastDamage,
    configLastError && `The newest configuration does not work: ${configLastError}`,
    ...threads.filter(({ status }) => status !== 'running').map(threadTrouble),
  ];
  return troubles.filter(Boolean).map(notice);
}

function threadTrouble({ name, status, restarts, lastDeath }: ThreadState): string {
  if (status !== 'failing') return `Thread ${name} is ${status}.`;
  return `Thread ${name} dies again and again (${plural(restarts, 'restart')}), and its work is not done. Last cause: ${lastDeath}`;
}

function notice(trouble: Content): Html {
  return html`<p class="notice">${trouble}</p>`;
}

function totals({ from, to, requests, outcomes }: Summary): Html {
  if (from === undefined || to === undefined) return html`<p class="faint">No traffic yet.</p>`;
  const sums = groupOutcomes(outcomes);
  const uncompared = notCompared(outcomes);
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
