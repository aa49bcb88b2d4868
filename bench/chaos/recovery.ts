/** What must hold once all faults are over. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from './load.ts';
import type { Stage } from './stage.ts';

/** Milliseconds: the threads of the mirror have little of a busy machine, and a breaker waits ever longer between two looks at its target. */
const PATIENCE = 60_000;
const BEAT = 100;

interface Summary {
  readonly process: {
    readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] };
    readonly recorder: { readonly status: string };
    readonly threads: readonly { readonly name: string; readonly status: string }[];
    readonly configLastError?: string;
  };
  readonly results: { readonly requests: number };
}

/** Waits until everything works again without a restart, under load. Otherwise it says what does not. */
export async function recovered(stage: Stage): Promise<string | undefined> {
  return patiently(() => ailment(stage), 'does not recover');
}

/** Waits until the outcomes are those of all requests, and all of them are recorded. The load has ended. Otherwise it says what is missing. */
export async function settled(stage: Stage, load: Load): Promise<string | undefined> {
  return patiently(async () => {
    const now = await stage.proxy.metrics();
    const outcomes = now.outcomes();
    if (now.requests !== outcomes) return `${now.requests} requests, but ${outcomes} outcomes`;
    if (now.requests < load.answered)
      return `${load.answered} responses came, but ${now.requests} requests were counted`;
    const { results } = await stage.proxy.ask<Summary>('/api/v1/summary');
    if (results.requests < now.requests - stage.lost)
      return `${now.requests} requests, of which ${stage.lost} may be lost, but ${results.requests} are recorded`;
    if (results.requests > now.requests) return `${now.requests} requests, but ${results.requests} are recorded`;
    return undefined;
  }, 'does not add up');
}

/** Waits until no more descriptors are open than these. */
export async function releasedDescriptors({ proxy }: Stage, most: number): Promise<string | undefined> {
  const look = async () => {
    const { descriptors } = proxy.usage();
    return descriptors > most ? `${descriptors} descriptors are open, and at most ${most} should be` : undefined;
  };
  return patiently(look, 'keeps what it should not');
}

async function patiently(look: () => Promise<string | undefined>, problem: string): Promise<string | undefined> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const wrong = await look().catch((error: Error) => error.message);
    if (wrong === undefined) return undefined;
    if (performance.now() > until) return `it ${problem}: ${wrong}`;
    await delay(BEAT);
  }
}

async function ailment({ proxy }: Stage): Promise<string | undefined> {
  const { process } = await proxy.ask<Summary>('/api/v1/summary');
  if (!process.ready.ok) return `not ready: ${process.ready.reasons.join(', ')}`;
  if (process.recorder.status !== 'recording') return `the recorder is ${process.recorder.status}`;
  const absent = process.threads.find(({ status }) => status !== 'running');
  if (absent !== undefined) return `thread ${absent.name} is ${absent.status}`;
  if (process.configLastError !== undefined) return `the configuration has an error: ${process.configLastError}`;
  const before = await proxy.metrics();
  if (before.sum('understudy_breaker_state') > 0) return 'a breaker is open';
  await delay(BEAT);
  const matches = (await proxy.metrics()).outcomes('match') - before.outcomes('match');
  return matches > 0 ? undefined : 'no copy is compared';
}
