/** What the comparison found in an exchange, place by place. */
import { type Difference, sideInWords } from '../../model/difference.ts';
import type { RecordedExchange } from '../../model/finding.ts';
import { cutAround, cutEnd, type Segment, said, seen } from './cut.ts';
import { meaningOf } from './json-text.ts';
import type { Mark } from './marks.ts';
import { changeInWords } from './value-change.ts';

export interface ListedDifference {
  readonly path: string;
  readonly mark: Mark;
  /** What primary and shadow have there. */
  readonly sides: readonly [primary: readonly Segment[], shadow: readonly Segment[]];
  /** What the change means: `+1.2 s`. */
  readonly change?: string;
}

/** What counts, then noise, then what rules accept. */
export function listedDifferences(exchange: RecordedExchange): readonly ListedDifference[] {
  const { differences, noise = [], accepted, ending } = exchange;
  const counted = ending === 'noise' ? 'noise' : 'difference';
  return [
    ...differences.map((each) => listed(each, { as: counted, kind: each.kind })),
    ...noise.map((each) => listed(each, { as: 'noise', kind: each.kind })),
    ...accepted.map((each) => listed(each, { as: 'accepted', kind: each.kind, rule: each.rule })),
  ];
}

function listed(difference: Difference, mark: Mark): ListedDifference {
  const { path, kind, left, right } = difference;
  if (left === undefined || right === undefined)
    return { path, mark, sides: [alone(difference, left), alone(difference, right)] };
  const [primary, shadow] = cutAround(left, right);
  // A status is a name, though it looks like a number.
  const change = kind === 'status' ? undefined : changeInWords(meaningOf(left), meaningOf(right));
  return { path, mark, sides: [seen(primary), seen(shadow)], ...(change !== undefined && { change }) };
}

/** The other side has nothing, or there are no values to this kind. */
function alone({ kind, left, right }: Difference, side: string | undefined): readonly Segment[] {
  if (side !== undefined) return seen(cutEnd(side));
  const hasValues = kind !== 'budget' && (left ?? right) !== undefined;
  return said(hasValues ? sideInWords(undefined) : '–');
}
