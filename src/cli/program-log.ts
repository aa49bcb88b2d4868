import type { Logger } from 'pino';
import { LineOutput } from '../lib/line-output.ts';
import { createLogger, type LogOptions } from '../lib/log.ts';

/** Milliseconds for writing the last lines. A reader that takes longer does not delay the process. */
const LAST_LINES = 500;

/**
 * The log on standard output. If that fails, standard error says so, lines are counted, and everything else goes on.
 */
export class ProgramLog {
  readonly logger: Logger;
  readonly #output: LineOutput;
  readonly #aside = new LineOutput(2);
  #lost = 0;

  constructor(options: LogOptions) {
    this.#output = new LineOutput(1, {
      onLost: (lines) => {
        this.#lost += lines;
      },
      onFailing: (reason) =>
        this.sayAside(`the log can't be written to standard output, and its lines are lost: ${reason}`),
      onRecovered: (lines, error) => this.logger.warn({ lines, error }, 'lines of this log were lost'),
    });
    this.logger = createLogger(options, this.#output);
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  /** Writes to standard error. */
  sayAside(message: string): void {
    this.#aside.write(`${message}\n`);
  }

  async flush(): Promise<'flushed' | 'late'> {
    const [lines] = await Promise.all([this.#output.flush(LAST_LINES), this.#aside.flush(LAST_LINES)]);
    return lines;
  }
}
