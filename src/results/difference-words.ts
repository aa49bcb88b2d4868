import { type DifferenceKind, OTHER_PLACES, type Place } from '../model/difference.ts';

const WORDS: Readonly<Record<DifferenceKind, string>> = {
  status: 'differs',
  header: 'differs',
  added: 'is in the shadow alone',
  removed: 'is missing in the shadow',
  type: 'is of another type',
  value: 'has another value',
  reordered: 'is in another order',
  moved: 'has moved',
  duplicate_key: 'is there twice',
  encoding: 'is encoded in another way',
  byte_order_mark: 'has another byte order mark',
  charset: 'names the charset on one side',
  bytes: 'differs in its bytes',
  budget: 'is too much to compare or to list',
};

/** Places that are no path. */
const NAMES: Readonly<Record<string, string>> = {
  status: 'the status',
  line: 'a line of the body',
  bytes: 'the body',
  [OTHER_PLACES.path]: 'what is left',
};

export interface PlaceWords {
  readonly what: string;
  /** Whether `what` is a path, and not words. */
  readonly isPath: boolean;
  readonly differs: string;
}

/** A place as a sentence, which a page may set in two parts. */
export function placeInWords({ path, kind }: Place): PlaceWords {
  const name = NAMES[path];
  return { what: name ?? path, isPath: name === undefined, differs: WORDS[kind] };
}

/** `200`, `200 → 500`; `–` stands for a leg that gave no response. */
export function statusesInWords(primary: number, shadow: number): string {
  return primary === shadow && primary !== 0 ? `${primary}` : `${primary || '–'} → ${shadow || '–'}`;
}

/** `$.total (value)` */
export function placeInShort({ path, kind }: Place): string {
  return `${path} (${kind})`;
}
