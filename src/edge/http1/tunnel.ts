/** After a 101 the proxy passes bytes on without interpreting them. RFC 9110, section 7.8. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import { type Deadline, type Deadlines, NEVER } from '../../wire/deadlines.ts';
import type { TunnelEnd } from '../../wire/target-stream.ts';

export interface TunnelOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Milliseconds without a byte in either direction. */
  readonly idleTimeout: number;
}

/** Carries bytes both ways until both ends have ended, one breaks, or nothing moves for too long. */
export class Tunnel implements Deadline {
  deadline = NEVER;
  readonly #client: Duplex;
  readonly #target: Duplex;
  readonly #options: TunnelOptions;
  #open = 2;

  constructor(client: TunnelEnd, target: TunnelEnd, options: TunnelOptions) {
    this.#client = client.stream;
    this.#target = target.stream;
    this.#options = options;
    this.#carry(client, target.stream);
    this.#carry(target, client.stream);
    options.deadlines.add(this);
    this.#touch();
  }

  onDeadline(): void {
    this.#client.destroy();
    this.#target.destroy();
  }

  #carry({ stream: from, ahead }: TunnelEnd, to: Duplex): void {
    // An end that has finished sending may still receive.
    from.allowHalfOpen = true;
    from.on('data', (chunk: Buffer) => {
      this.#touch();
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      this.#touch();
      from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => this.#onClose(to));
    if (ahead !== undefined && ahead.length > 0) to.write(ahead);
    // It may have ended before the tunnel was set up.
    if (from.readableEnded) to.end();
    else from.resume();
  }

  #onClose(other: Duplex): void {
    this.#open--;
    if (this.#open === 0) this.#options.deadlines.delete(this);
    else if (!other.writableEnded) other.end();
  }

  #touch(): void {
    this.deadline = this.#options.clock.monotonic() + this.#options.idleTimeout;
  }
}
