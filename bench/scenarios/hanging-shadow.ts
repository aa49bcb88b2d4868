import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { formatSpread, spread } from '../harness/spread.ts';
import { loadAtRate, type OpenLoopResult } from '../load/open-loop.ts';
import { saturate } from '../load/wrk.ts';
import { startOrigin } from '../origin/origin.ts';
import { isFound, startFound } from '../peers/all.ts';
import { nginx, nginxMirror } from '../peers/nginx.ts';
import type { Peer } from '../peers/peer.ts';
import { understudyEdge, understudyMirror } from '../peers/understudy.ts';
import type { Findings, Scenario } from './scenario.ts';

const WARM_UP_SECONDS = 3;
/** A peer without its mirror, and with it. */
const PAIRS: readonly (readonly [Peer, Peer])[] = [
  [understudyEdge, understudyMirror],
  [nginx, nginxMirror],
];

export const hangingShadow: Scenario = {
  name: 'hanging-shadow',
  about: 'a shadow that accepts and never answers, at a fixed rate of half the capacity with the mirror off',
  needs: ['wrk'],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const shadow = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
    await once(shadow, 'listening');
    const site = { primary: origin.primary, shadow: (shadow.address() as AddressInfo).port, folder: bench.folder };
    const running = await startFound(PAIRS.flat(), site);

    const [reference] = PAIRS.map(([off]) => off).filter(isFound);
    if (reference === undefined) throw new Error('neither understudy nor nginx was found');
    bench.progress(`capacity of ${reference.name}`);
    await saturate(running.get(reference)!.port, WARM_UP_SECONDS);
    const { requests, duration } = await saturate(running.get(reference)!.port, bench.seconds);
    const rate = Math.round(requests / (duration / 1e6) / 2);

    const results = new Map<Peer, OpenLoopResult[]>();
    for (const [peer, { port }] of running) {
      bench.progress(`warming up ${peer.name}`);
      await loadAtRate(port, rate, WARM_UP_SECONDS);
      results.set(peer, []);
    }
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const [peer, { port }] of running) {
        bench.progress(`round ${round} of ${bench.rounds}: ${peer.name}`);
        await delay(500);
        results.get(peer)!.push(await loadAtRate(port, rate, bench.seconds));
      }
    }
    for (const process of running.values()) await process.stop();
    shadow.close();
    await origin.stop();
    return findings(results, rate);
  },
};

function findings(results: Map<Peer, OpenLoopResult[]>, rate: number): Findings {
  const median = (peer: Peer): number | undefined => {
    const rounds = results.get(peer);
    return rounds && spread(rounds.map((round) => round.p99)).median;
  };
  const [off, on] = [median(understudyEdge), median(understudyMirror)];
  return {
    header: ['', 'p50 ms', 'p99 ms', 'p99.9 ms', 'unanswered', 'failed', 'lateness ms'],
    rows: [...results].map(([peer, rounds]) => {
      const of = (figure: keyof OpenLoopResult, scale: number, digits: number): string =>
        formatSpread(spread(rounds.map((round) => round[figure] / scale)), digits);
      return [
        peer.name,
        of('p50', 1e3, 2),
        of('p99', 1e3, 2),
        of('p999', 1e3, 2),
        of('unanswered', 1, 0),
        of('failures', 1, 0),
        of('lateness', 1e3, 2),
      ];
    }),
    goals: [
      {
        what: "clients' p99, hanging shadow / mirror off",
        value: off === undefined || on === undefined ? undefined : on / off,
        atMost: 1.2,
        unit: '',
      },
    ],
    notes: [
      `${rate} requests/s over 64 connections; latencies run from when a request was due, answered or not.`,
      "lateness: the load generator's own, 99th percentile of requests that had a free connection.",
    ],
    figures: { rate, peers: Object.fromEntries([...results].map(([peer, rounds]) => [peer.name, rounds])) },
  };
}
