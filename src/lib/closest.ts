import leven from 'leven';

/** Words of so many letters may be so many slips away. In shorter ones as much as one slip makes another word. */
const SLIPS = [
  { letters: 10, slips: 3 },
  { letters: 6, slips: 2 },
  { letters: 3, slips: 1 },
] as const;

/**
 * The word that was probably meant: another way to write it (`max_body` for `maxBody`), or one a few slips of the keys
 * away. Two letters in each other's place are one slip. Of words of up to five letters the first has to be right, since
 * `rate` and `date` are two words and not one.
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

/** Without what only tells words apart in a name. */
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

/** Whether two neighboring letters are in each other's place, and all others in their own. */
function isTransposed(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const swapped = `${one.slice(0, at)}${one[at + 1] ?? ''}${one[at] ?? ''}${one.slice(at + 2)}`;
  return at < one.length && swapped === other;
}
