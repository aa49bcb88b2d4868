import { setTimeout as delay } from 'node:timers/promises';
import { disturbance, outcomeShares } from '../harness/notes.ts';
import { formatSpread, ratios, spread } from '../harness/spread.ts';
import { cpuTime, openDescriptors, residentBytes } from '../harness/usage.ts';
import { watchCores } from '../harness/watch.ts';
import { loadAtRate, type OpenLoopResult } from '../load/open-loop.ts';
import { saturate } from '../load/wrk.ts';
import { type Origin, startOrigin } from '../origin/origin.ts';
import { startFound } from '../peers/all.ts';
import { envoy, envoyMirror } from '../peers/envoy.ts';
import { nginx, nginxMirror } from '../peers/nginx.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import { traefik, traefikMirror } from '../peers/traefik.ts';
import { understudyEdge, understudyMirror } from '../peers/understudy.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const WARM_UP_SECONDS = 5;
/** A peer without its mirror, and with it. */
const PAIRS: readonly (readonly [Peer, Peer])[] = [
  [understudyEdge, understudyMirror],
  [nginx, nginxMirror],
  [envoy, envoyMirror],
  [traefik, traefikMirror],
];
const MIB = 2 ** 20;

export interface Shadow {
  /** Of 127.0.0.1. */
  readonly port: number;
  stop(): void | Promise<void>;
}

export interface ShadowScenario {
  readonly name: string;
  /** What the shadow is like. */
  readonly about: string;
  /** What the clients' p50 and p99 may be at most, with the mirror on, of those with the mirror off. */
  readonly atMost: number;
  /** @param folder for its files */
  start(origin: Origin, folder: string): Promise<Shadow>;
}

interface Round extends OpenLoopResult {
  /** Of the whole process tree, at the end of the load: bytes resident, and open descriptors. */
  readonly memory: number;
  readonly descriptors: number;
  /** Share of the proxy's core that others took. */
  readonly foreign: number;
}

export function shadowScenario({ name, about, atMost, start }: ShadowScenario): Scenario {
  return {
    name,
    about: `${about}, at a fixed rate of half of what the slowest of the peers carries with its mirror off`,
    needs: ['wrk'],
    run: async (bench) => {
      const origin = await startOrigin(bench.folder);
      const shadow = await start(origin, bench.folder);
      const site = { ...siteOf(bench, origin), shadow: shadow.port };
      const running = await startFound(PAIRS.flat().filter(bench.includes), site);

      const capacities: number[] = [];
      for (const [{ name, mirrors }, proxy] of running) {
        if (mirrors) continue;
        bench.progress(`capacity of ${name}`);
        capacities.push(await capacity(proxy, bench.seconds));
      }
      if (capacities.length === 0) throw new Error('none of understudy, nginx, envoy and traefik was found');
      const rate = Math.round(Math.min(...capacities) / 2);

      const results = new Map<Peer, Round[]>();
      for (const [peer, { port }] of running) {
        bench.progress(`warming up ${peer.name}`);
        await loadAtRate(port, rate, WARM_UP_SECONDS);
        results.set(peer, []);
      }
      for (let round = 1; round <= bench.rounds; round += 1) {
        for (const [peer, { pid, port }] of running) {
          bench.progress(`round ${round} of ${bench.rounds}: ${peer.name}`);
          await delay(500);
          const occupancy = watchCores(pid, bench.cores);
          const result = await loadAtRate(port, rate, bench.seconds);
          const { foreign } = occupancy();
          results
            .get(peer)!
            .push({ ...result, foreign, memory: residentBytes(pid), descriptors: openDescriptors(pid) });
        }
      }
      const outcomes = (await running.get(understudyMirror)?.outcomes?.()) ?? new Map<string, number>();
      for (const process of running.values()) await process.stop();
      await shadow.stop();
      await origin.stop();
      return findings({ results, rate, outcomes, atMost });
    },
  };
}

/**
 * Requests that one core carries in a second: the inverse of the CPU time that one takes at full load. Requests per
 * second as counted would be too few wherever others use the core as well, and the rate with them.
 */
async function capacity({ pid, port }: RunningPeer, seconds: number): Promise<number> {
  await saturate(port, WARM_UP_SECONDS);
  const before = cpuTime(pid);
  const { requests } = await saturate(port, seconds);
  return requests / ((cpuTime(pid) - before) / 1e6);
}

const milliseconds = (figure: keyof Round) => (rounds: readonly Round[]) =>
  formatSpread(spread(rounds.map((round) => round[figure] / 1e3)), 2);

const number = (figure: keyof Round) => (rounds: readonly Round[]) =>
  formatSpread(spread(rounds.map((round) => round[figure])), 0);

const COLUMNS: Columns<readonly Round[]> = {
  'p50 ms': milliseconds('p50'),
  'p99 ms': milliseconds('p99'),
  'p99.9 ms': milliseconds('p999'),
  unanswered: number('unanswered'),
  failed: number('failures'),
  descriptors: number('descriptors'),
  MiB: (rounds) => formatSpread(spread(rounds.map(({ memory }) => memory / MIB)), 0),
  'lateness ms': milliseconds('lateness'),
};

interface Measured {
  readonly results: ReadonlyMap<Peer, readonly Round[]>;
  readonly rate: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly atMost: number;
}

function findings({ results, rate, outcomes, atMost }: Measured): Findings {
  const of = (peer: Peer, figure: 'p50' | 'p99'): number[] | undefined =>
    results.get(peer)?.map((round) => round[figure]);
  /** The least of all rounds: on a shared machine the others are the neighbours'. */
  const leastP99 = (peer: Peer): number[] | undefined =>
    results.has(peer) ? [Math.min(...of(peer, 'p99')!)] : undefined;
  return {
    ...perPeer(results, COLUMNS),
    goals: [
      {
        what: "clients' p50, mirror on / off",
        value: ratios(of(understudyMirror, 'p50'), of(understudyEdge, 'p50')),
        atMost,
        unit: '',
      },
      {
        what: "clients' p99, mirror on / off, least of the rounds",
        value: ratios(leastP99(understudyMirror), leastP99(understudyEdge)),
        atMost,
        unit: '',
      },
    ],
    notes: [
      `${rate} requests/s over 64 connections; latencies run from when a request was due, answered or not.`,
      "lateness: the load generator's own, 99th percentile of requests that had a free connection.",
      ...[...results].flatMap(([peer, rounds]) => disturbance(peer.name, spread(rounds.map((round) => round.foreign)))),
      ...outcomeShares(understudyMirror.name, outcomes),
    ],
    figures: {
      rate,
      outcomes: Object.fromEntries(outcomes),
      peers: Object.fromEntries([...results].map(([peer, rounds]) => [peer.name, rounds])),
    },
  };
}
