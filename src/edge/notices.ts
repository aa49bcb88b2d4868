import type { Clock } from '../lib/clock.ts';
import type { Notice, Tell } from '../model/notice.ts';

/** Milliseconds between two notices of one kind. */
const INTERVAL = 60_000;

/** The most kinds that are kept apart; all further ones count as one kind. */
const KINDS = 64;
const OTHERS = 'others';

/**
 * Reports the first event of a kind at once. After that, one notice a minute, with the number of events it stands for.
 */
export class Notices {
  readonly #tell: Tell;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { last: number; times: number }>();

  constructor(tell: Tell, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** `kind`: what distinguishes it from others, for example its reason. */
  event(kind: string, { level, message, facts }: Notice): void {
    const now = this.#clock.monotonic();
    const own = this.#kinds.has(kind) || this.#kinds.size < KINDS ? kind : OTHERS;
    const known = this.#kinds.get(own);
    if (known === undefined) {
      this.#kinds.set(own, { last: now, times: 0 });
      this.#tell({ level, message, facts });
      return;
    }
    known.times++;
    if (now - known.last < INTERVAL) return;
    this.#tell({ level, message, facts: { ...facts, times: known.times } });
    known.last = now;
    known.times = 0;
  }
}
