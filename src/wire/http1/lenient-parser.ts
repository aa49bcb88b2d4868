/**
 * Parses responses of a target that may deviate from the grammar in configured ways.
 *
 * The parser itself stays strict. A line of a head that deviates in an allowed way is put into its canonical form
 * before the parser sees it. Every other line is passed unchanged, and the parser refuses it if it is wrong. Lines end
 * with LF alone, so that the parser also sees a bare LF.
 */
import type { Leniency } from '../../config/target-types.ts';
import type { HeadLimits } from '../message.ts';
import type { MessageHandler, ParsedResponse } from './message.ts';
import { ResponseParser } from './parser.ts';

const LF = 0x0a;
/** RFC 9112, section 5.1: a proxy removes this white space from a response. */
const SPACED_NAME = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]+:/;
/** RFC 9110, section 8.6: a list whose members are all the same. */
const LENGTHS = /^content-length:[ \t]*(\d+)[ \t]*(?:,[ \t]*\1[ \t]*)*\r\n$/i;
const LENGTH_NAME = 'content-length:'.length;

/** A parser for the responses of a target. `allowed`: empty for the strict parser. */
export function responseParser(
  handler: MessageHandler<ParsedResponse>,
  limits: HeadLimits,
  allowed: readonly Leniency[],
): ResponseParser {
  return allowed.length === 0
    ? new ResponseParser(handler, limits)
    : new LenientResponseParser(handler, limits, allowed);
}

class LenientResponseParser extends ResponseParser {
  readonly #allowed: ReadonlySet<Leniency>;
  readonly #mostBytes: number;
  #state: 'start_line' | 'fields' | 'body' = 'start_line';
  /** The beginning of a field line from earlier reads. */
  #line = '';
  /** Bytes of the head so far, as received. The parser can't count the bytes that are removed before it. */
  #headBytes = 0;
  #length: string | undefined;

  constructor(handler: MessageHandler<ParsedResponse>, limits: HeadLimits, allowed: readonly Leniency[]) {
    super(handler, limits);
    this.#allowed = new Set(allowed);
    this.#mostBytes = 2 * limits.headerBytes;
    if (this.#allowed.has('chunk_padding')) this.allowChunkPadding();
  }

  override push(input: Buffer): number {
    return this.#state === 'body' ? this.#pass(input) : this.#pushHead(input);
  }

  /** Takes the input up to the end of the head. */
  #pushHead(input: Buffer): number {
    let text = '';
    let at = 0;
    while (at < input.length && this.#state !== 'body') {
      const feed = input.indexOf(LF, at);
      const end = feed < 0 ? input.length : feed + 1;
      text += this.#take(input.toString('latin1', at, end), feed < 0 ? 'part' : 'end');
      at = end;
    }
    this.#headBytes += at;
    if (this.#headBytes > this.#mostBytes)
      return this.refuse({ kind: 'head_too_large', reason: `the head has more than ${this.#mostBytes} bytes` });
    return text !== '' && this.#pass(Buffer.from(text, 'latin1')) < 0 ? -1 : at;
  }

  /** Takes the next part of a line, or its end. Returns the text for the parser. */
  #take(part: string, which: 'part' | 'end'): string {
    if (this.#state === 'start_line') {
      if (which === 'end') this.#state = 'fields';
      return part;
    }
    this.#line += part;
    if (which === 'part') return '';
    const line = this.#line;
    this.#line = '';
    if (line === '\r\n') this.#state = 'body';
    return this.#canonical(line);
  }

  #canonical(line: string): string {
    const named = this.#allowed.has('colon_space') ? line.replace(SPACED_NAME, '$1:') : line;
    return this.#allowed.has('duplicate_length') ? this.#withOneLength(named) : named;
  }

  #withOneLength(line: string): string {
    const length = LENGTHS.exec(line)?.[1];
    if (length === undefined) return line;
    if (this.#length !== undefined) return length === this.#length ? '' : line;
    this.#length = length;
    return line.includes(',') ? `${line.slice(0, LENGTH_NAME)} ${length}\r\n` : line;
  }

  #pass(input: Buffer): number {
    const taken = super.push(input);
    if (this.#state === 'body' && this.idle) this.#begin();
    return taken;
  }

  #begin(): void {
    this.#state = 'start_line';
    this.#headBytes = 0;
    this.#length = undefined;
  }
}
