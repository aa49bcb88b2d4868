import type { Difference, Place } from '../model/difference.ts';

/*
 * A page has many places: each kind of element within each kind of element is one. Too many for a person to read are
 * grouped by the elements that contain them: `$.html.body.table[*]…`, with the numbers of differences and places. The
 * groups are as deep as their number permits. A place that is alone in its group stays as it is.
 */

/** Up to this many places of a page are reported one by one. */
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
