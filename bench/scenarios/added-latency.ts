import { formatSpread, type Spread, spread } from '../harness/spread.ts';
import { loadAtRate, type OpenLoopResult } from '../load/open-loop.ts';
import { startOrigin } from '../origin/origin.ts';
import { PEERS, startFound } from '../peers/all.ts';
import type { Peer } from '../peers/peer.ts';
import { understudyMirror } from '../peers/understudy.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

/** Requests per second: so few that none meets another. */
const RATE = 100;
const WARM_UP_RATE = 2_000;
const WARM_UP_SECONDS = 5;

/** Microseconds that a peer adds, round by round. */
interface Added {
  readonly p50: Spread;
  readonly p99: Spread;
  readonly p999: Spread;
}

export const addedLatency: Scenario = {
  name: 'added-latency',
  about: `1 KiB JSON, ${RATE} requests/s: what a proxy adds to the latency of a request that has it to itself`,
  needs: [],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const site = siteOf(bench, origin);
    const running = await startFound(PEERS.filter(bench.includes), site);
    for (const [peer, { port }] of running) {
      bench.progress(`warming up ${peer.name}`);
      await loadAtRate(port, WARM_UP_RATE, WARM_UP_SECONDS);
    }
    const direct: OpenLoopResult[] = [];
    const through = new Map([...running.keys()].map((peer): [Peer, OpenLoopResult[]] => [peer, []]));
    for (let round = 1; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      direct.push(await loadAtRate(origin.primary, RATE, bench.seconds));
      for (const [peer, { port }] of running) through.get(peer)!.push(await loadAtRate(port, RATE, bench.seconds));
    }
    for (const process of running.values()) await process.stop();
    await origin.stop();
    return findings(direct, through);
  },
};

const microseconds = (figure: keyof Added) => (added: Added) => formatSpread(added[figure], 0);

const COLUMNS: Columns<Added> = {
  'added p50 µs': microseconds('p50'),
  'added p99 µs': microseconds('p99'),
  'added p99.9 µs': microseconds('p999'),
};

function findings(direct: readonly OpenLoopResult[], through: ReadonlyMap<Peer, readonly OpenLoopResult[]>): Findings {
  const added = (rounds: readonly OpenLoopResult[], figure: keyof Added): Spread =>
    spread(rounds.map((round, index) => round[figure] - direct[index]![figure]));
  const results = new Map(
    [...through].map(([peer, rounds]): [Peer, Added] => [
      peer,
      { p50: added(rounds, 'p50'), p99: added(rounds, 'p99'), p999: added(rounds, 'p999') },
    ]),
  );
  return {
    ...perPeer(results, COLUMNS),
    goals: [{ what: 'added to the median', value: results.get(understudyMirror)?.p50, atMost: 100, unit: ' µs' }],
    notes: [
      `p99.9 wants rounds of a minute (--seconds 60): of ${RATE} requests/s it is the slowest in ten seconds.`,
      `the origin itself, asked directly: ${formatSpread(spread(direct.map(({ p50 }) => p50)), 0)} µs in the median.`,
    ],
    figures: Object.fromEntries([...results].map(([peer, figures]) => [peer.name, figures])),
  };
}
