import { setTimeout as delay } from 'node:timers/promises';
import type { Goal } from '../harness/goal.ts';
import { disturbance, outcomeShares, percent } from '../harness/notes.ts';
import { formatSpread, ratios, type Spread, spread } from '../harness/spread.ts';
import { cpuByThread, cpuTime, peakResidentBytes, residentBytes } from '../harness/usage.ts';
import { type Occupancy, watchCore } from '../harness/watch.ts';
import { saturate } from '../load/wrk.ts';
import { type Origin, startOrigin } from '../origin/origin.ts';
import { PEERS, startFound } from '../peers/all.ts';
import { nginxMirror } from '../peers/nginx.ts';
import { nodeHttpProxy } from '../peers/node-http-proxy.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import { understudyEdge, understudyMirror } from '../peers/understudy.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Findings, Scenario } from './scenario.ts';

const MIB = 2 ** 20;
const WARM_UP_SECONDS = 5;

/** One round of one peer. */
interface Round extends Occupancy {
  /** Microseconds of CPU time of all the proxy's threads and processes, per request answered. */
  readonly cpu: number;
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  readonly failures: number;
  /** Requests that the origin got beyond the one for each answer, as a share of the answers. */
  readonly copies: number;
}

export const throughput: Scenario = {
  name: 'throughput',
  about: '1 KiB JSON over 64 connections, as fast as they are answered',
  needs: ['wrk'],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const running = await startFound(PEERS, { primary: origin.primary, shadow: origin.shadow, folder: bench.folder });
    const courses = [...running].map(([peer, process]) => new Course(peer, process, origin));
    await delay(1_000);
    for (const course of courses) {
      bench.progress(`warming up ${course.peer.name}`);
      await course.warmUp();
    }
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const course of courses) {
        bench.progress(`round ${round} of ${bench.rounds}: ${course.peer.name}`);
        await course.run(bench.seconds);
      }
    }
    const results = new Map<Peer, Result>();
    for (const course of courses) results.set(course.peer, await course.result());
    for (const process of running.values()) await process.stop();
    await origin.stop();
    return findings(results, origin.kind);
  },
};

type Result = Awaited<ReturnType<Course['result']>>;

/** All the rounds of one peer. Rounds go round the peers, so that what drifts on the machine drifts for all of them. */
class Course {
  readonly peer: Peer;
  readonly #process: RunningPeer;
  readonly #origin: Origin;
  readonly #rounds: Round[] = [];
  #idleBytes = 0;
  /** Microseconds of the measured rounds, by thread name. */
  readonly #threads = new Map<string, number>();
  #outcomes: ReadonlyMap<string, number> = new Map();

  constructor(peer: Peer, process: RunningPeer, origin: Origin) {
    this.peer = peer;
    this.#process = process;
    this.#origin = origin;
  }

  async warmUp(): Promise<void> {
    this.#idleBytes = residentBytes(this.#process.pid);
    await this.#load(WARM_UP_SECONDS);
    this.#outcomes = (await this.#process.outcomes?.()) ?? new Map();
  }

  async run(seconds: number): Promise<void> {
    const before = cpuByThread(this.#process.pid);
    this.#rounds.push(await this.#load(seconds));
    for (const [name, time] of growth(before, cpuByThread(this.#process.pid))) {
      this.#threads.set(name, (this.#threads.get(name) ?? 0) + time);
    }
  }

  async result() {
    const of = (figure: keyof Round): Spread => spread(this.#rounds.map((round) => round[figure]));
    const requests = this.#rounds.reduce((total, round) => total + round.requests, 0);
    const outcomes = (await this.#process.outcomes?.()) ?? new Map<string, number>();
    return {
      cpu: of('cpu'),
      rate: of('rate'),
      p50: of('p50'),
      p99: of('p99'),
      copies: of('copies'),
      busy: of('busy'),
      foreign: of('foreign'),
      failures: this.#rounds.reduce((total, round) => total + round.failures, 0),
      requests,
      rounds: this.#rounds,
      idleBytes: this.#idleBytes,
      peakBytes: peakResidentBytes(this.#process.pid),
      /** Microseconds per request, by thread name. */
      threads: Object.fromEntries([...this.#threads].map(([name, time]) => [name, time / requests])),
      outcomes: growth(this.#outcomes, outcomes),
    };
  }

  async #load(seconds: number): Promise<Round> {
    const { pid, port } = this.#process;
    const received = await this.#origin.requests();
    const before = cpuTime(pid);
    const occupancy = watchCore(pid);
    const { requests, duration, p50, p99, failures } = await saturate(port, seconds);
    const { busy, foreign } = occupancy();
    const cpu = (await settledCpuTime(pid)) - before;
    if (requests === 0) throw new Error(`${this.peer.name} answered nothing (${failures} failures)`);
    return {
      cpu: cpu / requests,
      rate: requests / (duration / 1e6),
      p50: p50 / 1e3,
      p99: p99 / 1e3,
      requests,
      failures,
      copies: ((await this.#origin.requests()) - received) / requests - 1,
      busy,
      foreign,
    };
  }
}

/** The CPU time once the work that outlasts the answers (copies, comparisons) is done, for which it waits 10 s at most. */
async function settledCpuTime(pid: number): Promise<number> {
  let last = cpuTime(pid);
  for (let wait = 0; wait < 50; wait += 1) {
    await delay(200);
    const now = cpuTime(pid);
    if (now - last <= 10_000) return now;
    last = now;
  }
  return last;
}

function growth(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    [...after].map(([key, value]): [string, number] => [key, value - (before.get(key) ?? 0)]).filter(([, n]) => n > 0),
  );
}

const COLUMNS: Columns<Result> = {
  'CPU µs/request': ({ cpu }) => formatSpread(cpu, 1),
  'requests/s': ({ rate }) => formatSpread(rate, 0),
  'p50 ms': ({ p50 }) => formatSpread(p50, 2),
  'p99 ms': ({ p99 }) => formatSpread(p99, 2),
  copies: ({ copies }, { mirrors }) => (mirrors ? percent(copies.median) : '–'),
  core: ({ busy }) => percent(busy.median),
  'idle MiB': ({ idleBytes }) => (idleBytes / MIB).toFixed(0),
  'peak MiB': ({ peakBytes }) => (peakBytes / MIB).toFixed(0),
};

function findings(results: Map<Peer, Result>, origin: Origin['kind']): Findings {
  return {
    ...perPeer(results, COLUMNS),
    goals: [
      ratio('edge alone / node-http-proxy, CPU per request', results, understudyEdge, nodeHttpProxy, 0.35),
      ratio('mirror and compare / nginx with mirror, CPU per request', results, understudyMirror, nginxMirror, 0.7),
    ],
    notes: notes(results, origin),
    figures: Object.fromEntries(
      [...results].map(([peer, result]) => [peer.name, { ...result, outcomes: Object.fromEntries(result.outcomes) }]),
    ),
  };
}

function ratio(what: string, results: Map<Peer, Result>, ours: Peer, theirs: Peer, atMost: number): Goal {
  const cpu = (peer: Peer): number[] | undefined => results.get(peer)?.rounds.map((round) => round.cpu);
  return { what, value: ratios(cpu(ours), cpu(theirs)), atMost, unit: '' };
}

function notes(results: Map<Peer, Result>, origin: Origin['kind']): string[] {
  const notes = [
    'core: share of its core that the proxy used under load; well below 100 %, something else was the limit: load and origin, or others on the machine.',
  ];
  if (origin === 'node')
    notes.push('nginx was not found: the origin is a Node server, slower than some of the proxies.');
  for (const [peer, result] of results) {
    const { failures, requests, foreign, outcomes, threads } = result;
    if (failures > 0) notes.push(`${peer.name}: ${failures} of ${requests} requests failed.`);
    notes.push(...disturbance(peer.name, foreign));
    if (peer.mirrors) {
      notes.push(...outcomeShares(peer.name, outcomes));
      if (result.copies.min < 0.99)
        notes.push(`${peer.name}: NOT every request was mirrored; its CPU time is too low.`);
    }
    if (Object.keys(threads).length > 1) {
      const listed = Object.entries(threads).toSorted(([, a], [, b]) => b - a);
      notes.push(
        `${peer.name}: µs/request by thread: ${listed.map(([name, n]) => `${name} ${n.toFixed(1)}`).join(', ')}.`,
      );
    }
  }
  return notes;
}
