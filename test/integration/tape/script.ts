/**
 * What the two threads of the torture test agree on beforehand: from an exchange's number and a frame's index follow
 * the frame's length and every byte of it.
 */
export const KIND = { open: 1, data: 2, end: 3, abandon: 4, farewell: 5 } as const;

export interface Memories {
  readonly memory: SharedArrayBuffer;
  readonly seed: number;
  readonly exchanges: number;
}

/** What each side counted; the two must agree. */
export interface Counts {
  opened: number;
  ended: number;
  abandoned: number;
  data: number;
}

/** xorshift32 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
    for (let round = 0; round < 4; round++) this.next();
  }

  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }

  below(bound: number): number {
    return this.next() % bound;
  }
}

export function frameRandom(exchange: number, index: number): Random {
  return new Random(exchange * 1009 + index);
}

/** Mostly short, sometimes as long as can be. The generator goes on to the frame's bytes. */
export function frameLength(random: Random, largest: number): number {
  return random.below(4) === 0 ? random.below(largest + 1) : random.below(48);
}
