import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { afterThisTest } from './cleanup.ts';
import { valuesOf } from './message.ts';
import { type Origin, type OriginScript, startOrigin } from './origin.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

/** Milliseconds in which a client has to have its response, whatever else happens: more than a busy machine needs, less than any timeout of the proxy. */
const IN_TIME = 3_000;
/** Milliseconds between a response and the next request of its client. */
const PAUSE = 5;

/** What the service says, which follows from the path alone. */
export function responseTo(path: string): string {
  return JSON.stringify({ path, items: Array.from({ length: 10 }, (_, id) => ({ id, name: `${path} ${id}` })) });
}

/** The service, as primary, shadow and control run it where they are well. */
export const WELL: OriginScript = {
  request: ({ target }, reply) => reply.json(JSON.parse(responseTo(target)), { headers: { 'X-Served': target } }),
};

export function startWell(port?: number): Promise<Origin> {
  return startOrigin(WELL, port);
}

/** Clients that ask without end, each on a connection of its own, and look at every byte of what they get. */
export interface Audience {
  /** Responses so far. */
  readonly answered: number;
  /** Resolves when there are so many more, and fails at one that is wrong. */
  more(count: number): Promise<void>;
  /**
   * Ends the load. Fails unless each response was exact and came in time; `held`: in that many milliseconds more, in
   * which nobody could answer.
   * @returns the requests that were made
   */
  unharmed(held?: number): Promise<number>;
}

/** @param paths asked for in turn, each by one client at least */
export function startAudience(port: number, paths: readonly string[], clients = 4): Audience {
  const load = new Load(port, paths);
  const running = Array.from({ length: Math.max(clients, paths.length) }, (_, first) => load.run(first));
  afterThisTest(() => load.end());
  return {
    get answered() {
      return load.answered;
    },
    more: async (count) => {
      await load.reached(load.answered + count);
      expect(load.wrong).toEqual([]);
    },
    unharmed: async (held = 0) => {
      load.end();
      await Promise.all(running);
      expect(load.wrong).toEqual([]);
      expect(load.slowest).toBeLessThan(IN_TIME + held);
      return load.answered;
    },
  };
}

class Load {
  readonly #port: number;
  readonly #paths: readonly string[];
  readonly wrong: string[] = [];
  answered = 0;
  slowest = 0;
  #state: 'running' | 'ended' = 'running';
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  constructor(port: number, paths: readonly string[]) {
    this.#port = port;
    this.#paths = paths;
  }

  reached(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  end(): void {
    this.#state = 'ended';
  }

  async run(first: number): Promise<void> {
    const client = await connectRaw(this.#port);
    for (let turn = first; this.#state === 'running' && this.wrong.length === 0; turn++) {
      await this.#ask(client, this.#paths[turn % this.#paths.length]!);
      await pause(PAUSE);
    }
    client.destroy();
  }

  async #ask(client: RawClient, path: string): Promise<void> {
    const began = performance.now();
    try {
      await client.send(`GET ${path} HTTP/1.1\r\nHost: example.test\r\n\r\n`);
      const { status, fields, body } = await client.response();
      const got = `${status} ${valuesOf(fields, 'x-served').join()} ${body.toString()}`;
      if (got !== `200 ${path} ${responseTo(path)}`) this.wrong.push(`${path}: ${got.slice(0, 200)}`);
    } catch (error) {
      this.wrong.push(`${path}: ${(error as Error).message} after ${Math.round(performance.now() - began)} ms`);
    }
    this.slowest = Math.max(this.slowest, performance.now() - began);
    this.answered++;
    const hopeless = this.wrong.length > 0;
    for (const { count, resolve } of this.#waiting) if (hopeless || this.answered >= count) resolve();
  }
}
