interface Entry<Item> {
  readonly number: number;
  readonly item: Item;
}

/** A power of two. Numbers are consecutive, so few of the items share a row. */
const ROWS = 1024;

/**
 * Items under way, by number. Not a Map: a Map that is filled and emptied replaces its table. Once an old table is in
 * V8's old generation, it keeps all later tables and their contents alive through minor collections.
 */
export class NumberedTable<Item> {
  readonly #rows: readonly Entry<Item>[][] = Array.from({ length: ROWS }, () => []);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `number`: must not be in the table. */
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
