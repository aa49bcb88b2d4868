import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { HeapLimits } from '../config/memory-limit.ts';
import type { Config } from '../config/types.ts';
import { sharedCompileCache } from './compile-cache.ts';

export const ROLES = ['edge', 'mirror', 'compare'] as const;
export type Role = (typeof ROLES)[number];

/** How one worker thread ended: it was told to, or it broke. */
export type ThreadEnd = { readonly kind: 'told' } | { readonly kind: 'died'; readonly reason: string };

/** Milliseconds to wait for a thread that was told to end. It ends at once, unless it hangs in a system call. */
export const TERMINATION = 500;

function resourceLimits({ old, young }: HeapLimits, role: Role): ResourceLimits {
  return { maxOldGenerationSizeMb: old[role] / 1024 ** 2, maxYoungGenerationSizeMb: young / 1024 ** 2 };
}

/** A worker thread with its messages typed both ways. */
export class Thread<In, Out extends { readonly type: string }> {
  /** Undefined where the system could not create a thread. */
  readonly #worker: Worker | undefined;
  #told = false;
  #reason = '';

  constructor(
    role: Role,
    name: string,
    data: { readonly config: Pick<Config, 'memory'> },
    handlers: {
      readonly onMessage: (message: Out) => void;
      readonly onEnd: (end: ThreadEnd) => void;
      readonly log: Logger;
    },
  ) {
    const onEnd = (reason: string) => handlers.onEnd(this.#told ? { kind: 'told' } : { kind: 'died', reason });
    const onError = (error: Error) => {
      this.#reason = error.message;
      handlers.log.error({ thread: name, error: error.stack ?? error.message }, 'the thread died of an error');
    };
    const { heaps } = data.config.memory;
    try {
      // The file extension differs between sources and build.
      const entry = new URL(`../threads/${role}${extname(import.meta.url)}`, import.meta.url);
      this.#worker = new Worker(entry, {
        name,
        workerData: data,
        env: sharedCompileCache(),
        ...(heaps && { resourceLimits: resourceLimits(heaps, role) }),
      });
    } catch (error) {
      // For lack of threads or memory (EAGAIN, ENOMEM). Reported like any other death: later, and once.
      onError(error as Error);
      setImmediate(() => onEnd(this.#reason));
      return;
    }
    this.#worker.on('message', handlers.onMessage);
    this.#worker.on('error', onError);
    this.#worker.on('exit', (code) => onEnd(this.#reason || `exit code ${code}`));
  }

  send(message: In): void {
    this.#worker?.postMessage(message);
  }

  /** Ends a thread that does not respond, which counts as its death. One that hangs in the system ends when that returns. */
  giveUp(reason: string): void {
    this.#reason = reason;
    void this.#worker?.terminate();
  }

  /** Ends the thread. `left`: it hangs in something that does not return, for example a name lookup. */
  async terminate(): Promise<'ended' | 'left'> {
    this.#told = true;
    if (this.#worker === undefined) return 'ended';
    const patience = new AbortController();
    const ended = this.#worker.terminate().then(() => 'ended' as const);
    const result = await Promise.race([ended, delay(TERMINATION, 'left' as const, { signal: patience.signal })]);
    patience.abort();
    return result;
  }
}
