/** The pairs that are compared: bodies of some size, and what was done to the second of them. */
export interface BenchPair {
  readonly name: string;
  readonly left: Buffer;
  readonly right: Buffer;
}

interface Item {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly active: boolean;
  readonly tags: readonly string[];
  readonly updatedAt: string;
  readonly size: { readonly width: number; readonly height: number };
}

/** A linear congruential generator (Numerical Recipes), so that every run compares the same bytes. */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function makeItems(count: number): Item[] {
  const random = randomSource(7);
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `Item ${Math.floor(random() * 1e6)}`,
    price: Math.round(random() * 1e4) / 100,
    active: random() > 0.5,
    tags: ['common', `tag${id % 17}`],
    updatedAt: new Date(1.7e12 + Math.floor(random() * 1e10)).toISOString(),
    size: { width: Math.floor(random() * 100), height: Math.floor(random() * 100) },
  }));
}

function encode(items: readonly Item[], space?: number): Buffer {
  return Buffer.from(JSON.stringify({ total: items.length, items }, null, space));
}

/** Members in reverse order: the same value in other bytes. */
function reversed({ id, name, price, active, tags, updatedAt, size }: Item): Item {
  return { size, updatedAt, tags, active, price, name, id };
}

/** Every hundredth of the scalar values that change at all is another one. */
function changeOnePercent(items: readonly Item[]): Item[] {
  let at = 0;
  const hit = () => ++at % 100 === 0;
  return items.map((item) => ({
    ...item,
    name: hit() ? `${item.name}!` : item.name,
    price: hit() ? item.price + 1 : item.price,
    active: hit() ? !item.active : item.active,
    updatedAt: hit() ? item.updatedAt.replace('Z', '1Z') : item.updatedAt,
    size: { width: hit() ? item.size.width + 100 : item.size.width, height: item.size.height },
  }));
}

function shuffled<T>(values: readonly T[]): T[] {
  const random = randomSource(11);
  const result = [...values];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

/** One item more in the middle. */
export function inserted(count: number): BenchPair {
  const items = makeItems(count);
  const more = { ...items[0]!, id: count, name: 'new' };
  return { name: 'one insertion', left: encode(items), right: encode(items.toSpliced(count >> 1, 0, more)) };
}

export function permuted(count: number): BenchPair {
  const items = makeItems(count);
  return { name: 'permuted', left: encode(items), right: encode(shuffled(items)) };
}

/** Items without a member that could serve as a key. */
export function permutedWithoutKeys(count: number): BenchPair {
  const items = makeItems(count).map(({ id, name, ...rest }) => ({ label: `${name} ${id}`, ...rest }));
  const body = (list: readonly unknown[]) => Buffer.from(JSON.stringify({ items: list }));
  return { name: 'permuted, without keys', left: body(items), right: body(shuffled(items)) };
}

/** Bytes of one item, about. */
const ITEM = 172;

export function pairsOfSize(bytes: number): readonly BenchPair[] {
  const count = Math.max(1, Math.round(bytes / ITEM));
  const items = makeItems(count);
  const left = encode(items);
  return [
    { name: 'equal bytes', left, right: Buffer.from(left) },
    { name: 'equal value', left, right: encode(items.map(reversed), 1) },
    { name: '1 % changed', left, right: encode(changeOnePercent(items)) },
    inserted(count),
    permuted(count),
  ];
}
