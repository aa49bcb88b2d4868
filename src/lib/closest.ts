import leven from 'leven';

/**
 * How many typing slips are allowed for a word of at least this length. In shorter words one slip already makes another
 * word.
 */
const SLIPS = [
  { letters: 10, slips: 3 },
  { letters: 6, slips: 2 },
  { letters: 3, slips: 1 },
] as const;

/**
 * The word that was probably meant: the same word written another way (`max_body` for `maxBody`), or one a few typing
 * slips away. Two swapped letters are one slip. In words of up to five letters the first letter must be right, since
 * `rate` and `date` are different words.
 */
export function closest(word: string, words: readonly string[]): string | undefined {
  const written = folded(word);
  let best: { readonly word: string; readonly slips: number } | undefined;
  for (const candidate of words) {
    const other = folded(candidate);
    const slips = slipsBetween(written, other);
    if (slips <= allowedBetween(written, other) && slips < (best?.slips ?? Infinity)) best = { word: candidate, slips };
  }
  return best?.word;
}

/** Without case and separators. */
function folded(word: string): string {
  return word.toLowerCase().replaceAll(/[-_. ]/g, '');
}

function allowedBetween(one: string, other: string): number {
  const letters = Math.min(one.length, other.length);
  const allowed = SLIPS.find((each) => letters >= each.letters)?.slips ?? 0;
  return allowed === 1 && one[0] !== other[0] && !isTransposed(one, other) ? 0 : allowed;
}

function slipsBetween(one: string, other: string): number {
  return isTransposed(one, other) ? 1 : leven(one, other);
}

/** Whether the words differ only in two neighboring letters that are swapped. */
function isTransposed(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const swapped = `${one.slice(0, at)}${one[at + 1] ?? ''}${one[at] ?? ''}${one.slice(at + 2)}`;
  return at < one.length && swapped === other;
}
