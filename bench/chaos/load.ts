import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { responseTo } from './target.ts';

/** They take turns, so that each edge thread has some of them. */
const CLIENTS = 32;
/** Milliseconds between two bursts of requests. */
const BEAT = 20;
/** Requests under way beyond which no more are made: a proxy that is stopped must not be met by a mountain of them. */
const MOST = 600;

/** What a client saw. `status`: another one than the service gives. `cut`: no whole response. `wrong`: a whole one, but not its own. */
export type Seen =
  | { readonly kind: 'exact' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'cut'; readonly why: string }
  | { readonly kind: 'wrong'; readonly text: string };

/** One request and what came of it; times in milliseconds, monotonic. */
export interface Exchange {
  readonly number: number;
  readonly began: number;
  readonly ended: number;
  readonly seen: Seen;
}

/** Clients that ask at a fixed rate, and look at every byte of each response. */
export class Load {
  readonly #origin: string;
  #clients: readonly Client[];
  readonly #perBeat: number;
  readonly #onExchange: (exchange: Exchange) => void;
  readonly #under = new Set<Promise<void>>();
  #running: Promise<void> | undefined;
  #state: 'running' | 'ended' = 'ended';
  /** Responses that came whole, since the start. */
  answered = 0;
  sent = 0;

  /** @param rate requests per second */
  constructor(origin: string, rate: number, onExchange: (exchange: Exchange) => void) {
    this.#origin = origin;
    this.#perBeat = (rate * BEAT) / 1_000;
    this.#onExchange = onExchange;
    this.#clients = this.#newClients();
  }

  start(): void {
    this.#state = 'running';
    this.#running = this.#run();
  }

  /** Resolves when the last response has come. The load can be started again. */
  async end(): Promise<void> {
    this.#state = 'ended';
    await this.#running;
    await Promise.all(this.#under);
    await Promise.all(this.#clients.map((client) => client.close()));
    this.#clients = this.#newClients();
  }

  /**
   * Lets new connections take the place of the present ones once these have their responses. Those of an edge thread that died went
   * to the other one for good, and a thread without clients sends no copy that could close its breakers.
   */
  renewClients(): void {
    const former = this.#clients;
    this.#clients = this.#newClients();
    for (const client of former) void client.close();
  }

  #newClients(): readonly Client[] {
    const patience = { headersTimeout: 30_000, bodyTimeout: 30_000 };
    return Array.from({ length: CLIENTS }, () => new Client(this.#origin, patience));
  }

  async #run(): Promise<void> {
    let due = 0;
    while (this.#state === 'running') {
      for (due += this.#perBeat; due >= 1; due--) {
        if (this.#under.size >= MOST) continue;
        const asked = this.#ask(this.sent++).finally(() => this.#under.delete(asked));
        this.#under.add(asked);
      }
      await delay(BEAT);
    }
  }

  async #ask(number: number): Promise<void> {
    const path = `/items/${number % 500}`;
    const writes = number % 10 === 1;
    const body = writes ? `request ${number} `.repeat(1 + (number % 700)) : '';
    const began = performance.now();
    const seen = await this.#see(this.#clients[number % CLIENTS]!, path, body);
    if (seen.kind !== 'cut') this.answered++;
    this.#onExchange({ number, began, ended: performance.now(), seen });
  }

  async #see(client: Client, path: string, body: string): Promise<Seen> {
    const writes = body !== '';
    try {
      const response = await client.request({ method: writes ? 'POST' : 'GET', path, body: writes ? body : null });
      const text = await response.body.text();
      if (response.statusCode !== 200) return { kind: 'status', status: response.statusCode };
      if (text !== responseTo(path, Buffer.from(body))) return { kind: 'wrong', text: text.slice(0, 80) };
      return { kind: 'exact' };
    } catch (error) {
      return { kind: 'cut', why: (error as Error).message };
    }
  }
}
