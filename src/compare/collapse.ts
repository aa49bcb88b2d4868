import type { Difference, Place } from '../model/difference.ts';

/*
 * The places of a page are many: each kind of element in each kind of element is one. More of them than a person reads
 * are told by the elements that they are in, as far down as there are few enough: `$.html.body.table[*]…`, with how many
 * differences and places are there. A place that is alone in such an element stays as it is.
 */

/** Places that a page may have before they are told together. */
const MANY = 40;

/** The steps of a path: `$`, a name, a name in brackets, an element. */
const STEP = /^\$|\.[^.[]+|\['(?:[^'\\]|\\.)*'\]|\[\*\]|…/gs;

/** `counts`: by `placeKey`, how many differences there are, listed or not. */
export function collapsePlaces(
  differences: readonly Difference[],
  counts: ReadonlyMap<string, number>,
): readonly Difference[] {
  const places = Map.groupBy(differences, placeKey);
  if (places.size <= MANY) return differences;
  const steps = new Map(differences.map(({ path }) => [path, path.match(STEP) ?? [path]]));
  let depth = Math.max(...[...steps.values()].map(({ length }) => length));
  let groups: Map<string, (readonly Difference[])[]>;
  do {
    depth--;
    groups = Map.groupBy(places.values(), (examples) => beginning(examples[0]!, steps, depth));
  } while (groups.size > MANY && depth > 1);
  return [...groups.values()].flatMap((together) =>
    together.length === 1 ? together[0]! : [summary(together, steps, depth, counts)],
  );
}

export function placeKey({ path, kind }: Place): string {
  return `${kind} ${path}`;
}

function beginning({ path, kind }: Difference, steps: ReadonlyMap<string, readonly string[]>, depth: number): string {
  return `${kind} ${steps.get(path)!.slice(0, depth).join('')}`;
}

function summary(
  together: readonly (readonly Difference[])[],
  steps: ReadonlyMap<string, readonly string[]>,
  depth: number,
  counts: ReadonlyMap<string, number>,
): Difference {
  const { path, kind } = together[0]![0]!;
  const total = together.reduce((sum, [example]) => sum + (counts.get(placeKey(example!)) ?? 0), 0);
  const text = `${total} differences in ${together.length} places, such as ${path}`;
  return { path: `${steps.get(path)!.slice(0, depth).join('')}…`, kind, left: text, right: text };
}
