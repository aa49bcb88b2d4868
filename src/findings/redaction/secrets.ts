import { createHmac } from 'node:crypto';

/** Shorter values are too common to be looked for in other texts, and longer ones are not repeated. Characters. */
const SHORTEST_RECOGNIZED = 8;
export const LONGEST_RECOGNIZED = 8192;
/** Secrets that are looked for, the first that were seen: those of the request's head. */
const MOST_RECOGNIZED = 50;

const TOKEN = /^~token:[0-9a-f]{12}~$/;

/**
 * The secrets of one exchange and their tokens. A token is a keyed hash, so that equal values have equal tokens and
 * nobody without the key can try values out. It is written `~token:9f86d081884c~`, of characters that may stand in a
 * header, a URL and a JSON string alike.
 */
export class Secrets {
  readonly #key: Buffer;
  readonly #tokens = new Map<string, string>();
  #recognizable: readonly (readonly [written: string, token: string])[] | undefined;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The token of a value. An empty value hides nothing and stays, as does what is a token already. */
  token(value: string): string {
    if (value === '' || TOKEN.test(value)) return value;
    let token = this.#tokens.get(value);
    if (token === undefined) {
      token = `~token:${createHmac('sha256', this.#key).update(value).digest('hex').slice(0, 12)}~`;
      this.#tokens.set(value, token);
      this.#recognizable = undefined;
    }
    return token;
  }

  /** Replaces what is known as a secret from anywhere in the exchange: an answer may repeat what the request said. */
  scrub(text: string): string {
    this.#recognizable ??= this.#waysOfWriting();
    return this.#recognizable.reduce((scrubbed, [written, token]) => scrubbed.replaceAll(written, token), text);
  }

  /** Longest first, since a secret may be part of another. */
  #waysOfWriting(): readonly (readonly [string, string])[] {
    return [...this.#tokens]
      .filter(([{ length }]) => length >= SHORTEST_RECOGNIZED && length <= LONGEST_RECOGNIZED)
      .slice(0, MOST_RECOGNIZED)
      .flatMap(([value, token]) =>
        [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])].map(
          (written) => [written, token] as const,
        ),
      )
      .sort(([left], [right]) => right.length - left.length);
  }
}
