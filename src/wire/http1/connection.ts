/**
 * One connection to a target. It carries one exchange at a time, and is itself the stream of that exchange. Between
 * exchanges the pool owns it.
 */
import type { OnReadOpts, Socket } from 'node:net';
import type { Fields, LegTiming } from '../../model/exchange.ts';
import { connectFailure } from '../connect-failure.ts';
import { type Deadline, NEVER } from '../deadlines.ts';
import type { Call, Caller } from '../dial.ts';
import { fieldValue } from '../fields.ts';
import type { IncomingResponse, OutgoingRequest } from '../message.ts';
import { shortageOf } from '../shortage.ts';
import type { Failure, ResponseHandler, TargetStream, TunnelEnd } from '../target-stream.ts';
import { handshakeFailure } from '../tls-failure.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { keepAliveHint } from './keep-alive-hint.ts';
import { hearLastWords } from './last-words.ts';
import { LegTimes } from './leg-times.ts';
import { responseParser } from './lenient-parser.ts';
import type { MessageHandler, ParsedResponse } from './message.ts';
import type { ResponseParser } from './parser.ts';
import { type Awaiting, DEADLINE_DETAIL } from './patience.ts';
import { requestText } from './request-text.ts';
import { targetReads } from './target-reads.ts';
import { MessageWriter } from './writer.ts';

const NOTHING = Buffer.alloc(0);

export class Connection implements TargetStream, Caller, MessageHandler<ParsedResponse>, Deadline {
  deadline = NEVER;
  readonly #owner: ConnectionOwner<Connection>;
  /** Undefined until connected. */
  #socket: Socket | undefined;
  #address: string | undefined;
  readonly #call: Call;
  readonly #parser: ResponseParser;
  readonly #writer = new MessageWriter();

  #handler: ResponseHandler | undefined;
  #awaiting: Awaiting = 'connect';
  /** The time by which the exchange must be over, whatever is awaited. */
  #latest = NEVER;
  #state: 'open' | 'detached' | 'closed' = 'open';
  #requestDone = false;
  #responseBegun = false;
  #responseDone = false;
  /** After a 101: the connection carries no other exchange. */
  #switched = false;
  #keepAlive: boolean;
  #paused = false;
  /** Bytes behind the end of the response: after a 101, the first bytes of the other protocol. */
  #behind: Buffer = NOTHING;
  /** How long the server says it keeps an idle connection, less a second for the transfer. */
  #reuseFor: number;

  readonly #times: LegTimes;

  constructor(owner: ConnectionOwner<Connection>) {
    this.#owner = owner;
    const { target, clock } = owner;
    this.#times = new LegTimes(clock.monotonic());
    this.#keepAlive = target.timeouts.keepAlive > 0;
    this.#reuseFor = target.timeouts.keepAlive;
    this.#parser = responseParser(this, owner.headLimits, owner.target.lenient);
    this.#await('connect', target.timeouts.connect);
    owner.deadlines.add(this);
    this.#call = owner.dial(this, this.#times.connectStarted);
  }

  /** The address of the target that it is connected to, where that is known. */
  get address(): string | undefined {
    return this.#address;
  }

  readonly onread = (): OnReadOpts => targetReads((chunk) => this.#onRead(chunk));

  onConnected(socket: Socket, address: string | undefined): void {
    this.#socket = socket;
    this.#address = address;
    hearLastWords(socket);
    socket
      .on('drain', () => this.#onDrain())
      .on('end', () => this.#onInputEnd())
      .on('error', (error) => this.#onError(error))
      .on('close', () => this.#fail('reset', 'the connection was closed before the response was complete'));
    this.#times.connected = this.#owner.clock.monotonic();
    this.deadline = this.#latest;
    if (this.#requestDone) this.#onRequestSent();
    if (this.#writer.attach(socket)) this.#onDrain();
    else if (!this.#requestDone) this.#await('progress', this.#owner.target.timeouts.idle);
  }

  onFailed(error: Error): void {
    const shortage = shortageOf(error);
    if (shortage === undefined) this.#fail('unreachable', handshakeFailure(error) ?? connectFailure(error));
    else this.#fail('shortage', shortage);
  }

  get established(): boolean {
    return this.#times.connected !== 0;
  }

  begin(handler: ResponseHandler, head: OutgoingRequest): void {
    this.#handler = handler;
    this.#times.begin();
    this.#requestDone = false;
    this.#responseBegun = false;
    this.#responseDone = false;
    this.#parser.answersTo = head.method;
    const { total } = this.#owner.target.timeouts;
    if (total !== undefined) this.#latest = this.#owner.clock.monotonic() + total;
    if (this.#times.connected !== 0) this.deadline = this.#latest;
    else if (this.#latest < this.deadline) this.deadline = this.#latest;
    this.#writer.head(requestText(head), head.bodyLength === 'unknown' ? 'chunked' : 'plain');
  }

  body(chunk: Buffer): void {
    this.#writer.body(chunk);
  }

  end(trailers: Fields): void {
    this.#writer.end(trailers);
    this.#requestDone = true;
    if (this.#times.connected !== 0) this.#onRequestSent();
    if (this.#responseDone && !this.#switched) {
      this.#writer.flush();
      this.#release();
    }
  }

  flush(): boolean {
    if (this.#state !== 'open') return true;
    const more = this.#writer.flush();
    if (!more && !this.#requestDone && this.#times.connected !== 0)
      this.#await('progress', this.#owner.target.timeouts.idle);
    return more;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket?.pause();
    this.deadline = this.#latest;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket?.resume();
    if (this.#handler !== undefined && !this.#responseDone) this.#awaitAnswer();
  }

  abort(): void {
    this.#handler = undefined;
    this.#close();
  }

  /** Call it from `onReadEnd`, or later if the connection has been paused since then. */
  detach(): TunnelEnd {
    this.#handler = undefined;
    this.#writer.flushNow();
    this.#leave('detached');
    return { stream: this.#socket!, ahead: this.#behind };
  }

  /** Closes as soon as it carries no exchange. */
  retire(): void {
    this.#keepAlive = false;
    if (this.#handler === undefined) this.#close();
  }

  timing(): LegTiming {
    return this.#times.timing;
  }

  get waited(): number {
    return this.#times.waited(this.#owner.clock.monotonic());
  }

  onHead(head: ParsedResponse): void {
    if (head.status < 200 && head.status !== 101) {
      this.#handler?.onInterim(incoming(head));
      return;
    }
    this.#responseBegun = true;
    this.#switched = head.status === 101;
    if (!head.keepAlive) this.#keepAlive = false;
    const hint = fieldValue(head.fields, 'keep-alive');
    if (hint !== undefined) this.#reuseFor = keepAliveHint(hint, this.#owner.target.timeouts.keepAlive);
    this.#handler?.onHead(incoming(head));
  }

  onBody(chunk: Buffer): void {
    this.#handler?.onBody(chunk);
  }

  onEnd(trailers: Fields): void {
    if (!this.#responseBegun) return;
    this.#responseDone = true;
    this.#times.lastByte = this.#owner.clock.monotonic();
    this.#handler?.onEnd(trailers);
  }

  onDeadline(): void {
    if (this.#handler === undefined) this.#close();
    else this.#fail('timeout', DEADLINE_DETAIL[this.#isTotalOver() ? 'total' : this.#awaiting]);
  }

  #onRequestSent(): void {
    this.#times.sent = this.#owner.clock.monotonic();
    const { firstByte, idle } = this.#owner.target.timeouts;
    if (!this.#responseBegun) this.#await('first_byte', firstByte);
    else if (!this.#responseDone) this.#await('progress', idle);
  }

  /** False when no more should be read for now. */
  #onRead(chunk: Buffer): boolean {
    // The new owner of the socket reads it as a stream.
    if (this.#state === 'detached') return this.#socket!.push(chunk);
    this.#onData(chunk);
    return true;
  }

  #onData(chunk: Buffer): void {
    // Unrequested bytes must never become the response to the next request.
    if (this.#handler === undefined) {
      this.#close();
      return;
    }
    if (this.#times.firstByte === 0) {
      this.#times.firstByte = this.#owner.clock.monotonic();
      if (this.#times.exchanges === 1) this.#owner.reachability.onReached();
    }
    this.#awaitAnswer();
    let rest = chunk;
    while (rest.length > 0 && !this.#responseDone) {
      const taken = this.#parser.push(rest);
      if (this.#state !== 'open') return;
      if (taken < 0) {
        this.#fail('invalid', this.#parser.error.reason);
        return;
      }
      rest = rest.subarray(taken);
    }
    if (rest.length > 0) {
      this.#keepAlive = false;
      this.#behind = rest;
    }
    this.#onReadEnd();
  }

  #onReadEnd(): void {
    this.#handler?.onReadEnd();
    if (this.#state === 'open' && this.#responseDone && this.#requestDone) this.#release();
  }

  #onInputEnd(): void {
    this.#keepAlive = false;
    if (this.#handler === undefined) {
      this.#close();
    } else if (!this.#responseDone && this.#responseBegun && this.#parser.finish()) {
      this.#onReadEnd();
    } else {
      this.#fail('reset', 'the connection was closed before the response was complete');
    }
  }

  #onDrain(): void {
    if (!this.#requestDone) this.deadline = this.#latest;
    this.#handler?.onDrain();
  }

  #onError(error: NodeJS.ErrnoException): void {
    // A target may reject our certificate after its side of the handshake.
    const refusal = this.#times.firstByte === 0 ? handshakeFailure(error) : undefined;
    if (refusal !== undefined) this.#fail('unreachable', refusal);
    else this.#fail('reset', error.message);
  }

  /** The exchange is over: the connection goes back to the pool, or closes. */
  #release(): void {
    this.#handler = undefined;
    const now = this.#owner.clock.monotonic();
    const oldFrom = this.#times.connected + this.#owner.target.timeouts.connectionAge;
    if (!this.#keepAlive || this.#socket!.destroyed || now >= oldFrom) {
      this.#close();
      return;
    }
    this.resume();
    this.deadline = Math.min(now + this.#reuseFor, oldFrom);
    this.#owner.onReusable(this);
  }

  #fail(kind: Failure['kind'], detail: string): void {
    if (this.#state !== 'open') return;
    if (kind === 'shortage') this.#owner.reachability.onShortage(detail);
    else if (kind === 'unreachable' || this.#times.connected === 0) this.#owner.reachability.onFailed(detail);
    const handler = this.#handler;
    const stale = this.#times.exchanges > 1 && this.#times.firstByte === 0 && kind === 'reset';
    this.#handler = undefined;
    this.#close();
    handler?.onFailure({ kind, detail, stale });
  }

  #close(): void {
    if (this.#state !== 'open') return;
    if (this.#socket === undefined) this.#call.cancel();
    else this.#socket.destroy();
    this.#leave('closed');
  }

  #leave(state: 'detached' | 'closed'): void {
    this.#state = state;
    this.#owner.deadlines.delete(this);
    this.#parser.free();
    this.#owner.onClosed(this);
  }

  /** Sets the deadline for the next read of the response. During the request the client sets the pace instead. */
  #awaitAnswer(): void {
    if (this.#requestDone) this.#await('progress', this.#owner.target.timeouts.idle);
  }

  #isTotalOver(): boolean {
    return this.#owner.clock.monotonic() >= this.#latest;
  }

  #await(awaiting: Awaiting, duration: number): void {
    this.#awaiting = awaiting;
    this.deadline = Math.min(this.#owner.clock.monotonic() + duration, this.#latest);
  }
}

function incoming({ status, reason, fields, minorVersion, bodyLength, keepAlive }: ParsedResponse): IncomingResponse {
  return {
    status,
    reason,
    fields,
    version: minorVersion === 1 ? '1.1' : '1.0',
    bodyLength: typeof bodyLength === 'number' ? bodyLength : 'unknown',
    closing: !keepAlive,
  };
}
