/** In characters. Shorter values are too common to be searched for in other texts; longer ones are not repeated. */
export const SHORTEST_RECOGNIZED = 8;
export const LONGEST_RECOGNIZED = 8192;

interface Writing {
  readonly written: string;
  readonly token: string;
}

/**
 * The spellings of one exchange's secrets, to find them in texts. They are found by their first and last characters,
 * so that a text is read once, however many secrets there are.
 */
export class Writings {
  /** By their first characters, the longest first, because a secret may be the beginning of another. */
  readonly #beginnings = new Map<string, Writing[]>();
  readonly #endings = new Map<string, Writing[]>();
  readonly #longestFirst: readonly Writing[];
  /** The pairs of characters with which any of them begins: most positions in a text need no further check. */
  readonly #firstTwo = new Uint8Array(65_536);

  /** @param tokens by the secrets that they replace. */
  constructor(tokens: Iterable<readonly [secret: string, token: string]>) {
    const all = [...tokens].flatMap(([secret, token]) => waysToWrite(secret).map((written) => ({ written, token })));
    this.#longestFirst = all.sort((one, other) => other.written.length - one.written.length);
    for (const writing of this.#longestFirst) {
      const { written } = writing;
      add(this.#beginnings, written.slice(0, SHORTEST_RECOGNIZED), writing);
      add(this.#endings, written.slice(-SHORTEST_RECOGNIZED), writing);
      this.#firstTwo[twoAt(written, 0)] = 1;
    }
  }

  /** The text with tokens in place of its secrets. */
  scrub(text: string): string {
    if (this.#longestFirst.length === 0) return text;
    const parts: string[] = [];
    let copied = 0;
    for (let at = 0; at + SHORTEST_RECOGNIZED <= text.length; at++) {
      if (this.#firstTwo[twoAt(text, at)] === 0) continue;
      const found = this.#startingAt(text, at)?.find(({ written }) => text.startsWith(written, at));
      if (found === undefined) continue;
      parts.push(text.slice(copied, at), found.token);
      copied = at + found.written.length;
      at = copied - 1;
    }
    return copied === 0 ? text : parts.join('') + text.slice(copied);
  }

  /** A piece of a text that was cut: it may hold parts of a secret beside each cut. */
  scrubPiece(piece: string, cut: { readonly start: boolean; readonly end: boolean }): string {
    if (cut.start && cut.end && piece.length >= SHORTEST_RECOGNIZED) {
      const whole = this.#around(piece);
      if (whole !== undefined) return whole.token;
    }
    const withoutEnd = cut.end ? this.#scrubEnd(piece) : piece;
    return cut.start ? this.#scrubStart(withoutEnd) : withoutEnd;
  }

  #around(piece: string): Writing | undefined {
    for (const writing of this.#longestFirst) {
      if (writing.written.length < piece.length) return undefined;
      if (writing.written.includes(piece)) return writing;
    }
    return undefined;
  }

  /** Where the piece ends with the beginning of a secret; the longest match. */
  #scrubEnd(piece: string): string {
    for (let at = Math.max(piece.length - LONGEST_RECOGNIZED, 0); at + SHORTEST_RECOGNIZED <= piece.length; at++) {
      if (this.#firstTwo[twoAt(piece, at)] === 0) continue;
      const found = this.#startingAt(piece, at)?.find(({ written }) => written.startsWith(piece.slice(at)));
      if (found !== undefined) return piece.slice(0, at) + found.token;
    }
    return piece;
  }

  #scrubStart(piece: string): string {
    for (let end = Math.min(piece.length, LONGEST_RECOGNIZED); end >= SHORTEST_RECOGNIZED; end--) {
      const endings = this.#endings.get(piece.slice(end - SHORTEST_RECOGNIZED, end));
      const found = endings?.find(({ written }) => written.endsWith(piece.slice(0, end)));
      if (found !== undefined) return found.token + piece.slice(end);
    }
    return piece;
  }

  #startingAt(text: string, at: number): readonly Writing[] | undefined {
    return this.#beginnings.get(text.slice(at, at + SHORTEST_RECOGNIZED));
  }
}

function waysToWrite(secret: string): readonly string[] {
  const ways = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  return [...new Set(ways)];
}

function add(writings: Map<string, Writing[]>, key: string, writing: Writing): void {
  const known = writings.get(key);
  if (known === undefined) writings.set(key, [writing]);
  else known.push(writing);
}

/** A number for two characters; few other pairs have the same. */
function twoAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & 0xffff;
}
