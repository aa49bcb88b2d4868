import { createHmac } from 'node:crypto';
import type { Redaction } from '../../model/redaction.ts';
import type { NameRule } from './names.ts';
import { LONGEST_RECOGNIZED, SHORTEST_RECOGNIZED, Writings } from './writings.ts';

/** How many secrets are searched for: the first that were seen, which are those of the request's head. */
const MOST_RECOGNIZED = 2000;
/** Characters of all of them. */
const MOST_CHARACTERS = 1024 * 1024;
/** A line of a multi-line secret, such as a key: it may be a difference by itself. */
const LINE = /[^\r\n]{24,}/g;

const TOKEN = /^~token:[0-9a-f]{12}~$/;

/** Called when a rule has hidden something; `name` if the value has a known name. */
export type CountRedaction = (rule: Redaction, name?: string) => void;

/** Why a value is hidden: for its shape, or for its name. */
export type Reason = Redaction | NameRule;

export function countReason(count: CountRedaction, reason: Reason): void {
  if (typeof reason === 'string') count(reason);
  else count(reason.rule, reason.name);
}

/**
 * The secrets of one exchange and their tokens. A token is a keyed hash, so that equal values have equal tokens, and
 * nobody without the key can find a value by trial. It is written `~token:9f86d081884c~`, in characters that are
 * allowed in headers, URLs and JSON strings.
 */
export class Secrets {
  readonly #key: Buffer;
  readonly #count: CountRedaction;
  readonly #tokens = new Map<string, string>();
  #recognizable: Writings | undefined;

  constructor(key: Buffer, count: CountRedaction) {
    this.#key = key;
    this.#count = count;
  }

  /** The token of a value that a rule hides. An empty value, or one that is a token already, stays as it is. */
  hide(value: string, reason: Reason): string {
    if (value === '' || TOKEN.test(value)) return value;
    countReason(this.#count, reason);
    return this.token(value);
  }

  /** The token of a value that is hidden because its content is unknown. */
  token(value: string): string {
    if (value === '' || TOKEN.test(value)) return value;
    const token = this.#tokens.get(value) ?? this.#newToken(value);
    if (value.includes('\n')) for (const [line] of value.matchAll(LINE)) this.recognize(line.trim());
    return token;
  }

  /** Has a value hidden wherever the exchange repeats it, although it is not replaced here. */
  recognize(value: string): void {
    if (!this.#tokens.has(value)) this.#newToken(value);
  }

  isToken(text: string): boolean {
    return TOKEN.test(text);
  }

  /** Replaces every secret known from the whole exchange, because a response may repeat what the request said. */
  scrub(text: string): string {
    return this.#writings.scrub(text);
  }

  /** A text that was cut may hold parts of a secret beside each cut. */
  scrubCut(text: string): string {
    if (!text.includes('…')) return text;
    const pieces = text.split('…');
    return pieces
      .map((piece, at) => this.#writings.scrubPiece(piece, { start: at > 0, end: at < pieces.length - 1 }))
      .join('…');
  }

  #newToken(value: string): string {
    const token = `~token:${createHmac('sha256', this.#key).update(value).digest('hex').slice(0, 12)}~`;
    this.#tokens.set(value, token);
    this.#recognizable = undefined;
    return token;
  }

  get #writings(): Writings {
    this.#recognizable ??= new Writings(this.#recognized());
    return this.#recognizable;
  }

  *#recognized(): Generator<readonly [secret: string, token: string]> {
    let secrets = 0;
    let characters = 0;
    for (const entry of this.#tokens) {
      const { length } = entry[0];
      if (length < SHORTEST_RECOGNIZED || length > LONGEST_RECOGNIZED) continue;
      characters += length;
      if (++secrets > MOST_RECOGNIZED || characters > MOST_CHARACTERS) return;
      yield entry;
    }
  }
}
