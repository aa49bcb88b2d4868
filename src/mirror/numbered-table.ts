interface Entry<Item> {
  readonly number: number;
  readonly item: Item;
}

/** A power of two. Numbers are given one after another, so that few of those under way share a row. */
const ROWS = 1024;

/**
 * What is under way, by number. Not a Map, whose table is replaced every time it is filled and emptied: an old table
 * that has reached V8's old generation keeps all later ones, and what is in them, through minor collections.
 */
export class NumberedTable<Item> {
  readonly #rows: readonly Entry<Item>[][] = Array.from({ length: ROWS }, () => []);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `number`: of none that is here. */
  add(number: number, item: Item): void {
    this.#row(number).push({ number, item });
    this.#size++;
  }

  get(number: number): Item | undefined {
    for (const entry of this.#row(number)) if (entry.number === number) return entry.item;
    return undefined;
  }

  delete(number: number): void {
    const row = this.#row(number);
    const at = row.findIndex((entry) => entry.number === number);
    if (at < 0) return;
    const last = row.pop()!;
    if (at < row.length) row[at] = last;
    this.#size--;
  }

  #row(number: number): Entry<Item>[] {
    return this.#rows[number & (ROWS - 1)]!;
  }
}
