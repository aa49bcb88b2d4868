/** The signs of one pair of latencies. */
import type { Sign } from '../model/pair-signs.ts';

export interface LatencyMargin {
  /** A share of the other leg's time. */
  readonly margin: number;
  /** Milliseconds. */
  readonly floor: number;
}

/** Whether the shadow took clearly longer. Differences below the floor are ignored. */
export function isSlower(shadow: number, other: number, { margin, floor }: LatencyMargin): boolean {
  return shadow - other > floor && shadow > other * (1 + margin);
}

/** Pairs of a route that are ignored at first: caches and compilers warm up, and it is learned what is slow. */
const WARM_UP = 100;

/** A response is in the tail if it takes this many times as long as the slowest of the other leg's first hundred. */
const TAIL = 1.5;

/** The leg, if any, that was ended by the mirror's own limit. How long it would have taken is unknown. */
export type Cut = 'shadow' | 'other' | 'neither';

export interface LatencySigns {
  readonly slower?: Sign;
  readonly tail?: Sign;
}

/** The pairs of one route on one mirror thread. It needs memory for three numbers. */
export class LatencyPairs {
  readonly #margin: LatencyMargin;
  #seen = 0;
  #slowest = 0;

  constructor(margin: LatencyMargin) {
    this.#margin = margin;
  }

  /** Milliseconds. A leg that was cut took longer than this. The pair has a sign if that is enough to know it. */
  signsOf(shadow: number, other: number, cut: Cut = 'neither'): LatencySigns {
    if (this.#seen < WARM_UP) {
      this.#seen++;
      this.#slowest = Math.max(this.#slowest, other);
      return {};
    }
    const slower = isSlower(shadow, other, this.#margin);
    const limit = Math.max(this.#slowest * TAIL, this.#slowest + this.#margin.floor);
    const isTail = shadow > limit !== other > limit;
    const isShiftKnown = cut === 'neither' || (cut === 'shadow' ? slower : shadow <= other);
    const isTailKnown = cut === 'neither' || (cut === 'shadow' ? shadow > limit : other > limit);
    return {
      ...(isShiftKnown && { slower: slower ? 'worse' : 'better' }),
      ...(isTail && isTailKnown && { tail: shadow > limit ? 'worse' : 'better' }),
    };
  }
}
