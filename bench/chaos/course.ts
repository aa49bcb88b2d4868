import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../test/support/random.ts';
import { cpuWaits } from './cpu-waits.ts';
import type { Victim } from './faults/fault.ts';
import { Judge } from './judge.ts';
import { type Exchange, Load } from './load.ts';
import { recovered, releasedDescriptors, settled } from './recovery.ts';
import { isPossible, type Planned } from './schedule.ts';
import type { Stage } from './stage.ts';

/** Milliseconds between two looks at the proxy. */
const BEAT = 250;
/** MiB of the proxy, with its two edge threads, and the process of its store together: half of it is garbage that nobody is short of. */
const MOST_MEMORY = 1_024;
const MOST_DESCRIPTORS = 3_000;
/** Descriptors that may be open at the end of a course beside those at its start. */
const SPARE_DESCRIPTORS = 50;
/** Log lines a second, beyond what operators cause by fifty signals a second. */
const MOST_LINES = 100;
/** Milliseconds in which the metrics come, on a machine that has more to do than it can. */
const METRICS = 10_000;

/** What was violated, and when. */
export interface Violation {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly faults: readonly string[];
  readonly what: string;
}

/** One schedule of faults, carried out on a stage under load, with everything that must hold looked at all along. */
export class Course {
  readonly #stage: Stage;
  readonly judge = new Judge();
  readonly #began = performance.now();
  readonly #lag = monitorEventLoopDelay({ resolution: 10 });
  readonly #first: { lines: number; descriptors: number };
  #unjudged: Exchange[] = [];
  #waits: ReadonlyMap<string, number> = new Map();
  #violation: Violation | undefined;
  #state: 'running' | 'over' = 'running';
  #requests = 0;
  /** Looks at the metrics in a row that failed: one may, if it came by a kept connection that was just closed to make room. */
  #missed = 0;
  readonly load: Load;
  /** Milliseconds that each request took. */
  readonly latencies: number[] = [];

  constructor(stage: Stage, rate: number) {
    this.#stage = stage;
    this.#first = { lines: stage.proxy.lines, descriptors: stage.proxy.usage().descriptors };
    this.load = new Load(`http://127.0.0.1:${stage.proxy.port}`, rate, (exchange) => this.#unjudged.push(exchange));
    void stage.proxy.ended.then((how) => {
      if (this.#state === 'running') this.#violated(`the proxy ended by itself: ${how}`);
    });
  }

  /** The first violation, if there is one: the course ends with it. */
  async run(schedule: readonly Planned[]): Promise<Violation | undefined> {
    this.#lag.enable();
    this.load.start();
    const watching = this.#watch();
    await this.#carryOut(schedule);
    await this.#finish();
    this.#state = 'over';
    this.#lag.disable();
    await watching;
    return this.#violation;
  }

  /** Each at its time, unless its victim still suffers from another. */
  async #carryOut(schedule: readonly Planned[]): Promise<void> {
    const suffering = new Map<Victim, Promise<void>>();
    const all = schedule
      .filter(({ fault }) => isPossible(fault))
      .map((planned) => {
        const harmed = (suffering.get(planned.fault.victim) ?? Promise.resolve()).then(() => this.#harm(planned));
        suffering.set(planned.fault.victim, harmed);
        return harmed;
      });
    await Promise.all(all);
  }

  async #harm({ fault, at, ms, seed }: Planned): Promise<void> {
    await delay(Math.max(0, this.#began + at - performance.now()));
    if (this.#violation !== undefined) return;
    const ends = this.judge.begins(fault);
    await fault.harm(this.#stage, ms, new Random(seed)).catch((error: Error) => {
      if (!this.judge.blind) this.#violated(`the fault could not be done: ${error.stack}`);
    });
    ends();
  }

  async #finish(): Promise<void> {
    if (this.#violation !== undefined) return;
    this.load.renewClients();
    const ill = await recovered(this.#stage);
    if (ill !== undefined) return this.#violated(ill);
    await this.load.end();
    this.#judgeAll();
    const wrong =
      (await settled(this.#stage, this.load)) ??
      (await releasedDescriptors(this.#stage, this.#first.descriptors + SPARE_DESCRIPTORS));
    if (wrong !== undefined) this.#violated(wrong);
  }

  async #watch(): Promise<void> {
    while (this.#state === 'running' && this.#violation === undefined) {
      await this.#look();
      await delay(BEAT);
    }
    await this.load.end();
  }

  async #look(): Promise<void> {
    const { proxy } = this.#stage;
    this.#judgeAll();
    const { memory, descriptors } = proxy.usage();
    if (memory > MOST_MEMORY) this.#violated(`it takes ${Math.round(memory)} MiB`);
    if (descriptors > MOST_DESCRIPTORS) this.#violated(`it has ${descriptors} descriptors open`);
    const lines = proxy.lines - this.#first.lines;
    if (lines > MOST_LINES * (1 + (performance.now() - this.#began) / 1_000))
      this.#violated(`it wrote ${lines} lines to its log`);
    await this.#lookAtMetrics();
  }

  #judgeAll(): void {
    const delayed = Math.max(this.#lag.max / 1e6, this.#takeCpuWait());
    this.#lag.reset();
    if (delayed > 50) this.judge.delayed(delayed);
    for (const exchange of this.#unjudged.splice(0)) {
      this.latencies.push(exchange.ended - exchange.began);
      const fault = this.judge.fault(exchange);
      if (fault !== undefined) this.#violated(fault);
    }
  }

  /** Milliseconds that an edge thread has waited for a CPU since the last call. */
  #takeCpuWait(): number {
    const before = this.#waits;
    this.#waits = new Map(cpuWaits(this.#stage.proxy.child.pid!));
    return Math.max(0, ...[...this.#waits].map(([thread, waited]) => waited - (before.get(thread) ?? waited)));
  }

  async #lookAtMetrics(): Promise<void> {
    const answer = await Promise.race([
      this.#stage.proxy.metrics().catch((error: Error) => error),
      delay(METRICS, new Error(`nothing came in ${METRICS} ms`), { ref: false }),
    ]);
    if (answer instanceof Error) {
      this.#missed++;
      if (this.#missed > 1 && !this.judge.blind && this.#state === 'running')
        this.#violated(`its metrics can't be had: ${answer.message}`);
      return;
    }
    this.#missed = 0;
    if (answer.requests < this.#requests)
      this.#violated(`requests went back from ${this.#requests} to ${answer.requests}`);
    this.#requests = answer.requests;
  }

  #violated(what: string): void {
    const at = performance.now() - this.#began;
    this.#violation ??= { at, faults: this.judge.present, what };
  }
}
