/*
 * Strings in quotes, as in JSON and programs. The quotes of a string in a string have so many backslashes before them
 * that they do not end the outer one.
 */

/**
 * Where the closing quote begins, with its backslashes; -1 if the line or the text ends first.
 *
 * @param slashes backslashes before each of its quotes.
 * @param start position after the opening quote.
 */
export function endOfString(text: string, quote: string, slashes: number, start: number): number {
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '\n' && quote !== '`') return -1;
    if (character === '\\') {
      let end = at;
      while (text[end] === '\\') end++;
      if (slashes > 0 && end - at === slashes && text[end] === quote) return at;
      // From outside, an odd number of backslashes escapes the next character.
      at = slashes === 0 && (end - at) % 2 === 1 ? end : end - 1;
    } else if (character === quote && slashes === 0) return at;
  }
  return -1;
}

/** How many backslashes are here. */
export function slashesAt(text: string, start: number): number {
  let end = start;
  while (text[end] === '\\') end++;
  return end - start;
}

/** The content of a string in double quotes, or of any that is escaped like one. */
export function unescaped(written: string): string {
  if (!written.includes('\\')) return written;
  try {
    return JSON.parse(`"${written.replaceAll(/\\?"/g, '\\"').replaceAll(/\p{Cc}/gu, ' ')}"`) as string;
  } catch {
    return written;
  }
}

export function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
