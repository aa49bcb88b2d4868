/**
 * The copy of one exchange on its way to the mirror thread. It never delays the exchange. A part that does not fit on
 * the tape, or is over the route's limit, abandons the whole copy.
 */
import type { InFlightAccount } from '../metrics/in-flight-account.ts';
import type { Ledger, Settled } from '../metrics/ledger.ts';
import type { BodyLength, Fields, ResponseHead } from '../model/exchange.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { Portion } from '../model/portion.ts';
import {
  COPY_FRAME,
  type CopiedEnd,
  type CopiedRequest,
  writeAbandon,
  writeBytes,
  writeEnd,
  writeRequest,
  writeResponse,
  writeTrailers,
} from '../tape/copy-frames.ts';
import { TapePortions } from '../tape/portions.ts';
import { TapeWriter } from '../tape/writer.ts';

/** A tape to a mirror thread, and whether that thread is still alive. */
export class CopyTape {
  readonly writer: TapeWriter;
  readonly portions: TapePortions;
  /** Exchanges that are handed over to the mirror thread. */
  readonly account: InFlightAccount;
  #bell: 'silent' | 'due' = 'silent';
  #state: 'live' | 'dead' = 'live';

  constructor(memory: SharedArrayBuffer, account: InFlightAccount) {
    this.writer = new TapeWriter(memory);
    this.portions = new TapePortions(this.writer);
    this.account = account;
  }

  get dead(): boolean {
    return this.#state === 'dead';
  }

  /** The reader is gone: copies under way on this tape are abandoned. */
  abandon(): void {
    this.#state = 'dead';
  }

  /** Wakes the mirror thread, if it sleeps, at the end of this turn of the event loop. */
  ring(): void {
    if (this.#bell === 'due' || !this.writer.mustRing) return;
    this.#bell = 'due';
    setImmediate(this.#ringNow);
  }

  readonly #ringNow = (): void => {
    this.#bell = 'silent';
    this.writer.ring();
  };
}

export class Copy {
  readonly #tape: CopyTape;
  readonly #exchange: number;
  /** Bytes that the body (first of the request, then of the response) may still have. */
  #room: number;
  readonly #maxBody: number;
  readonly #portion: Portion;
  #abandoned: SkipReason | undefined;

  private constructor(tape: CopyTape, exchange: number, maxBody: number, portion: Portion) {
    this.#tape = tape;
    this.#exchange = exchange;
    this.#maxBody = maxBody;
    this.#portion = portion;
    this.#room = maxBody;
  }

  /** Undefined when the tape has no room. `portion`: its service's portion of the tape. */
  static open(
    tape: CopyTape,
    exchange: number,
    request: CopiedRequest,
    maxBody: number,
    portion: Portion,
  ): Copy | undefined {
    const written = tape.portions.allows(portion) && writeRequest(tape.writer, exchange, request);
    tape.portions.wrote(portion);
    // The doorbell rings for a full tape too: only an awake reader makes room.
    tape.ring();
    return written ? new Copy(tape, exchange, maxBody, portion) : undefined;
  }

  /** Why this copy was abandoned, if it was. */
  get abandoned(): SkipReason | undefined {
    return this.#abandoned ?? (this.#tape.dead ? 'thread_restart' : undefined);
  }

  requestBody(chunk: Buffer): void {
    this.#body(COPY_FRAME.requestBody, chunk);
  }

  requestEnd(trailers: Fields): void {
    this.#end(COPY_FRAME.requestEnd, trailers);
  }

  response(response: ResponseHead, length: BodyLength): void {
    this.#room = this.#maxBody;
    if (this.abandoned !== undefined) return;
    if (length !== 'unknown' && length > this.#room) this.abandon('too_large');
    else this.#check(this.#isAllowed && writeResponse(this.#tape.writer, this.#exchange, response));
  }

  responseBody(chunk: Buffer): void {
    this.#body(COPY_FRAME.responseBody, chunk);
  }

  responseTrailers(trailers: Fields): void {
    this.#end(COPY_FRAME.responseTrailers, trailers);
  }

  /**
   * The exchange is complete: hands it over to the mirror thread, and counts that in the ledger. False when the copy was
   * already abandoned.
   */
  end(end: CopiedEnd, ledger: Ledger, done: Settled): boolean {
    if (this.abandoned !== undefined) return false;
    // Counted first. If this thread ends before the frame is written, the mirror thread is replaced too, and what it
    // was given is lost, and counted.
    ledger.handOver(end.row, this.#tape.account, done);
    writeEnd(this.#tape.writer, this.#exchange, end);
    this.#tape.ring();
    return true;
  }

  abandon(reason: SkipReason): void {
    if (this.abandoned !== undefined) return;
    this.#abandoned = reason;
    writeAbandon(this.#tape.writer, this.#exchange);
    this.#tape.ring();
  }

  #body(kind: number, chunk: Buffer): void {
    if (this.abandoned !== undefined) return;
    this.#room -= chunk.length;
    if (this.#room < 0) this.abandon('too_large');
    else this.#check(this.#isAllowed && writeBytes(this.#tape.writer, kind, this.#exchange, chunk));
  }

  #end(kind: number, trailers: Fields): void {
    if (this.abandoned !== undefined) return;
    this.#check(this.#isAllowed && writeTrailers(this.#tape.writer, kind, this.#exchange, trailers));
  }

  /** Whether its service may put more on the tape. */
  get #isAllowed(): boolean {
    return this.#tape.portions.allows(this.#portion);
  }

  #check(written: boolean): void {
    this.#tape.portions.wrote(this.#portion);
    if (written) this.#tape.ring();
    else this.abandon('tape_full');
  }
}
