/**
 * Takes the framing off a stream of HTTP/1.1 messages.
 *
 * llhttp reports positions; this class turns them into a head, chunks of body and an end. A head that spans several
 * reads is kept, so that its positions stay valid. Nothing is scanned twice: the cost depends on its length, not on the
 * number of reads. One call of `push` handles at most one message: the rest stays with the caller, who decides when the
 * next one is due.
 */
import type { Fields } from '../../model/exchange.ts';
import type { HeadLimits } from '../message.ts';
import { BodySpans } from './body-spans.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import * as llhttp from './llhttp.ts';
import type { MessageError, MessageHandler } from './message.ts';

const NO_FIELDS: Fields = [];
const NOTHING = Buffer.alloc(0);

/** Bytes of CR LF CR that may have arrived, and belong to no field. */
const END_OF_HEAD = 3;

/**
 * How many bytes the framing of a body may have beyond its allowance: in effect, chunk extensions (RFC 9112, section
 * 7.1.1). Each chunk adds a fixed allowance, and each byte in it adds one more.
 */
const FRAMING_EXCESS = 16 * 1024;
const FRAMING_PER_CHUNK = 16;

/**
 * A new message is given to llhttp in windows, each twice as long as the previous one. Input is copied, and in a read
 * with many small messages each message would otherwise cost a copy of all the following ones.
 */
const FIRST_WINDOW = 4 * 1024;

export abstract class MessageParser<Head> implements llhttp.Spans {
  readonly #pointer: number;
  readonly #handler: MessageHandler<Head>;
  readonly #limits: HeadLimits;

  /** Bytes of an unfinished head from earlier reads. */
  #kept: GrowingBuffer | undefined;
  /** The bytes that positions of the current run refer to: the kept ones, then the current read. */
  #source: Buffer = NOTHING;
  /** Start and end of every name and value in turn; a part that spans two runs is extended. */
  #spans: number[] = [];
  #parts = 0;
  #startFrom = 0;
  #startTo = 0;

  #state: 'idle' | 'head' | 'body' = 'idle';
  #head: Head | undefined;
  /** The head or the trailer section must not be handed on: `#error` says why. */
  #refused = false;
  readonly #body = new BodySpans();
  /** Where the body begins in the source. */
  #bodyFrom = 0;
  #excess = 0;
  #trailers: string[] | undefined;
  #trailerBytes = 0;
  #ended = false;
  #error: MessageError | undefined;

  constructor(type: llhttp.MessageType, handler: MessageHandler<Head>, limits: HeadLimits) {
    this.#pointer = llhttp.allocate(type);
    this.#handler = handler;
    this.#limits = limits;
  }

  protected abstract makeHead(startText: string, fields: Fields, keepAlive: boolean, pointer: number): Head;
  /**
   * Finds what llhttp accepts and this proxy refuses. `start`: the offsets in `source` around the target, or the reason
   * phrase.
   */
  protected abstract flaw(
    head: Head,
    pointer: number,
    source: Buffer,
    startFrom: number,
    startTo: number,
  ): MessageError | undefined;
  /** Translates an error of llhttp. `read`: the message so far, where that is still its head. */
  protected abstract misread(failure: llhttp.Failure, read: Buffer): MessageError;
  /** Whether a message may begin with this byte. */
  protected abstract beginsWith(byte: number): boolean;
  protected abstract leavesOutBody(head: Head): boolean;

  /** Why `push` or `finish` failed. */
  get error(): MessageError {
    return this.#error!;
  }

  /** True between messages. */
  get idle(): boolean {
    return this.#state === 'idle';
  }

  /**
   * Reads at most one message. Returns how many bytes were taken, or -1 after an error; then only `free` may be called.
   */
  push(input: Buffer): number {
    if (this.#state === 'idle') {
      if (!this.beginsWith(input[0]!)) return this.refuse({ kind: 'malformed', reason: 'this is not HTTP' });
      this.#begin();
    }
    const kept = this.#kept;
    const before = kept === undefined ? 0 : kept.length;
    kept?.append(input);
    this.#source = kept === undefined ? input : kept.bytes;
    const hadHead = this.#state === 'body';
    this.#bodyFrom = before;
    const taken = this.#run(input, before);
    if (this.#refused) return -1;
    if (this.#state === 'head' && taken >= 0 && !this.#keep(input)) return -1;
    if (this.#state !== 'head') this.#kept = undefined;
    if (this.#state === 'body' && !this.#ended && !this.#weighFraming(before + taken)) return -1;
    this.#dispatch(input, before, hadHead);
    if (taken < 0) this.#error ??= this.misread(llhttp.lastFailure(), this.#source);
    this.#source = NOTHING;
    return taken;
  }

  /** Ends the input. False when a message is left incomplete. A body that the end of the connection delimits ends here. */
  finish(): boolean {
    if (this.#state === 'idle') return true;
    if (!llhttp.finish(this.#pointer, this)) {
      this.#error = { kind: 'malformed', reason: llhttp.lastFailure().reason };
      return false;
    }
    if (!this.#ended) {
      this.#error = { kind: 'malformed', reason: 'the connection was closed before the message was complete' };
      return false;
    }
    this.#dispatch(NOTHING, 0, true);
    return true;
  }

  free(): void {
    llhttp.release(this.#pointer);
  }

  protected allowChunkPadding(): void {
    llhttp.allowChunkPadding(this.#pointer);
  }

  /** Notes the error of an unreadable message. Returns what `push` returns for it. */
  protected refuse(error: MessageError): -1 {
    this.#error = error;
    return -1;
  }

  onTarget(at: number, length: number): void {
    this.#startPart(at, length);
  }

  onReason(at: number, length: number): void {
    this.#startPart(at, length);
  }

  onName(at: number, length: number): void {
    this.#part(at, length, 0);
  }

  onValue(at: number, length: number): void {
    this.#part(at, length, 1);
  }

  onHeadEnd(keepAlive: boolean): boolean {
    this.#state = 'body';
    const count = this.#parts >> 1;
    if (count > this.#limits.headerCount) {
      this.#refused = true;
      this.#error = {
        kind: 'head_too_large',
        reason: `${count} header fields; at most ${this.#limits.headerCount} are taken`,
      };
      return true;
    }
    const end = this.#parts === 0 ? this.#startTo : this.#spans[this.#parts * 2 - 1]!;
    if (this.#exceeds(this.#startTo - this.#startFrom, end - this.#startTo)) {
      this.#refused = true;
      return true;
    }
    this.#bodyFrom = end;
    const text = this.#source.toString('latin1', this.#startFrom, Math.max(end, this.#startTo));
    const base = this.#startFrom;
    const fields: string[] = [];
    for (let part = 0; part < this.#parts; part++) {
      const from = this.#spans[part * 2]! - base;
      const to = this.#spans[part * 2 + 1]! - base;
      fields.push((part & 1) === 0 ? text.slice(from, to) : trimEnd(text, from, to));
    }
    this.#parts = 0;
    const head = this.makeHead(text.slice(0, this.#startTo - base), fields, keepAlive, this.#pointer);
    const flaw = this.flaw(head, this.#pointer, this.#source, this.#startFrom, this.#startTo);
    if (flaw !== undefined) {
      this.#error = flaw;
      this.#refused = true;
      return true;
    }
    this.#head = head;
    return this.leavesOutBody(head);
  }

  onBody(at: number, length: number): void {
    this.#body.add(at, at + length);
  }

  onMessageEnd(): void {
    this.#ended = true;
  }

  #begin(): void {
    llhttp.reset(this.#pointer);
    this.#state = 'head';
    this.#parts = 0;
    this.#startFrom = 0;
    this.#startTo = 0;
    this.#ended = false;
    this.#excess = 0;
    this.#trailers = undefined;
    this.#trailerBytes = 0;
  }

  /**
   * Runs llhttp over the input, up to the end of a message. Returns how many bytes were taken, or -1 after an error.
   */
  #run(input: Buffer, before: number): number {
    let taken = 0;
    let window = this.#state === 'body' ? input.length : FIRST_WINDOW;
    while (taken < input.length && !this.#ended && !this.#refused) {
      const to = Math.min(taken + window, input.length);
      const consumed = llhttp.execute(this.#pointer, this, before + taken, input, taken, to);
      if (consumed < 0) return -1;
      taken += consumed;
      window *= 2;
    }
    return taken;
  }

  #startPart(at: number, length: number): void {
    if (this.#startTo === 0) this.#startFrom = at;
    this.#startTo = at + length;
  }

  /** Notes a name (side 0) or value (side 1), or the continuation of one. */
  #part(at: number, length: number, side: 0 | 1): void {
    if (this.#state === 'body') {
      this.#trailerPart(at, length, side);
      return;
    }
    const spans = this.#spans;
    if ((this.#parts & 1) === side) {
      spans[this.#parts * 2] = at;
      spans[this.#parts * 2 + 1] = at + length;
      this.#parts++;
    } else {
      spans[this.#parts * 2 - 1] = at + length;
    }
  }

  #trailerPart(at: number, length: number, side: 0 | 1): void {
    this.#trailers ??= [];
    const trailers = this.#trailers;
    this.#trailerBytes += length;
    if (this.#trailerBytes > this.#limits.headerBytes || trailers.length >> 1 > this.#limits.headerCount) {
      this.#refused = true;
      this.#error = { kind: 'head_too_large', reason: 'the trailer section is over the limits of a header section' };
      return;
    }
    const text = this.#source.toString('latin1', at, at + length);
    if ((trailers.length & 1) === side) trailers.push(text);
    else trailers[trailers.length - 1] += text;
  }

  /** Keeps an unfinished head for the next read. False when it is already over a limit. */
  #keep(input: Buffer): boolean {
    const { length } = this.#source;
    // Before the target is reached, all bytes count towards the first line: a method, or empty lines.
    const started = this.#startTo > 0;
    const startBytes = started ? this.#startTo - this.#startFrom : length;
    if (this.#exceeds(startBytes, started ? length - this.#startTo - END_OF_HEAD : 0)) return false;
    if (this.#parts >> 1 > this.#limits.headerCount) {
      this.#error = { kind: 'head_too_large', reason: `more than ${this.#limits.headerCount} header fields` };
      return false;
    }
    this.#kept ??= new GrowingBuffer(input);
    return true;
  }

  /** Counts the bytes of this run that are not body. `to`: where the run ended in the source. */
  #weighFraming(to: number): boolean {
    // Trailers have limits of their own.
    if (this.#trailers !== undefined) return true;
    const accounted = this.#body.count * FRAMING_PER_CHUNK + 2 * this.#body.length;
    this.#excess = Math.max(this.#excess + to - this.#bodyFrom - accounted, 0);
    if (this.#excess <= FRAMING_EXCESS) return true;
    this.#error = { kind: 'malformed', reason: 'the chunk extensions are too long' };
    return false;
  }

  #exceeds(startBytes: number, fieldBytes: number): boolean {
    if (startBytes > this.#limits.targetBytes) {
      this.#error = {
        kind: 'target_too_long',
        reason: `the first line has more than ${this.#limits.targetBytes} bytes`,
      };
      return true;
    }
    if (fieldBytes > this.#limits.headerBytes) {
      this.#error = {
        kind: 'head_too_large',
        reason: `the header section has more than ${this.#limits.headerBytes} bytes`,
      };
      return true;
    }
    return false;
  }

  /** Hands on what the last run found. `offset`: where the input begins in the source. */
  #dispatch(input: Buffer, offset: number, hadHead: boolean): void {
    const head = this.#head;
    if (!hadHead && head !== undefined) {
      this.#head = undefined;
      this.#handler.onHead(head);
    }
    if (!this.#body.empty) this.#handler.onBody(this.#body.take(input, offset));
    if (this.#ended) {
      this.#state = 'idle';
      this.#ended = false;
      const trailers =
        this.#trailers === undefined
          ? NO_FIELDS
          : this.#trailers.map((text, index) => ((index & 1) === 0 ? text : trimEnd(text, 0, text.length)));
      this.#handler.onEnd(trailers);
    }
  }
}

/** Optional white space after a value is not part of it (RFC 9110, section 5.5). */
function trimEnd(text: string, from: number, to: number): string {
  let end = to;
  while (end > from && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0x09)) end--;
  return text.slice(from, end);
}
