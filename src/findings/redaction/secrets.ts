import { createHmac } from 'node:crypto';
import type { Redaction } from '../../model/redaction.ts';
import type { NameRule } from './names.ts';

/** Shorter values are too common to be looked for in other texts, and longer ones are not repeated. Characters. */
const SHORTEST_RECOGNIZED = 8;
export const LONGEST_RECOGNIZED = 8192;
/** Secrets that are looked for, the first that were seen: those of the request's head. */
const MOST_RECOGNIZED = 50;
/** In a text as short as that of a difference, all of them are: it may be a cutting without the name that tells. */
const SHORT_TEXT = 2048;
const MOST_IN_SHORT_TEXT = 2000;
/** A line of a secret that has several, as keys do: alone it may be a difference. */
const LINE = /[^\r\n]{24,}/g;

const TOKEN = /^~token:[0-9a-f]{12}~$/;

type Writings = readonly (readonly [written: string, token: string])[];

/** Takes note that a rule hid something; `name` where it is known by what name. */
export type CountRedaction = (rule: Redaction, name?: string) => void;

/** Why a value is hidden: for its shape, or for its name. */
export type Reason = Redaction | NameRule;

/**
 * The secrets of one exchange and their tokens. A token is a keyed hash, so that equal values have equal tokens and
 * nobody without the key can try values out. It is written `~token:9f86d081884c~`, of characters that may stand in a
 * header, a URL and a JSON string alike.
 */
export class Secrets {
  readonly #key: Buffer;
  readonly #count: CountRedaction;
  readonly #tokens = new Map<string, string>();
  #recognizable: Writings | undefined;
  #recognizableInShort: Writings | undefined;

  constructor(key: Buffer, count: CountRedaction) {
    this.#key = key;
    this.#count = count;
  }

  /** The token of a value that a rule hides. An empty value hides nothing and stays, as does what is a token already. */
  hide(value: string, reason: Reason): string {
    if (value === '' || TOKEN.test(value)) return value;
    if (typeof reason === 'string') this.#count(reason);
    else this.#count(reason.rule, reason.name);
    return this.token(value);
  }

  /** The token of a value that is hidden because nobody can tell what is in it. */
  token(value: string): string {
    if (value === '' || TOKEN.test(value)) return value;
    const token = this.#tokens.get(value) ?? this.#newToken(value);
    if (value.includes('\n')) for (const [line] of value.matchAll(LINE)) this.recognize(line.trim());
    return token;
  }

  /** Has a value hidden wherever the exchange repeats it, though it stands nowhere by itself. */
  recognize(value: string): void {
    if (!this.#tokens.has(value)) this.#newToken(value);
  }

  isToken(text: string): boolean {
    return TOKEN.test(text);
  }

  /** Replaces what is known as a secret from anywhere in the exchange: an answer may repeat what the request said. */
  scrub(text: string): string {
    return this.#known(text).reduce((scrubbed, [written, token]) => scrubbed.replaceAll(written, token), text);
  }

  /** A text that was cut may hold parts of a secret beside each cut. */
  scrubCut(text: string): string {
    if (!text.includes('…')) return text;
    const known = this.#known(text);
    const pieces = text.split('…');
    return pieces
      .map((piece, at) => scrubPiece(piece, { start: at > 0, end: at < pieces.length - 1 }, known))
      .join('…');
  }

  #newToken(value: string): string {
    const token = `~token:${createHmac('sha256', this.#key).update(value).digest('hex').slice(0, 12)}~`;
    this.#tokens.set(value, token);
    this.#recognizable = undefined;
    this.#recognizableInShort = undefined;
    return token;
  }

  #known(text: string): Writings {
    if (text.length > SHORT_TEXT) {
      this.#recognizable ??= this.#waysOfWriting(MOST_RECOGNIZED);
      return this.#recognizable;
    }
    this.#recognizableInShort ??= this.#waysOfWriting(MOST_IN_SHORT_TEXT);
    return this.#recognizableInShort;
  }

  /** Longest first, since a secret may be part of another. */
  #waysOfWriting(most: number): Writings {
    return [...this.#tokens]
      .filter(([{ length }]) => length >= SHORTEST_RECOGNIZED && length <= LONGEST_RECOGNIZED)
      .slice(0, most)
      .flatMap(([value, token]) =>
        [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])].map(
          (written) => [written, token] as const,
        ),
      )
      .sort(([left], [right]) => right.length - left.length);
  }
}

/** A piece of a text, and on which of its sides something was cut away. */
function scrubPiece(
  piece: string,
  cut: { readonly start: boolean; readonly end: boolean },
  known: readonly (readonly [written: string, token: string])[],
): string {
  let scrubbed = piece;
  for (const [written, token] of known) {
    if (cut.start && cut.end && piece.length >= SHORTEST_RECOGNIZED && written.includes(piece)) return token;
    const at = cut.end ? scrubbed.lastIndexOf(written.slice(0, SHORTEST_RECOGNIZED)) : -1;
    if (at >= 0 && written.startsWith(scrubbed.slice(at))) scrubbed = `${scrubbed.slice(0, at)}${token}`;
    const ending = cut.start ? scrubbed.indexOf(written.slice(-SHORTEST_RECOGNIZED)) : -1;
    const after = ending + SHORTEST_RECOGNIZED;
    if (ending >= 0 && written.endsWith(scrubbed.slice(0, after))) scrubbed = `${token}${scrubbed.slice(after)}`;
  }
  return scrubbed;
}
