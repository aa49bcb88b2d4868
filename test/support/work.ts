/**
 * Counts what code does with texts, lists and bytes, so that a test can bound its work without looking at a clock: each
 * call of a built-in method counts for itself, and for the length of what it goes through.
 */
const COUNTED: readonly (readonly [object, readonly string[]])[] = [
  [
    String.prototype,
    ['split', 'toLowerCase', 'trim', 'replace', 'replaceAll', 'search', 'slice', 'includes', 'indexOf'],
  ],
  [Array.prototype, ['includes', 'indexOf', 'filter', 'map', 'flatMap', 'some', 'every', 'find', 'join']],
  [RegExp.prototype, ['test', 'exec']],
  [Object.getPrototypeOf(Uint8Array.prototype) as object, ['set']],
  [Buffer.prototype, ['subarray', 'copy', 'toString']],
  [Buffer, ['concat', 'from']],
];

/** Those whose result says how much they went through. */
const BY_RESULT = new Set<unknown>([Buffer.prototype.toString, Buffer.concat, Buffer.from]);
/** Those that only look at a part. */
const VIEWS = new Set<unknown>([Buffer.prototype.subarray]);

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
    const from = this instanceof RegExp ? this.lastIndex : 0;
    const result = Reflect.apply(original, this, args);
    work.length += lengthOf(original, name, this, args, result, from);
    return result;
  };
  Object.defineProperty(owner, name, { ...own, value: counted });
  return () => Object.defineProperty(owner, name, own);
}

function lengthOf(
  method: unknown,
  name: string,
  self: unknown,
  args: readonly unknown[],
  result: unknown,
  from: number,
): number {
  if (VIEWS.has(method)) return 0;
  if (BY_RESULT.has(method)) return (result as { length: number }).length;
  if (self instanceof RegExp) return lookedAt(self, from, String(args[0]).length, result);
  if (name === 'set') return (args[0] as { length: number }).length;
  if (name === 'copy') return result as number;
  const { length } = self as { length: number };
  if (name === 'slice') return (result as string).length;
  if (name === 'indexOf') return ((result as number) < 0 ? length : (result as number)) - Number(args[1] ?? 0);
  return length;
}

/** A sticky expression looks at one place, a global one goes on from where it was; either as far as to what it finds. */
function lookedAt(expression: RegExp, from: number, length: number, result: unknown): number {
  const { sticky, global, lastIndex } = expression;
  if (!sticky && !global) return length;
  const isFound = result !== null && result !== false;
  return isFound ? lastIndex - from : sticky ? 0 : length - from;
}
