import { type ChildProcess, execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import type { Logger } from 'pino';
import type { Doubtful } from '../record/sqlite/store.ts';

/**
 * Reads all pages of a store after a crash, while the proxy serves. It takes seconds, so it runs in a process of its
 * own with the lowest priority.
 */
export class StoreCheck {
  readonly #path: string;
  readonly #log: Logger;
  #process: ChildProcess | undefined;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Does nothing while a check is under way. */
  start(store: Doubtful): void {
    if (this.#process !== undefined) return;
    this.#log.info({ store: this.#path }, 'the store is checked in the background, since it was not closed in order');
    const entry = new URL(`../record/sqlite/page-check${extname(import.meta.url)}`, import.meta.url).pathname;
    const child = execFile(process.execPath, [entry, this.#path], (error, verdict) => {
      if (this.#process !== child) return;
      this.#process = undefined;
      void this.#conclude(store, error, verdict);
    });
    this.#process = child;
    child.unref();
    lowerPriority(child);
  }

  stop(): void {
    const child = this.#process;
    this.#process = undefined;
    child?.kill('SIGKILL');
  }

  async #conclude(store: Doubtful, error: Error | null, verdict: string): Promise<void> {
    try {
      if (error !== null) throw error;
      if (verdict === 'ok') await store.sound();
      else await store.condemn(verdict);
      if (verdict === 'ok') this.#log.info({ store: this.#path }, 'the store was checked: all of it is good');
    } catch (failure) {
      this.#log.warn(
        { store: this.#path, error: String(failure) },
        'the store could not be checked; the next start tries again',
      );
    }
  }
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Then it runs with the usual priority.
  }
}
