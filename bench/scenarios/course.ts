import { setTimeout as delay } from 'node:timers/promises';
import { type Spread, spread } from '../harness/spread.ts';
import { cpuByThread, cpuTime, peakResidentBytes, residentBytes } from '../harness/usage.ts';
import { type Occupancy, watchCores } from '../harness/watch.ts';
import type { Origin } from '../origin/origin.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';

const WARM_UP_SECONDS = 5;

/** Loads a port for some seconds. Times in microseconds; `requests` are those that were answered. */
export type Load = (port: number, seconds: number) => Promise<LoadResult>;

interface LoadResult {
  readonly requests: number;
  readonly duration: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

export interface Work {
  readonly load: Load;
  /** Before the rounds, so that what compiles as it runs has done so. */
  readonly warmUp: Load;
}

/** One round of one peer. */
export interface Round extends Occupancy {
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

export type Result = Awaited<ReturnType<Course['result']>>;

/** All the rounds of one peer. Rounds go round the peers, so that what drifts on the machine drifts for all of them. */
export class Course {
  readonly peer: Peer;
  readonly #process: RunningPeer;
  readonly #origin: Origin;
  readonly #work: Work;
  readonly #cores: readonly number[];
  readonly #rounds: Round[] = [];
  #idleBytes = 0;
  /** Microseconds of the measured rounds, by thread name. */
  readonly #threads = new Map<string, number>();
  #outcomes: ReadonlyMap<string, number> = new Map();

  constructor(peer: Peer, process: RunningPeer, origin: Origin, work: Work, cores: readonly number[]) {
    this.peer = peer;
    this.#process = process;
    this.#origin = origin;
    this.#work = work;
    this.#cores = cores;
  }

  async warmUp(): Promise<void> {
    this.#idleBytes = residentBytes(this.#process.pid);
    await this.#load(this.#work.warmUp, WARM_UP_SECONDS);
    this.#outcomes = (await this.#process.outcomes?.()) ?? new Map();
  }

  async run(seconds: number): Promise<void> {
    const before = cpuByThread(this.#process.pid);
    this.#rounds.push(await this.#load(this.#work.load, seconds));
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

  async #load(load: Load, seconds: number): Promise<Round> {
    const { pid, port } = this.#process;
    const received = await this.#origin.requests();
    const before = cpuTime(pid);
    const occupancy = watchCores(pid, this.#cores);
    const { requests, duration, p50, p99, failures } = await load(port, seconds);
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
