import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileFailure } from '../lib/file-failure.ts';
import { EXIT } from './exit.ts';

/** Milliseconds that the last messages to standard error may take. */
const LAST_MESSAGES = 2_000;

/**
 * Standard output and error of a command. A failed write is reported when the command ends, and ends nothing earlier.
 */
export class StandardOutput {
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  #failure: Error | undefined;

  constructor(stdout: Writable, stderr: Writable) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    stdout.on('error', (error) => {
      this.#failure ??= error;
    });
    // Nobody is left who could be told.
    stderr.on('error', () => {});
  }

  /** Waits until a pipe has taken everything, because an exit would cut it. Resolves to the exit code. */
  async finish(code: number): Promise<number> {
    await written(this.#stdout);
    if (this.#failure !== undefined) {
      this.#stderr.write(`the output could not be written: ${fileFailure(this.#failure)}\n`);
    }
    await Promise.race([written(this.#stderr), delay(LAST_MESSAGES)]);
    return this.#failure === undefined || code !== EXIT.good ? code : EXIT.unwritten;
  }
}

/** Resolves when a pipe has taken its data, and failures of immediate writes are known. */
function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) setImmediate(resolve);
    else stream.write('', () => resolve());
  });
}
