/** The signs that one pair of latencies gives. */
import type { Sign } from '../model/pair-signs.ts';

export interface LatencyMargin {
  /** A share of the other leg's time. */
  readonly margin: number;
  /** Milliseconds. */
  readonly floor: number;
}

/** Whether the shadow took clearly longer; a difference below the floor matters to nobody. */
export function isSlower(shadow: number, other: number, { margin, floor }: LatencyMargin): boolean {
  return shadow - other > floor && shadow > other * (1 + margin);
}

/** Pairs of a route that come before any counts: caches and compilers are warming up, and what is slow is being learned. */
const WARM_UP = 100;

/** From so many times the slowest response of the other leg's first hundred on, one is in the tail. */
const TAIL = 1.5;

/** Which leg, if any, was ended by the mirror's own limit: how long it would have taken nobody knows. */
export type Cut = 'shadow' | 'other' | 'neither';

export interface LatencySigns {
  readonly slower?: Sign;
  readonly tail?: Sign;
}

/** The pairs of one route on one mirror thread. Memory: three numbers. */
export class LatencyPairs {
  readonly #margin: LatencyMargin;
  #seen = 0;
  #slowest = 0;

  constructor(margin: LatencyMargin) {
    this.#margin = margin;
  }

  /** Milliseconds. A leg that was cut took longer than this: the pair has a sign where that is enough to know it. */
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
