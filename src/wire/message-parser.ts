/**
 * Takes the framing off a stream of HTTP/1.1 messages.
 *
 * llhttp tells where things are; this class turns that into a head, chunks of body and an end. A head that spans
 * several reads is kept and laid before the next read, so that its positions stay valid and nothing is scanned twice.
 * One call of `push` handles at most one message: the rest stays with the caller, who decides when the next one is due.
 */
import type { Fields } from '../model/exchange.ts';
import * as llhttp from './llhttp.ts';
import type { HeadLimits, MessageError, MessageHandler } from './message.ts';

const NO_FIELDS: Fields = [];

/** Bytes of CR LF CR that may be there already, and count for no field. */
const END_OF_HEAD = 3;

/**
 * How much more a body's framing may take than its chunks account for: extensions, in the end (RFC 9112, section
 * 7.1.1). A chunk accounts for so many bytes, and each byte in it for another.
 */
const FRAMING_EXCESS = 16 * 1024;
const FRAMING_PER_CHUNK = 16;

export abstract class MessageParser<Head> implements llhttp.Spans {
  readonly #pointer: number;
  readonly #handler: MessageHandler<Head>;
  readonly #limits: HeadLimits;

  /** Bytes of an unfinished head from earlier reads. */
  #kept: Buffer | undefined;
  /** Start and end of every name and value in turn; a part that spans two runs is extended. */
  #spans: number[] = [];
  #parts = 0;
  #startFrom = 0;
  #startTo = 0;

  #state: 'idle' | 'head' | 'body' = 'idle';
  #head: Head | undefined;
  /** The head, or the trailer section, is not to be handed on: `#error` says why. */
  #refused = false;
  #bodySpans: number[] = [];
  /** The scratch offset at which the body of the current run begins. */
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
  /** What llhttp lets pass and this proxy doesn't. `start`: the scratch offsets around the target, or the reason. */
  protected abstract flaw(head: Head, startFrom: number, startTo: number, pointer: number): MessageError | undefined;
  /** What it means that llhttp can't read on. `read`: the message so far, where that is still its head. */
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

  /** Reads one message at most. Returns how many bytes were taken, -1 after an error; then only `free` may follow. */
  push(input: Buffer): number {
    if (this.#state === 'idle') {
      if (!this.beginsWith(input[0]!)) {
        this.#error = { kind: 'malformed', reason: 'this is not HTTP' };
        return -1;
      }
      this.#begin();
    }
    const kept = this.#kept;
    const before = kept === undefined ? 0 : kept.length;
    const hadHead = this.#state === 'body';
    this.#bodyFrom = before;
    const consumed = llhttp.execute(this.#pointer, this, kept, input);
    if (this.#refused) return -1;
    if (this.#state === 'head' && !this.#keep(input, consumed)) return -1;
    if (this.#state !== 'head') this.#kept = undefined;
    if (this.#state === 'body' && !this.#ended && !this.#weighFraming(before + consumed)) return -1;
    this.#dispatch(input, before, hadHead);
    if (consumed >= 0) return consumed;
    this.#error ??= this.misread(llhttp.lastFailure(), kept === undefined ? input : Buffer.concat([kept, input]));
    return -1;
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
    this.#dispatch(Buffer.alloc(0), 0, true);
    return true;
  }

  free(): void {
    llhttp.release(this.#pointer);
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
    const text = llhttp.scratchText(this.#startFrom, Math.max(end, this.#startTo));
    const base = this.#startFrom;
    const fields: string[] = [];
    for (let part = 0; part < this.#parts; part++) {
      const from = this.#spans[part * 2]! - base;
      const to = this.#spans[part * 2 + 1]! - base;
      fields.push((part & 1) === 0 ? text.slice(from, to) : trimEnd(text, from, to));
    }
    this.#parts = 0;
    const head = this.makeHead(text.slice(0, this.#startTo - base), fields, keepAlive, this.#pointer);
    const flaw = this.flaw(head, this.#startFrom, this.#startTo, this.#pointer);
    if (flaw !== undefined) {
      this.#error = flaw;
      this.#refused = true;
      return true;
    }
    this.#head = head;
    return this.leavesOutBody(head);
  }

  onBody(at: number, length: number): void {
    const spans = this.#bodySpans;
    spans.push(at, at + length);
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
    const text = llhttp.scratchText(at, at + length);
    if ((trailers.length & 1) === side) trailers.push(text);
    else trailers[trailers.length - 1] += text;
  }

  /** Keeps an unfinished head for the next read. False when it is already over a limit. */
  #keep(input: Buffer, consumed: number): boolean {
    if (consumed < 0) return true;
    const kept = this.#kept === undefined ? Buffer.from(input) : Buffer.concat([this.#kept, input]);
    // Before the target is reached all there is counts as its line: a method, or empty lines.
    const started = this.#startTo > 0;
    const startBytes = started ? this.#startTo - this.#startFrom : kept.length;
    if (this.#exceeds(startBytes, started ? kept.length - this.#startTo - END_OF_HEAD : 0)) return false;
    if (this.#parts >> 1 > this.#limits.headerCount) {
      this.#error = { kind: 'head_too_large', reason: `more than ${this.#limits.headerCount} header fields` };
      return false;
    }
    this.#kept = kept;
    return true;
  }

  /** Counts what this run has brought beside the body. `to`: the scratch offset at which it ended. */
  #weighFraming(to: number): boolean {
    // Trailers have limits of their own.
    if (this.#trailers !== undefined) return true;
    const spans = this.#bodySpans;
    let accounted = (spans.length >> 1) * FRAMING_PER_CHUNK;
    for (let at = 0; at < spans.length; at += 2) accounted += 2 * (spans[at + 1]! - spans[at]!);
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

  /** Hands on what the last run has found. `offset`: where the input lay in the scratch area. */
  #dispatch(input: Buffer, offset: number, hadHead: boolean): void {
    const head = this.#head;
    if (!hadHead && head !== undefined) {
      this.#head = undefined;
      this.#handler.onHead(head);
    }
    const spans = this.#bodySpans;
    if (spans.length > 0) {
      const chunk =
        spans.length === 2 ? input.subarray(spans[0]! - offset, spans[1]! - offset) : gather(input, spans, offset);
      this.#bodySpans = [];
      this.#handler.onBody(chunk);
    }
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

/** Many small chunks of one read become one, so that they cost one write and not thousands. */
function gather(input: Buffer, spans: readonly number[], offset: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < spans.length; at += 2) parts.push(input.subarray(spans[at]! - offset, spans[at + 1]! - offset));
  return Buffer.concat(parts);
}

/** Optional white space behind a value is no part of it (RFC 9110, section 5.5). */
function trimEnd(text: string, from: number, to: number): string {
  let end = to;
  while (end > from && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0x09)) end--;
  return text.slice(from, end);
}
