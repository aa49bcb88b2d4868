/** The services of the demo, Understudy before them, and clients. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../src/app/load-config.ts';
import { Understudy } from '../../src/app/understudy.ts';
import { playLoad } from '../../src/cli/demo/load.ts';
import { planRequests } from '../../src/cli/demo/plan.ts';
import { type EditionName, type Service, startService } from '../../src/cli/demo/service.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { LineOutput } from '../../src/lib/line-output.ts';
import { createLogger } from '../../src/lib/log.ts';

const CONFIG = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));
/** Requests a second. */
const RATE = 20;
const USERS = 400;

export interface Scene extends AsyncDisposable {
  /** Of the dashboard. */
  readonly origin: string;
  /** Of the proxy. */
  readonly clients: string;
  readonly shadow: Service;
  /** Clients ask for so many minutes. Resolves when they are done, or at once when the scene ends. */
  play(minutes: number): Promise<void>;
}

/** @param env variables of the configuration, besides those of the demo. */
export async function stage(edition: EditionName, env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const house = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'understudy-screenshots-'));
  house.defer(() => rm(directory, { recursive: true, force: true }));
  const [primary, shadow, control] = await Promise.all([
    startService('first'),
    startService(edition),
    startService('first'),
  ]);
  for (const { stop } of [primary, shadow, control]) house.defer(stop);
  const variables = {
    DEMO_PRIMARY: primary.url,
    DEMO_SHADOW: shadow.url,
    DEMO_CONTROL: control.url,
    DEMO_STORE: join(directory, 'understudy.db'),
    ...env,
  };
  const load = () => loadConfig({ file: CONFIG, env: variables });
  const loaded = load();
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const log = createLogger(loaded.config.log, new LineOutput(2));
  const understudy = await Understudy.start({ config: loaded.config, load, log });
  house.defer(async () => void (await understudy.stop('now')));
  const { clients, admin } = understudy.addresses;
  const ending = new AbortController();
  house.defer(() => ending.abort());
  return {
    origin: `http://${admin}`,
    clients: `http://${clients}`,
    shadow,
    play: async (minutes) => {
      const requests = planRequests(Math.ceil(minutes * 60 * RATE), 1).map((request, at) => ({
        ...request,
        // Multiples of a prime: users come in no order, and each comes back.
        headers: { ...request.headers, cookie: `uid=user-${(at * 7919) % USERS}` },
      }));
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(2 * minutes * 60_000)]);
      await playLoad(`http://${clients}`, requests, { rate: RATE, signal, isEnough: () => false, progress: () => {} });
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
