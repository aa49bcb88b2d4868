/** Who gives the commands, as this browser remembers it. It proves nothing: the token does. */
const KEY = 'understudy.reader';

export function readerName(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    // Some browsers keep nothing for a page.
    return '';
  }
}

export function rememberReaderName(name: string): void {
  try {
    localStorage.setItem(KEY, name.trim());
  } catch {
    // It is asked for again next time.
  }
}
