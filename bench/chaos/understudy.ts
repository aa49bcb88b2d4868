import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Metrics, metrics } from '../../test/support/metrics.ts';
import { ENTRY } from '../harness/entry.ts';
import { freePort } from '../harness/ports.ts';

const PRELOAD = new URL('./preload.mjs', import.meta.url).href;

export interface Targets {
  readonly primary: number;
  readonly shadow: number;
  readonly control: number;
}

export interface Usage {
  /** MiB. */
  readonly memory: number;
  readonly descriptors: number;
}

/** What a thread does to itself: it throws, it stands still, sets its clock ahead, or collects its garbage. */
export interface ThreadHarm {
  /** The name of one, main or all. */
  readonly thread: string;
  readonly harm: 'throw' | 'stall' | 'clock' | 'collect';
  /** Milliseconds. */
  readonly ms?: number;
}

/** Understudy in a process of its own, with what is asked of it while it runs. */
export class Understudy {
  readonly child: ChildProcess;
  readonly port: number;
  readonly admin: number;
  readonly file: string;
  /** As this process sees it, while that one runs. */
  readonly store: string;
  /** The text of its configuration. */
  readonly config: string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** The last lines of its log. */
  readonly #log: string[] = [];
  /** Lines of its log since the start. */
  lines = 0;

  private constructor(folder: string, port: number, admin: number, targets: Targets, wrapper: readonly string[]) {
    this.port = port;
    this.admin = admin;
    this.file = join(folder, 'understudy.yaml');
    const store = join(folder, 'disk', 'understudy.db');
    // Short, so that what a fault leaves behind can be told from what is kept for the next request.
    const timeouts = { keepAlive: '500ms' };
    const target = (at: number) => ({ url: `http://127.0.0.1:${at}`, timeouts });
    this.config = stringify({
      listen: `127.0.0.1:${port}`,
      admin: `127.0.0.1:${admin}`,
      primary: { ...target(targets.primary), timeouts: { ...timeouts, firstByte: '5s', idle: '5s' } },
      shadow: target(targets.shadow),
      control: target(targets.control),
      edges: 2,
      // The mirror works on a busy machine, too: its faults are to be seen.
      mirror: { methods: ['GET', 'POST'], timeout: '1s', pauseWhen: { eventLoopLag: 'none' } },
      store: { path: store, flushInterval: '250ms' },
      log: { format: 'json' },
      shutdown: { grace: '0s', deadline: '5s' },
    });
    writeFileSync(this.file, this.config);
    const command = [...wrapper, process.execPath, ENTRY.path, 'serve', '-c', this.file];
    this.child = spawn(command[0]!, command.slice(1), {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: `--import=${PRELOAD}` },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.store = `/proc/${this.child.pid}/root${store}`;
    this.ended = once(this.child, 'exit').then(([code, signal]) => signal ?? code);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log.push(text);
        this.lines += text.split('\n').length - 1;
        if (this.#log.length > 200) this.#log.shift();
      });
    }
  }

  static async start(folder: string, targets: Targets, wrapper: readonly string[]): Promise<Understudy> {
    const proxy = new Understudy(folder, await freePort(), await freePort(), targets, wrapper);
    for (let tries = 0; tries < 600; tries++) {
      const response = await fetch(`http://127.0.0.1:${proxy.admin}/readyz`).catch(() => undefined);
      if (response?.ok) return proxy;
      await delay(50);
    }
    throw new Error(`it was not ready in time:\n${proxy.said}`);
  }

  readLog(how: 'stopped' | 'flowing'): void {
    for (const stream of [this.child.stdout!, this.child.stderr!]) how === 'stopped' ? stream.pause() : stream.resume();
  }

  /** The end of its log. */
  get said(): string {
    return this.#log.slice(-20).join('');
  }

  /** Its own, and those of the processes that it started. */
  usage(): Usage {
    return usageOf(this.child.pid!);
  }

  do(harm: ThreadHarm): void {
    this.child.send(harm, () => {});
  }

  /** The process that holds the store, if there is one at the moment. */
  get storeProcess(): number | undefined {
    return childrenOf(this.child.pid!).find((pid) => /record.process.entry/.test(read(`/proc/${pid}/cmdline`)));
  }

  metrics(): Promise<Metrics> {
    return metrics(this.admin);
  }

  /** Requests, and how they ended, by outcome and reason. */
  async totals(): Promise<{ readonly requests: number; readonly outcomes: ReadonlyMap<string, number> }> {
    const now = await this.metrics();
    const outcomes = new Map<string, number>();
    for (const { labels, value } of now.samples.filter(({ name }) => name === 'understudy_outcomes_total')) {
      const { outcome, reason } = labels;
      const key = [outcome, reason].filter(Boolean).join(':');
      outcomes.set(key, (outcomes.get(key) ?? 0) + value);
    }
    return { requests: now.requests, outcomes };
  }

  /** Any resource of its API; rejects unless the answer is a good one. */
  async ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.admin}${path}`, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Its exit code, or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

/** Of a process and those that it started; nothing of one that has just ended. */
function usageOf(pid: number): Usage {
  const own = { memory: Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024, descriptors: 0 };
  try {
    own.descriptors = readdirSync(`/proc/${pid}/fd`).length;
  } catch {}
  return childrenOf(pid)
    .map(usageOf)
    .reduce(
      (sum, { memory, descriptors }) => ({ memory: sum.memory + memory, descriptors: sum.descriptors + descriptors }),
      own,
    );
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
}

/** Processes end while they are looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
