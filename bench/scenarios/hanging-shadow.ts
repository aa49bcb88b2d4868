import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { disturbance, outcomeShares } from '../harness/notes.ts';
import { formatSpread, ratios, spread } from '../harness/spread.ts';
import { cpuTime } from '../harness/usage.ts';
import { watchCore } from '../harness/watch.ts';
import { loadAtRate, type OpenLoopResult } from '../load/open-loop.ts';
import { saturate } from '../load/wrk.ts';
import { startOrigin } from '../origin/origin.ts';
import { startFound } from '../peers/all.ts';
import { nginx, nginxMirror } from '../peers/nginx.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import { understudyEdge, understudyMirror } from '../peers/understudy.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Findings, Scenario } from './scenario.ts';

const WARM_UP_SECONDS = 5;
/** A peer without its mirror, and with it. */
const PAIRS: readonly (readonly [Peer, Peer])[] = [
  [understudyEdge, understudyMirror],
  [nginx, nginxMirror],
];

interface Round extends OpenLoopResult {
  /** Share of the proxy's core that others took. */
  readonly foreign: number;
}

export const hangingShadow: Scenario = {
  name: 'hanging-shadow',
  about: 'a shadow that accepts and never answers, at a fixed rate of half the capacity with the mirror off',
  needs: ['wrk'],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const shadow = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
    await once(shadow, 'listening');
    const site = { primary: origin.primary, shadow: (shadow.address() as AddressInfo).port, folder: bench.folder };
    const running = await startFound(PAIRS.flat().filter(bench.includes), site);

    const [reference] = [...running.keys()].filter(({ mirrors }) => !mirrors);
    if (reference === undefined) throw new Error('none of understudy, nginx, envoy and traefik was found');
    bench.progress(`capacity of ${reference.name}`);
    const rate = Math.round((await capacity(running.get(reference)!, bench.seconds)) / 2);

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
        const occupancy = watchCore(pid);
        const result = await loadAtRate(port, rate, bench.seconds);
        results.get(peer)!.push({ ...result, foreign: occupancy().foreign });
      }
    }
    const outcomes = (await running.get(understudyMirror)?.outcomes?.()) ?? new Map<string, number>();
    for (const process of running.values()) await process.stop();
    shadow.close();
    await origin.stop();
    return findings(results, rate, outcomes);
  },
};

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
  'lateness ms': milliseconds('lateness'),
};

function findings(results: Map<Peer, Round[]>, rate: number, outcomes: ReadonlyMap<string, number>): Findings {
  const p99 = (peer: Peer): number[] | undefined => results.get(peer)?.map((round) => round.p99);
  return {
    ...perPeer(results, COLUMNS),
    goals: [
      {
        what: "clients' p99, hanging shadow / mirror off",
        value: ratios(p99(understudyMirror), p99(understudyEdge)),
        atMost: 1.2,
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
