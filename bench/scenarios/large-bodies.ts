import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from '../harness/usage.ts';
import { download, upload } from '../load/bulk.ts';
import { startNodeOrigin } from '../origin/origin.ts';
import { PEERS, startFound } from '../peers/all.ts';
import type { Peer } from '../peers/peer.ts';
import { understudyEdge, understudyMirror } from '../peers/understudy.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const SAMPLE_INTERVAL_MS = 20;
const LIMIT_MS = 120_000;

/** The other mirrors keep a whole body, in memory or on disk, before they send a copy of it. */
const SUBJECTS = PEERS.filter((peer) => (peer.mirrors ? peer === understudyMirror : peer !== understudyEdge));

/** Bytes, and bytes per second. */
interface Result {
  readonly idle: number;
  readonly up: Transfer;
  readonly down: Transfer;
}

interface Transfer {
  readonly peak: number;
  readonly rate: number;
}

export const largeBodies: Scenario = {
  name: 'large-bodies',
  about: '1 GiB up and 1 GiB down, each to a receiver that reads nothing for the first second',
  needs: [],
  run: async (bench) => {
    const origin = await startNodeOrigin(bench.folder);
    const running = await startFound(SUBJECTS.filter(bench.includes), siteOf(bench, origin));
    const results = new Map<Peer, Result>();
    await delay(2_000);
    for (const [peer, process] of running) {
      bench.progress(peer.name);
      const idle = residentBytes(process.pid);
      const up = await transfer(process.pid, (signal) => upload(process.port, GIB, signal));
      const down = await transfer(process.pid, (signal) => download(process.port, GIB, signal));
      results.set(peer, { idle, up, down });
      await process.stop();
    }
    await origin.stop();
    return findings(results);
  },
};

async function transfer(pid: number, move: (signal: AbortSignal) => Promise<void>): Promise<Transfer> {
  let peak = residentBytes(pid);
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, SAMPLE_INTERVAL_MS);
  const start = performance.now();
  try {
    await move(AbortSignal.timeout(LIMIT_MS));
  } finally {
    clearInterval(sampling);
  }
  return { peak, rate: GIB / ((performance.now() - start) / 1_000) };
}

const mebibytes = (of: (result: Result) => number) => (result: Result) => (of(result) / MIB).toFixed(0);

const COLUMNS: Columns<Result> = {
  'idle MiB': mebibytes(({ idle }) => idle),
  'peak up MiB': mebibytes(({ up }) => up.peak),
  'peak down MiB': mebibytes(({ down }) => down.peak),
  'growth MiB': mebibytes(growth),
  'up MiB/s': mebibytes(({ up }) => up.rate),
  'down MiB/s': mebibytes(({ down }) => down.rate),
};

function findings(results: Map<Peer, Result>): Findings {
  const ours = results.get(understudyMirror);
  return {
    ...perPeer(results, COLUMNS),
    goals: [{ what: 'growth', value: ours && growth(ours) / MIB, atMost: 64, unit: ' MiB' }],
    notes: [
      'idle: two seconds after the start, resident; growth: from there to the highest of the samples taken every 20 ms. The pause counts in the rates.',
    ],
    figures: Object.fromEntries([...results].map(([peer, result]) => [peer.name, result])),
  };
}

function growth({ idle, up, down }: Result): number {
  return Math.max(up.peak, down.peak) - idle;
}
