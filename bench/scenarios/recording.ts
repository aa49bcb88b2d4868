import { setTimeout as delay } from 'node:timers/promises';
import { outcomeShares } from '../harness/notes.ts';
import { formatSpread, type Spread, spread } from '../harness/spread.ts';
import { cpuByThread } from '../harness/usage.ts';
import { loadAtRate } from '../load/open-loop.ts';
import { DIFFERING_PATH } from '../origin/answer.ts';
import { startOrigin } from '../origin/origin.ts';
import type { RunningPeer } from '../peers/peer.ts';
import { understudyMirror } from '../peers/understudy.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const RATE = 5_000;
const WARM_UP_SECONDS = 5;
/** The store is written each second. */
const LONGEST_FLUSH_MS = 10_000;
const LOOK_MS = 100;

interface Round {
  /** Mismatches that are in the store after the round, as a share of the requests that were answered. */
  readonly recorded: number;
  /** Microseconds per request, by thread name. */
  readonly threads: ReadonlyMap<string, number>;
}

export const recording: Scenario = {
  name: 'recording',
  about: `${RATE} mismatches/s on the proxy's core: how many of them reach the store`,
  needs: [],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const running = await understudyMirror.start(siteOf(bench, origin));
    bench.progress('warming up');
    await loadAtRate(running.port, RATE / 2, WARM_UP_SECONDS, DIFFERING_PATH);
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      rounds.push(await roundOf(running, bench.seconds));
    }
    const outcomes = await running.outcomes!();
    await running.stop();
    await origin.stop();
    return findings(rounds, outcomes);
  },
};

async function roundOf(running: RunningPeer, seconds: number): Promise<Round> {
  const before = await settledRecord(running);
  const used = cpuByThread(running.pid);
  const { answered } = await loadAtRate(running.port, RATE, seconds, DIFFERING_PATH);
  const recorded = (await settledRecord(running)) - before;
  const threads = [...cpuByThread(running.pid)].map(([name, time]): [string, number] => [
    name,
    (time - (used.get(name) ?? 0)) / answered,
  ]);
  return { recorded: recorded / answered, threads: new Map(threads) };
}

/** The mismatches in the store, once no more are added to them for two flushes. */
async function settledRecord(running: RunningPeer): Promise<number> {
  let [last, since] = [await running.recorded!(), performance.now()];
  for (const end = since + LONGEST_FLUSH_MS; performance.now() < end; ) {
    await delay(LOOK_MS);
    const now = await running.recorded!();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > 2_500) break;
  }
  return last;
}

function findings(rounds: readonly Round[], outcomes: ReadonlyMap<string, number>): Findings {
  const lost: Spread = spread(rounds.map(({ recorded }) => (1 - recorded) * 100));
  const names = [...rounds[0]!.threads].filter(([, time]) => time >= 1).map(([name]) => name);
  return {
    header: ['thread', 'CPU µs per request'],
    rows: names.map((name) => [name, formatSpread(spread(rounds.map(({ threads }) => threads.get(name) ?? 0)), 1)]),
    goals: [{ what: 'mismatches that are not recorded', value: lost, atMost: 0.1, unit: ' %' }],
    notes: outcomeShares(understudyMirror.name, outcomes),
    figures: {
      lost,
      rounds: rounds.map(({ recorded, threads }) => ({ recorded, threads: Object.fromEntries(threads) })),
    },
  };
}
