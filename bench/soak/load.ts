import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { responseTo } from './target.ts';

const CONNECTIONS = 32;
/** Milliseconds between two bursts of requests. */
const BEAT = 20;

/** Clients that ask at a fixed rate, and look at every byte of each response. */
export class Load {
  readonly #pool: Pool;
  readonly #perBeat: number;
  readonly wrong: string[] = [];
  sent = 0;
  #state: 'running' | 'ended' = 'running';
  readonly #under = new Set<Promise<void>>();
  readonly #latencies: number[] = [];

  /** @param rate requests per second */
  constructor(origin: string, rate: number) {
    this.#pool = new Pool(origin, { connections: CONNECTIONS, headersTimeout: 30_000, bodyTimeout: 30_000 });
    this.#perBeat = (rate * BEAT) / 1_000;
  }

  async run(): Promise<void> {
    let due = 0;
    while (this.#state === 'running') {
      for (due += this.#perBeat; due >= 1; due--) {
        const asked = this.#ask(this.sent++).finally(() => this.#under.delete(asked));
        this.#under.add(asked);
      }
      await delay(BEAT);
    }
    await Promise.all(this.#under);
    await this.#pool.close();
  }

  end(): void {
    this.#state = 'ended';
  }

  /** Milliseconds: the median and the 99th percentile since the last time. */
  takeLatency(): { readonly p50: number; readonly p99: number } {
    const sorted = this.#latencies.splice(0).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }

  async #ask(number: number): Promise<void> {
    const path = `/items/${number % 500}`;
    const writes = number % 10 === 0;
    const body = writes ? `request ${number}` : '';
    const began = performance.now();
    try {
      const response = await this.#pool.request({ method: writes ? 'POST' : 'GET', path, body: writes ? body : null });
      const text = await response.body.text();
      if (response.statusCode !== 200 || text !== responseTo(path, Buffer.from(body))) {
        this.wrong.push(`request ${number}: ${response.statusCode} ${text.slice(0, 80)}`);
      }
    } catch (error) {
      this.wrong.push(`request ${number}: ${(error as Error).message}`);
    }
    this.#latencies.push(performance.now() - began);
  }
}
