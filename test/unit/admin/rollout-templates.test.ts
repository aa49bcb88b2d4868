import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { type AnalysisTemplate, analyse, measured, requestOf } from '../../support/argo-rollouts.ts';
import { rehearsal } from '../../support/flushes.ts';
import { judgedStore, SECONDS } from '../../support/judged-store.ts';
import { caller } from './caller.ts';

const TOKEN = 'a-token/of+this.test~';
const VERSION = '2.4.0';
const ANSWERS = Object.keys(SECONDS) as (keyof typeof SECONDS)[];

const read = (path: string) => parse(readFileSync(new URL(`../../../config/${path}`, import.meta.url), 'utf8'));

/** A proxy with a token, whose shadow has that verdict. */
async function proxyWith(answer: keyof typeof SECONDS, version = VERSION) {
  const seconds = SECONDS[answer].map((second) => ({ ...second, rehearsal: rehearsal({ version }) }));
  return caller({ store: (await judgedStore(seconds)) as AdminDependencies['store'], token: TOKEN });
}

describe('the AnalysisTemplate for Argo Rollouts', () => {
  const template = read('argo-rollouts/analysis-template.yaml') as AnalysisTemplate;
  const metric = template.spec.metrics[0]!;

  /** What an analysis of these verdicts ends with; the last one stays. */
  async function analysisOf(answers: readonly (keyof typeof SECONDS)[], { version = VERSION, token = TOKEN } = {}) {
    const proxies = await Promise.all(answers.map((answer) => proxyWith(answer)));
    const given = Object.fromEntries(template.spec.args.map(({ name, value }) => [name, value]));
    const { url, headers } = requestOf(metric, { ...given, version, token } as Record<string, string>);
    let asked = 0;
    return analyse(metric, async () => {
      const call = proxies[Math.min(asked++, proxies.length - 1)]!;
      const reply = await call('GET', url.pathname + url.search, { headers: { host: url.host, ...headers } });
      return measured(metric, reply);
    });
  }

  it('is an AnalysisTemplate that takes the token from a secret, and has to be told the version', () => {
    expect(template).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate' });
    const of = (name: string) => template.spec.args.find((arg) => arg.name === name);
    expect(of('token')).toEqual({ name: 'token', valueFrom: { secretKeyRef: expect.any(Object) } });
    expect(of('version')).toEqual({ name: 'version' });
  });

  it.each([
    ['pass', 'Successful', 1],
    ['regression', 'Failed', 1],
    ['inconclusive', 'Inconclusive', 60],
    ['invalid', 'Inconclusive', 60],
  ] as const)('%s ends as %s, after %i measurements', async (answer, phase, measurements) => {
    expect(await analysisOf([answer])).toEqual({ phase, measurements });
  });

  it('waits for the verdict, as long as there is none', async () => {
    expect(await analysisOf(['invalid', 'inconclusive', 'pass'])).toEqual({ phase: 'Successful', measurements: 3 });
    expect(await analysisOf(['inconclusive', 'regression'])).toEqual({ phase: 'Failed', measurements: 2 });
  });

  it('does not take the pass of the version before for that of the new one', async () => {
    expect(await analysisOf(['pass'], { version: '2.5.0' })).toMatchObject({ phase: 'Inconclusive' });
  });

  it('is an error with a wrong token', async () => {
    expect(await analysisOf(['pass'], { token: 'other' })).toMatchObject({ phase: 'Error' });
  });

  it('where one success is not enough, as before Argo Rollouts 1.8, still passes nothing that never passed', async () => {
    const { consecutiveSuccessLimit: _, ...older } = metric;
    expect(await analyse(older, async () => 'Inconclusive')).toMatchObject({ phase: 'Inconclusive' });
  });
});

interface Webhook {
  readonly type: string;
  readonly url: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

describe('the Canary for Flagger', () => {
  const canary = read('flagger/canary.yaml');
  const webhooks = canary.spec.analysis.webhooks as readonly Webhook[];

  /** As Flagger calls it: its payload, and the user and password of the URL, with the token put in for its place. */
  async function statusOf({ url, metadata }: Webhook, call: Awaited<ReturnType<typeof proxyWith>>) {
    const { username, password, host, pathname } = new URL(url.replace('TOKEN', encodeURIComponent(TOKEN)));
    const credentials = Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64');
    const { name, namespace } = canary.metadata;
    const payload = { name, namespace, phase: 'Progressing', checksum: '85d557f47b', metadata };
    const headers = { host, authorization: `Basic ${credentials}` };
    return (await call('POST', pathname, { headers, body: JSON.stringify(payload) })).status;
  }

  it('is a Canary whose metadata are texts, as Flagger wants them', () => {
    expect(canary).toMatchObject({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' });
    const values = webhooks.flatMap(({ metadata }) => Object.values(metadata));
    expect(new Set(values.map((value) => typeof value))).toEqual(new Set(['string']));
  });

  it.each(ANSWERS)('at %s goes on, waits or rolls back', async (answer) => {
    const call = await proxyWith(answer);
    const statuses = await Promise.all(webhooks.map(async (hook) => [hook.type, await statusOf(hook, call)]));
    const confirmed = answer === 'pass' ? 200 : 412;
    expect(Object.fromEntries(statuses)).toEqual({
      'confirm-traffic-increase': confirmed,
      'confirm-promotion': confirmed,
      rollback: answer === 'regression' ? 200 : 412,
    });
  });

  it('neither promotes nor rolls back a new version for what the one before did', async () => {
    for (const answer of ['pass', 'regression'] as const) {
      const call = await proxyWith(answer, '2.3.0');
      for (const hook of webhooks) expect(await statusOf(hook, call)).toBe(412);
    }
  });
});
