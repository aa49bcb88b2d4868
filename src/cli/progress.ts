import { printable } from '../lib/printable.ts';
import type { Verdict } from '../results/verdict.ts';
import type { Io } from './io.ts';
import { cutTo } from './table.ts';

/** Milliseconds between two lines in a log. */
const LOG_INTERVAL = 60_000;
const USUAL_WIDTH = 100;

/** What a gate waits for, on stderr: on a terminal one line that is overwritten, in a log a line per minute. */
export class Progress {
  readonly #io: Pick<Io, 'stdout' | 'stderr'>;
  #logged = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(io: Pick<Io, 'stdout' | 'stderr'>) {
    this.#io = io;
  }

  show({ verdict, services }: Verdict, now: number): void {
    const { stdout, stderr } = this.#io;
    const reason = services.find((service) => service.verdict === verdict)?.reasons[0] ?? 'nothing was recorded yet';
    const line = `${verdict}: ${printable(reason)}`;
    if (stdout.isTTY === true) {
      stderr.write(`\r\u001b[K${cutTo(line, (stdout.columns ?? USUAL_WIDTH) - 1)}`);
      this.#isOpen = true;
    } else if (now - this.#logged >= LOG_INTERVAL) {
      stderr.write(`${line}\n`);
      this.#logged = now;
    }
  }

  end(): void {
    if (this.#isOpen) this.#io.stderr.write('\r\u001b[K');
  }
}
