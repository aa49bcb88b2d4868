import type { Place } from '../model/difference.ts';
import type { Value } from './value.ts';

/** What differs at a place; absent where that side has nothing. */
export interface Discrepancy extends Place {
  readonly left?: Value;
  readonly right?: Value;
}
