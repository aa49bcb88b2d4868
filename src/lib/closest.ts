import { closestMatch } from 'leven';

/** The word that was probably meant: at most two slips away, in a short word one. */
export function closest(word: string, words: readonly string[]): string | undefined {
  return closestMatch(word, words, { maxDistance: word.length > 3 ? 2 : 1 });
}
