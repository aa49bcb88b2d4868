/** A power of two. */
const SLOTS = 1 << 16;
/** Slots that a user may be in. */
const WAYS = 4;
/** The mantissa of a number has room for these bits beside a hash of 32. */
const EXTRA_BITS = 20;

/**
 * Users who were told of, as a cache of a fixed size: where it is full, a user takes the place of another, who is told
 * of again. A user is known by 52 bits of two hashes. Nothing is allocated after the start.
 */
export class RememberedUsers {
  readonly #slots = new Float64Array(SLOTS);
  /** The way of a full set that is taken next. */
  #next = 0;

  /** Both hashes have 32 bits. */
  has(one: number, other: number): boolean {
    const key = keyOf(one, other);
    const set = setOf(one);
    for (let way = 0; way < WAYS; way++) if (this.#slots[set + way] === key) return true;
    return false;
  }

  add(one: number, other: number): void {
    const set = setOf(one);
    let way = 0;
    while (way < WAYS && this.#slots[set + way] !== 0) way++;
    if (way === WAYS) {
      way = this.#next;
      this.#next = (this.#next + 1) % WAYS;
    }
    this.#slots[set + way] = keyOf(one, other);
  }
}

/** Never 0, as empty slots are. */
function keyOf(one: number, other: number): number {
  return one * 2 ** EXTRA_BITS + (other >>> (32 - EXTRA_BITS)) + 1;
}

function setOf(hash: number): number {
  return (hash * WAYS) & (SLOTS - 1);
}
