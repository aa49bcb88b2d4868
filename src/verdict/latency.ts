/** The signs that one pair of latencies gives. */
import type { Sign } from './signs.ts';

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

/** The pairs of one route on one mirror thread. Memory: three numbers. */
export class LatencyPairs {
  readonly #margin: LatencyMargin;
  #seen = 0;
  #slowest = 0;

  constructor(margin: LatencyMargin) {
    this.#margin = margin;
  }

  /** `tail` is absent where both responses are in the tail, or neither; all of it during the warm-up. */
  signOf(shadow: number, other: number): { readonly shift: Sign; readonly tail?: Sign } | undefined {
    if (this.#seen < WARM_UP) {
      this.#seen++;
      this.#slowest = Math.max(this.#slowest, other);
      return undefined;
    }
    const shift = isSlower(shadow, other, this.#margin) ? 'worse' : 'better';
    const limit = Math.max(this.#slowest * TAIL, this.#slowest + this.#margin.floor);
    if (shadow > limit === other > limit) return { shift };
    return { shift, tail: shadow > limit ? 'worse' : 'better' };
  }
}
