/**
 * Counts what code does with texts and lists, so that a test can bound its work without looking at a clock: each call of
 * a built-in method counts for itself, and for the length of what it goes through.
 */
const COUNTED: readonly (readonly [object, readonly string[]])[] = [
  [
    String.prototype,
    ['split', 'toLowerCase', 'trim', 'replace', 'replaceAll', 'search', 'slice', 'includes', 'indexOf'],
  ],
  [Array.prototype, ['includes', 'indexOf', 'filter', 'map', 'flatMap', 'some', 'every', 'find', 'join']],
  [RegExp.prototype, ['test', 'exec']],
];

export interface Work {
  calls: number;
  /** Characters and elements, at most, that the calls went through. */
  length: number;
}

export function countWork(run: () => void): Work {
  const work: Work = { calls: 0, length: 0 };
  const restores = COUNTED.flatMap(([owner, names]) => names.map((name) => count(owner, name, work)));
  try {
    run();
  } finally {
    for (const restore of restores) restore();
  }
  return work;
}

function count(owner: object, name: string, work: Work): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name)!;
  const original = own.value as (...args: unknown[]) => unknown;
  const counted = function (this: unknown, ...args: unknown[]): unknown {
    work.calls++;
    const result = Reflect.apply(original, this, args);
    work.length += lengthOf(name, this, args, result);
    return result;
  };
  Object.defineProperty(owner, name, { ...own, value: counted });
  return () => Object.defineProperty(owner, name, own);
}

function lengthOf(name: string, self: unknown, args: readonly unknown[], result: unknown): number {
  if (self instanceof RegExp) return String(args[0]).length;
  const { length } = self as { length: number };
  if (name === 'slice') return (result as string).length;
  if (name === 'indexOf') return ((result as number) < 0 ? length : (result as number)) - Number(args[1] ?? 0);
  return length;
}
