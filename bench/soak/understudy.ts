import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../harness/ports.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const { BENCH_ENTRY = 'src/main.ts' } = process.env;

export interface Targets {
  readonly primary: number;
  readonly shadow: number;
  readonly control: number;
}

export interface Usage {
  readonly memory: number;
  readonly descriptors: number;
}

/** Understudy in a process of its own, with what is asked of it while it runs. */
export class Understudy {
  readonly child: ChildProcess;
  readonly port: number;
  readonly admin: number;
  readonly file: string;
  readonly store: string;
  /** The text of its configuration. */
  readonly config: string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** The last lines of its log. */
  readonly #log: string[] = [];

  private constructor(folder: string, port: number, admin: number, targets: Targets) {
    this.port = port;
    this.admin = admin;
    this.file = join(folder, 'understudy.yaml');
    this.store = join(folder, 'understudy.db');
    const url = (target: number) => `http://127.0.0.1:${target}`;
    this.config = stringify({
      listen: `127.0.0.1:${port}`,
      admin: `127.0.0.1:${admin}`,
      primary: url(targets.primary),
      shadow: url(targets.shadow),
      control: url(targets.control),
      mirror: { methods: ['GET', 'POST'], timeout: '2s' },
      store: this.store,
      shutdown: { grace: '0s' },
    });
    writeFileSync(this.file, this.config);
    this.child = spawn(process.execPath, [resolve(ROOT, BENCH_ENTRY), 'serve', '-c', this.file], { cwd: folder });
    this.ended = once(this.child, 'exit').then(([code, signal]) => signal ?? code);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log.push(text);
        if (this.#log.length > 200) this.#log.shift();
      });
    }
    process.once('exit', () => this.child.kill('SIGKILL'));
  }

  static async start(folder: string, targets: Targets): Promise<Understudy> {
    const proxy = new Understudy(folder, await freePort(), await freePort(), targets);
    for (let tries = 0; tries < 600; tries++) {
      const response = await fetch(`http://127.0.0.1:${proxy.admin}/readyz`).catch(() => undefined);
      if (response?.ok) return proxy;
      await delay(50);
    }
    throw new Error(`it was not ready in time:\n${proxy.#log.join('')}`);
  }

  readLog(how: 'stopped' | 'flowing'): void {
    for (const stream of [this.child.stdout!, this.child.stderr!]) how === 'stopped' ? stream.pause() : stream.resume();
  }

  /** The end of its log. */
  get said(): string {
    return this.#log.slice(-20).join('');
  }

  /** Resident memory in MiB, and how many descriptors are open: its own, and those of the process that holds the store. */
  usage(): Usage {
    return usageOf(this.child.pid!);
  }

  /** Requests, and how they ended, by outcome and reason. */
  async totals(): Promise<{ readonly requests: number; readonly outcomes: ReadonlyMap<string, number> }> {
    const metrics = await (await fetch(`http://127.0.0.1:${this.admin}/metrics`)).text();
    const outcomes = new Map<string, number>();
    for (const [, labels = '', count] of metrics.matchAll(/^understudy_outcomes_total\{(.*)\} (\d+)$/gm)) {
      const name = ['outcome', 'reason'].map((label) => new RegExp(`\\b${label}="([^"]*)"`).exec(labels)?.[1] ?? '');
      const key = name.filter((part) => part !== '').join(':');
      outcomes.set(key, (outcomes.get(key) ?? 0) + Number(count));
    }
    const requests = [...metrics.matchAll(/^understudy_requests_total\{.*\} (\d+)$/gm)];
    return { requests: requests.reduce((sum, [, count]) => sum + Number(count), 0), outcomes };
  }

  /** Its exit code, or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

/** Of a process and those that it started; nothing of one that has just ended. */
function usageOf(pid: number): Usage {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = {
      memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return children
      .map((child) => usageOf(Number(child)))
      .reduce(
        (sum, { memory, descriptors }) => ({ memory: sum.memory + memory, descriptors: sum.descriptors + descriptors }),
        own,
      );
  } catch {
    return { memory: 0, descriptors: 0 };
  }
}
