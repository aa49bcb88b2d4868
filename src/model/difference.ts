/** The kinds of difference. Left is the primary, right the shadow: `added` is in the shadow alone. */
export const DIFFERENCE_KINDS = [
  'status',
  'header',
  'added',
  'removed',
  'type',
  'value',
  'reordered',
  'moved',
  'duplicate_key',
  'encoding',
  'byte_order_mark',
  'charset',
  'bytes',
  'budget',
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/**
 * One place where two responses differ. `path` is `status`, `header.<lower-case name>`, `trailer.<name>`, or a place in
 * the body: a path without indices (`$.items[*].price`), `line`, or `bytes`. `left` and `right` are short texts for a
 * person (JSON text, cut), absent where that side has nothing; they may be exact or shortened, and are never compared
 * again.
 */
export interface Difference {
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly left?: string;
  readonly right?: string;
}

/** A side of a difference for a person: also where it has nothing, or nothing to see. */
export function sideInWords(side: string | undefined): string {
  return side === undefined ? '(nothing)' : side === '' ? '(empty)' : side;
}

/** A place without its values: what a signature is made of, and what evidence is counted by. */
export interface Place {
  readonly path: string;
  readonly kind: DifferenceKind;
}

/** Stands for all places beyond a limit. */
export const OTHER_PLACES: Place = { path: '…', kind: 'budget' };
