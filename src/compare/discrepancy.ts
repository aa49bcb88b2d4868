import type { Place } from '../model/difference.ts';
import type { Value } from './value.ts';

/** A difference at a place with its values; absent where a side has none. */
export interface Discrepancy extends Place {
  readonly left?: Value;
  readonly right?: Value;
}
