import type { Appearance } from './appearance.ts';

/** Values from which the band follows what was seen; with fewer it is wide. */
const KNOWN = 20;
/** Ids of one length from which that length is the only one. */
const FIXED_LENGTH = 4;
/** Factor by which a value may be beyond what was seen, while little was. */
const WIDE = 10;
const LENGTH_FACTOR = 2;
const DAY = 24 * 60 * 60 * 1000;

/** How large production's values of one class were, at one place. */
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

  /** Values that were seen. */
  get count(): number {
    return this.#count;
  }

  widen(size: number): void {
    this.#least = Math.min(this.#least, size);
    this.#most = Math.max(this.#most, size);
    this.#count++;
  }

  /** Whether a value of this size is about as large as those that were seen. */
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
        // Times move on: what is near to the last ones is like them, however long the first ones are ago.
        return [least - Math.max(DAY, span), most + Math.max(DAY, span)];
      case 'number':
        if (this.#count >= KNOWN) return [least - span, most + span];
        return [least < 0 ? least * WIDE : least / WIDE, most > 0 ? most * WIDE : most / WIDE];
    }
  }
}
