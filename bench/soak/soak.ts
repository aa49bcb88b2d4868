import { setTimeout as delay } from 'node:timers/promises';
import { Course } from '../chaos/course.ts';
import { makeSchedule, seconds } from '../chaos/schedule.ts';
import { Stage } from '../chaos/stage.ts';
import { StallWatch } from './stalls.ts';

export interface SoakOptions {
  readonly minutes: number;
  /** Requests a second. */
  readonly rate: number;
  /** Of the first round; each has the next one. */
  readonly seed: number;
  readonly onRound: (round: Round) => void;
}

/** One round: some seconds of random faults under load, until all has recovered. */
export interface Round {
  readonly seed: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** At its end, once the garbage is collected: MiB, and counts. */
  readonly memory: number;
  readonly descriptors: number;
  readonly handles: number;
  /** Milliseconds: the longest stall of an edge thread, and its longest wait for a CPU. */
  readonly stall: number;
  readonly wait: number;
  /** How often the machine kept the clients from seeing anything for more than a second. */
  readonly disturbances: number;
}

/** Seconds of faults in a round. */
const LENGTH = 10;
/** Rounds after which all is warm. */
const WARM = 2;
/** How much more may be held at the end than when all was warm: a share of it, MiB, and counts. */
const MEMORY_GROWTH = { share: 0.15, least: 48 };
const DESCRIPTOR_GROWTH = 16;
const HANDLE_GROWTH = 16;
/** Milliseconds. */
const LONGEST_STALL = 50;
/** Milliseconds for the threads to collect their garbage, and for the system to take it back. */
const COLLECTION = 1_000;

/** Rounds until the time is over. Resolves to what was wrong; the first violation of a round ends it. */
export async function soak({ minutes, rate, seed, onRound }: SoakOptions): Promise<readonly string[]> {
  const stage = await Stage.start();
  const rounds: Round[] = [];
  try {
    const until = performance.now() + minutes * 60_000;
    for (let next = seed; performance.now() < until; next++) {
      const round = await runRound(stage, rate, next);
      if (typeof round === 'string') return [round];
      rounds.push(round);
      onRound(round);
    }
    const exit = await stage.end();
    return [...problemsOf(rounds), ...(exit === 0 ? [] : [`it ended with ${exit}`])];
  } finally {
    stage.clear();
  }
}

async function runRound(stage: Stage, rate: number, seed: number): Promise<Round | string> {
  const course = new Course(stage, rate);
  const stalls = new StallWatch(stage.proxy, () => course.judge.holdsUp);
  const violation = await course.run(makeSchedule(seed, LENGTH)).finally(() => stalls.end());
  if (violation !== undefined) {
    const { at, faults, what } = violation;
    return `seed ${seed}, after ${seconds(at)}, at ${faults.join(' and ') || 'no fault'}: ${what}; the end of the log:\n${stage.proxy.said}`;
  }
  stage.proxy.do({ thread: 'all', harm: 'collect' });
  await delay(COLLECTION);
  const sorted = course.latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    seed,
    requests: course.load.sent,
    p50: at(0.5),
    p99: at(0.99),
    ...stage.proxy.usage(),
    handles: (await stage.proxy.metrics()).sum('nodejs_active_handles_total'),
    ...stalls.take(),
    disturbances: course.judge.disturbances,
  };
}

function problemsOf(rounds: readonly Round[]): readonly string[] {
  const problems = rounds
    .filter(({ stall }) => stall > LONGEST_STALL)
    .map(({ seed, stall }) => `seed ${seed}: an edge thread stood still for ${Math.round(stall)} ms`);
  const [warm, last] = [rounds[Math.min(WARM, rounds.length) - 1], rounds.at(-1)];
  if (warm === undefined || last === undefined) return problems;
  const most = {
    memory: warm.memory + Math.max(MEMORY_GROWTH.least, warm.memory * MEMORY_GROWTH.share),
    descriptors: warm.descriptors + DESCRIPTOR_GROWTH,
    handles: warm.handles + HANDLE_GROWTH,
  };
  for (const what of ['memory', 'descriptors', 'handles'] as const)
    if (last[what] > most[what])
      problems.push(`${what} grew from ${warm[what].toFixed(0)} to ${last[what].toFixed(0)}`);
  return problems;
}
