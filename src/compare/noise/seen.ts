import type { Difference, Place } from '../../model/difference.ts';
import { placeKey } from '../collapse.ts';
import type { Comparison, Sides } from '../comparison.ts';
import { textValue, type Value } from '../value.ts';
import { differingParts, type Parts, partsOf } from './parts.ts';

/**
 * The unit that is remembered: a place, or a part of the text at a place. With the values of one difference, as far as
 * they are known.
 */
export interface Spot extends Place {
  readonly key: string;
  readonly sides: Sides;
}

/** A difference: its place, and the parts that differ. */
export interface Seen {
  readonly difference: Difference;
  readonly spots: readonly [whole: Spot, ...parts: readonly Spot[]];
}

export function seenIn({ differences, sides }: Comparison): Seen[] {
  return differences.map((difference) => ({ difference, spots: spotsOf(difference, sides.get(difference) ?? {}) }));
}

export function spotsIn(all: readonly Seen[]): Spot[] {
  return all.flatMap(({ spots }) => spots);
}

function spotsOf(difference: Difference, sides: Sides): Seen['spots'] {
  const { path, kind } = difference;
  const key = placeKey(difference);
  const [left, right] = [partsOfValue(sides.left), partsOfValue(sides.right)];
  const parts = (differingParts(left, right) ?? []).map((name): Spot => {
    const [one, other] = [left?.get(name), right?.get(name)];
    return {
      path,
      kind,
      key: `${key}\n${name}`,
      sides: {
        ...(one !== undefined && { left: textValue(one) }),
        ...(other !== undefined && { right: textValue(other) }),
      },
    };
  });
  return [{ path, kind, key, sides }, ...parts];
}

function partsOfValue(value: Value | undefined): Parts | undefined {
  return value?.type === 'string' ? partsOf(value.text) : undefined;
}
