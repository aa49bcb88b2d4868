import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SummaryAnswer } from '../../../src/admin/dashboard/data/answers.ts';
import { troublesOf } from '../../../src/admin/dashboard/pages/troubles.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { configText, startUnderstudy } from '../../support/understudy.ts';

const PRELOAD = new URL('../../support/crash.mjs', import.meta.url).href;

test.each(['compare-0', 'mirror-0'])(
  '%s dies at every start: clients are served, and all that shows the state turns red',
  async (thread) => {
    const origin = await startOrigin((_request, reply) => reply.send({ body: 'hello' }));
    const understudy = await startUnderstudy(
      { primary: origin.url, shadow: origin.url },
      { env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: thread, CRASH_AT: 'start' } },
    );
    const client = `http://127.0.0.1:${understudy.port}/`;
    // The compare thread begins with the first pair.
    expect((await fetch(client)).status).toBe(200);
    const told = await understudy.logged(({ msg }) => msg?.startsWith('the thread dies again and again') === true);
    expect(told).toMatchObject({ level: 'error', thread, deaths: 3, reason: 'a crash on purpose' });
    const admin = `http://127.0.0.1:${understudy.adminPort}`;
    expect((await fetch(client)).status).toBe(200);
    expect((await fetch(`${admin}/readyz`)).status).toBe(200);
    const counted = await metrics(understudy.adminPort);
    expect(counted.sum('understudy_thread_up', { thread })).toBe(0);
    expect(counted.sum('understudy_thread_up', { thread: 'edge-0' })).toBe(1);
    expect(counted.sum('understudy_thread_restarts_total', { thread })).toBeGreaterThanOrEqual(3);
    const summary = (await (await fetch(`${admin}/api/v1/summary`)).json()) as SummaryAnswer;
    expect(summary.process.threads).toContainEqual(
      expect.objectContaining({ name: thread, status: 'failing', lastDeath: 'a crash on purpose' }),
    );
    expect(troublesOf({ ...summary, breakers: [], now: Date.now() })).toContainEqual({
      what: `Thread ${thread} dies again and again.`,
      why: 'a crash on purpose',
    });
    expect(await understudy.stop()).toBe(0);
  },
);

test.each(['compare-0', 'mirror-0', 'edge-0'])(
  'a configuration of which %s dies again and again is an error of the configuration, until another is loaded',
  async (thread) => {
    const origin = await startOrigin(({ target }, reply) => reply.send({ body: target }));
    const targets = { primary: origin.url, shadow: `${origin.url}/next` };
    const understudy = await startUnderstudy(targets, {
      env: { NODE_OPTIONS: `--import=${PRELOAD}`, CRASH_THREAD: thread, CRASH_ON: 'poisonous' },
    });
    await fetch(`http://127.0.0.1:${understudy.port}/`);
    await settled(understudy.adminPort, 1);
    const failed = async () => (await metrics(understudy.adminPort)).sum('understudy_config_last_error');
    const reloaded = (wanted: number) => understudy.logged(({ generation }) => generation === wanted);
    writeFileSync(understudy.file, configText({ ...targets, mirror: { salt: 'poisonous' } }));
    await reloaded(2);
    expect(await failed()).toBe(0);
    understudy.kill('SIGUSR2');
    await understudy.logged(({ msg }) => msg === 'the configuration that was reloaded fails');
    expect(await failed()).toBe(1);
    const summary = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/summary`);
    expect(await summary.json()).toMatchObject({
      process: {
        configGeneration: 2,
        configLastError: `since it is in force, ${thread} dies again and again: a crash on purpose`,
      },
    });
    const again = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, { method: 'POST' });
    expect(again.ok).toBe(false);
    expect(await again.text()).toContain('dies again and again');
    expect(await failed()).toBe(1);
    writeFileSync(understudy.file, configText({ ...targets, mirror: { salt: 'wholesome' } }));
    await reloaded(3);
    expect(await failed()).toBe(0);
    expect(await understudy.stop()).toBe(0);
  },
);
