import type { Appearance } from './appearance.ts';

/** From this many values on, the band follows what was seen; with fewer it is wide. */
const KNOWN = 20;
/** After this many ids of one length, only that length is accepted. */
const FIXED_LENGTH = 4;
/** The factor by which a value may exceed what was seen, while few values were seen. */
const WIDE = 10;
const LENGTH_FACTOR = 2;
const DAY = 24 * 60 * 60 * 1000;

/** The range of sizes of production's values of one class at one place. */
export class Band {
  readonly #measure: Appearance['measure'];
  readonly #identifies: boolean;
  #least: number;
  #most: number;
  #count = 0;

  constructor({ measure, size, identifies }: Appearance) {
    this.#measure = measure;
    this.#identifies = identifies;
    this.#least = size;
    this.#most = size;
  }

  /** The number of values seen. */
  get count(): number {
    return this.#count;
  }

  widen(size: number): void {
    this.#least = Math.min(this.#least, size);
    this.#most = Math.max(this.#most, size);
    this.#count++;
  }

  /** Whether this size is similar to the sizes seen. */
  holds(size: number): boolean {
    const [least, most] = this.#limits();
    return size >= least && size <= most;
  }

  #limits(): readonly [number, number] {
    const [least, most] = [this.#least, this.#most];
    const span = most - least;
    switch (this.#measure) {
      case 'none':
        return [-Infinity, Infinity];
      case 'length':
        if (this.#identifies && span === 0 && this.#count >= FIXED_LENGTH) return [least, most];
        return [Math.floor(least / LENGTH_FACTOR), Math.ceil(most * LENGTH_FACTOR)];
      case 'time':
        // Times move on: a time near the latest ones is like them, however old the first ones are.
        return [least - Math.max(DAY, span), most + Math.max(DAY, span)];
      case 'number':
        if (this.#count >= KNOWN) return [least - span, most + span];
        return [least < 0 ? least * WIDE : least / WIDE, most > 0 ? most * WIDE : most / WIDE];
    }
  }
}
