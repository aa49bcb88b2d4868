import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileFailure } from '../lib/file-failure.ts';
import { EXIT } from './exit.ts';

/** Milliseconds that the last messages to standard error may take. */
const LAST_MESSAGES = 2_000;

/** Standard output and error of a command: what can't be written to them is told at its end, and ends nothing before. */
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
    // There is nobody left to tell.
    stderr.on('error', () => {});
  }

  /** Waits until a pipe has taken all that was written, which an exit would cut. Resolves to the exit code. */
  async finish(code: number): Promise<number> {
    await written(this.#stdout);
    if (this.#failure !== undefined) {
      this.#stderr.write(`the output could not be written: ${fileFailure(this.#failure)}\n`);
    }
    await Promise.race([written(this.#stderr), delay(LAST_MESSAGES)]);
    return this.#failure === undefined || code !== EXIT.good ? code : EXIT.unwritten;
  }
}

/** Resolves when a pipe has taken what it was given, and the failure of what was written at once has been heard of. */
function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) setImmediate(resolve);
    else stream.write('', () => resolve());
  });
}
