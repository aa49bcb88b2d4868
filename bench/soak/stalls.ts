import { cpuWaits } from '../chaos/cpu-waits.ts';
import type { Understudy } from '../chaos/understudy.ts';

/** Milliseconds. */
const BEAT = 250;
/** Readings in which the cause of a stall is looked for: the gauge tells of a new one a second after it at most. */
const SPAN = 10;

/**
 * Looks at how long the event loops of the edge threads stood still, by their own gauge, and takes off what these threads
 * waited for a CPU meanwhile (schedstat in /proc): that is the machine's doing.
 */
export class StallWatch {
  readonly #proxy: Understudy;
  readonly #excused: () => boolean;
  /** Milliseconds that each edge thread has waited for a CPU, one reading after the other. */
  readonly #waits = new Map<string, number[]>();
  /** What the gauge of each edge thread showed last: it keeps a stall for a minute, and only rises with a new one. */
  readonly #shown = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  /** Milliseconds: the longest stall, and the longest wait for a CPU within two seconds. */
  #longest = { stall: 0, wait: 0 };

  /** @param excused whether a fault holds the threads up */
  constructor(proxy: Understudy, excused: () => boolean) {
    this.#proxy = proxy;
    this.#excused = excused;
    this.#timer = setInterval(() => void this.#look().catch(() => {}), BEAT);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  take(): { readonly stall: number; readonly wait: number } {
    const longest = this.#longest;
    this.#longest = { stall: 0, wait: 0 };
    return longest;
  }

  async #look(): Promise<void> {
    const now = await this.#proxy.metrics();
    for (const [thread, waited] of cpuWaits(this.#proxy.child.pid!)) {
      const waits = [...(this.#waits.get(thread) ?? []), waited].slice(-SPAN);
      this.#waits.set(thread, waits);
      const lag = now.sum('understudy_event_loop_lag_seconds', { thread }) * 1_000;
      const isNew = lag > (this.#shown.get(thread) ?? 0);
      this.#shown.set(thread, lag);
      if (this.#excused() || waits.length < SPAN) continue;
      const wait = waited - waits[0]!;
      const stall = isNew ? lag - wait : 0;
      this.#longest = { stall: Math.max(this.#longest.stall, stall), wait: Math.max(this.#longest.wait, wait) };
    }
  }
}
