import { setTimeout as delay } from 'node:timers/promises';
import { placementOf } from '../harness/machine.ts';
import { formatSpread, ratios, spread } from '../harness/spread.ts';
import { cpuTime } from '../harness/usage.ts';
import { saturate } from '../load/wrk.ts';
import { startOrigin } from '../origin/origin.ts';
import { understudyEdge } from '../peers/understudy.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const WARM_UP_SECONDS = 5;
const EDGES = [1, 2] as const;

/** Requests per second that the edges could carry if each had a core to itself. */
type Capacities = number[];

export const twoEdges: Scenario = {
  name: 'two-edges',
  about: 'what two edge threads carry beside one: 1 KiB JSON over 64 connections, mirror off',
  needs: ['wrk'],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const running = await Promise.all(
      EDGES.map((edges) => understudyEdge.start({ ...siteOf(bench, origin), cores: placementOf(edges).proxy })),
    );
    const capacities: Capacities[] = running.map(() => []);
    for (const { port } of running) {
      bench.progress('warming up');
      await saturate(port, WARM_UP_SECONDS);
    }
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const [index, { pid, port }] of running.entries()) {
        bench.progress(`round ${round} of ${bench.rounds}: ${EDGES[index]} edges`);
        const before = cpuTime(pid);
        const { requests } = await saturate(port, bench.seconds);
        await delay(500);
        capacities[index]!.push((EDGES[index]! * requests) / ((cpuTime(pid) - before) / 1e6));
      }
    }
    for (const process of running) await process.stop();
    await origin.stop();
    return findings(capacities);
  },
};

function findings(capacities: readonly Capacities[]): Findings {
  const [one, two] = capacities;
  return {
    header: ['edge threads', 'requests/s'],
    rows: capacities.map((each, index) => [String(EDGES[index]), formatSpread(spread(each), 0)]),
    goals: [
      // A goal is a limit from above, so it is the share of two edges that one of two is to carry.
      { what: 'one edge / two edges, capacity', value: ratios(one, two), atMost: 1 / 1.8, unit: '' },
    ],
    notes: [
      'capacity: threads over CPU time per request, as if each thread had a core to itself; on fewer than three cores load and origin take some of them.',
    ],
    figures: { capacities },
  };
}
