/**
 * One client's connection. It carries requests one after another, and is itself the stream of each.
 *
 * Only one request is under way at a time. Pipelined ones stay unread, here and then in the socket, until the previous
 * response is complete and taken by the client.
 */
import type { Socket } from 'node:net';
import type { Fields, ResponseHead } from '../../model/exchange.ts';
import { type Deadline, NEVER } from '../../wire/deadlines.ts';
import type { MessageError, MessageHandler, ParsedRequest } from '../../wire/http1/message.ts';
import { RequestParser } from '../../wire/http1/parser.ts';
import type { IncomingResponse } from '../../wire/message.ts';
import { noteRead } from '../../wire/read-garbage.ts';
import type { TunnelEnd } from '../../wire/target-stream.ts';
import type { ClientStream, Origin, RestOfRequest } from '../client-stream.ts';
import type { EdgeContext } from '../context.ts';
import { Exchange } from '../exchange.ts';
import { type LocalReply, requestTimeout } from '../local-replies.ts';
import type { Sender } from '../request-head.ts';
import { messageReply } from './message-replies.ts';
import { type Awaiting, deadlineOf, LONGEST_LINGER } from './patience.ts';
import { receivedHead } from './received-head.ts';
import { ResponseWriter } from './response-writer.ts';
import { Tunnel } from './tunnel.ts';

export class ClientConnection implements ClientStream, MessageHandler<ParsedRequest>, Deadline {
  deadline = NEVER;
  readonly number: number;
  readonly address: string;
  readonly sender: Sender;
  readonly scheme: 'http' | 'https';
  readonly #context: EdgeContext;
  readonly #socket: Socket;
  readonly #parser: RequestParser;
  readonly #responses: ResponseWriter;
  readonly #onClosed: (connection: ClientConnection) => void;

  #exchange: Exchange | undefined;
  #requests = 0;
  /** Input that was received but is not read yet. */
  #ahead: Buffer | undefined;
  #state: 'open' | 'closing' | 'upgraded' | 'closed' = 'open';
  /** Whether the client has ended its side: it may still wait for its response. */
  #input: 'open' | 'ended' = 'open';
  #awaiting: Awaiting = 'request';
  #keepAlive = true;
  /** The time by which the request must be complete, or lingering must end. */
  #latest = NEVER;
  /** Bytes that the client had not yet taken at the last check. */
  #unsent = 0;

  constructor(
    context: EdgeContext,
    socket: Socket,
    { address, scheme }: Origin,
    onClosed: (connection: ClientConnection) => void,
  ) {
    this.#context = context;
    this.#socket = socket;
    this.#onClosed = onClosed;
    this.number = context.nextConnection();
    this.scheme = scheme;
    this.address = address;
    this.sender = context.isTrusted(this.address) ? 'trusted_proxy' : 'client';
    this.#parser = new RequestParser(this, context.headLimits);
    this.#responses = new ResponseWriter(context, socket);
    socket
      .on('data', (chunk: Buffer) => this.#onData(chunk))
      .on('end', () => this.#onInputEnd())
      .on('drain', () => this.#onDrain())
      .on('error', () => socket.destroy())
      .on('close', () => this.#onClose());
    this.#await('request');
    context.deadlines.add(this);
  }

  /** Accepts no further request; the one under way is finished. */
  drain(): void {
    this.#keepAlive = false;
    if (this.#state === 'upgraded') return;
    if (this.#exchange === undefined && this.#parser.idle) this.#close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  interim(head: Pick<ResponseHead, 'status' | 'reason' | 'fields'>): void {
    this.#responses.interim(head);
  }

  begin(head: IncomingResponse, fields: Fields, rest: RestOfRequest): void {
    this.#responses.begin(head, fields, rest !== 'unwanted' && this.#mayKeep);
  }

  body(chunk: Buffer): void {
    this.#responses.body(chunk);
  }

  end(trailers: Fields): void {
    this.#responses.end(trailers);
  }

  flush(): boolean {
    if (this.#state === 'closed') return true;
    const more = this.#responses.flush();
    if (!more) this.#await('drain');
    return more;
  }

  reply(reply: LocalReply, requestId: string, rest: RestOfRequest): number {
    return this.#responses.reply(reply, requestId, rest === 'none' && this.#mayKeep);
  }

  pauseRequest(): void {
    this.#socket.pause();
    if (this.#awaiting === 'body') this.#await('primary');
  }

  resumeRequest(): void {
    if (this.#ahead !== undefined) return;
    this.#socket.resume();
    if (this.#awaiting === 'primary' && !this.#parser.idle) this.#await('body');
  }

  finish(rest: RestOfRequest): void {
    this.#exchange = undefined;
    if (rest === 'none' && this.#isReusable && this.#responses.keepsConnection) this.#next();
    else this.#close();
  }

  /** Over TLS the missing close_notify shows the fault (RFC 8446, section 6.1). A Unix socket has no reset. */
  abort(): void {
    this.#exchange = undefined;
    if (this.scheme === 'http' && this.#socket.remoteFamily !== undefined) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  tunnel(target: TunnelEnd): void {
    const { clock, deadlines, settings } = this.#context;
    this.#exchange = undefined;
    this.#state = 'upgraded';
    deadlines.delete(this);
    this.#responses.flushNow();
    const idleTimeout = settings.config.client.upgradeTimeout;
    new Tunnel({ stream: this.#socket, ahead: this.#ahead }, target, { clock, deadlines, idleTimeout });
    this.#ahead = undefined;
  }

  onHead(parsed: ParsedRequest): void {
    this.#requests++;
    const { requestsPerConnection } = this.#context.settings.config.client;
    if (!parsed.keepAlive || this.#requests >= requestsPerConnection || this.#context.mirroring === 'draining')
      this.#keepAlive = false;
    this.#await(parsed.bodyLength === 0 ? 'primary' : 'body');
    this.#responses.answers(parsed.method, parsed.minorVersion);
    const { head, refusal } = receivedHead(parsed, this.#context.pseudonym);
    const exchange = new Exchange(this.#context, this, head);
    this.#exchange = exchange;
    if (refusal === undefined) exchange.start();
    else exchange.refuse(refusal);
  }

  onBody(chunk: Buffer): void {
    this.#exchange?.onRequestBody(chunk);
  }

  onEnd(trailers: Fields): void {
    if (this.#awaiting === 'body') this.#await('primary');
    this.#exchange?.onRequestEnd(trailers);
  }

  onDeadline(): void {
    switch (this.#awaiting) {
      case 'request':
        this.#close();
        break;
      case 'head':
        this.#refuse(requestTimeout('head'));
        break;
      case 'body':
        if (this.#exchange === undefined) this.#socket.destroy();
        else this.#exchange.onRequestBroken(requestTimeout('body'));
        break;
      case 'drain':
      case 'sent':
        if (this.#socket.writableLength < this.#unsent) this.#await(this.#awaiting);
        else this.#socket.destroy();
        break;
      case 'end':
        this.#socket.destroy();
        break;
    }
  }

  #onData(chunk: Buffer): void {
    noteRead(chunk.length);
    if (this.#state === 'open') this.#read(chunk);
    else if (this.#awaiting === 'end') this.#await('end');
  }

  /** Reads requests until one must be answered first, or until the client must take its responses. */
  #read(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#state === 'open') {
      if (this.#mustWait()) {
        // Paused, so that nothing more comes before this is read.
        this.#ahead = rest;
        this.#socket.pause();
        return;
      }
      const taken = this.#parser.push(rest);
      if (taken < 0) {
        // A refused head may have had further faults.
        if (this.#state === 'open') this.#onMalformed(this.#parser.error);
        return;
      }
      rest = rest.subarray(taken);
      if (!this.#parser.idle) this.#awaitMore();
      this.#exchange?.onRequestReadEnd();
    }
  }

  /** A part of a message has come. The head has one deadline as a whole, the body one for each read. */
  #awaitMore(): void {
    if (this.#awaiting === 'request') this.#await('head');
    else if (this.#awaiting === 'body') this.#await('body');
  }

  #mustWait(): boolean {
    return this.#exchange?.awaitsResponse === true || (this.#parser.idle && this.#socket.writableNeedDrain);
  }

  /** Reads the input that was put aside, or waits for the next request. */
  #next(): void {
    this.#await(this.#socket.writableNeedDrain ? 'drain' : 'request');
    if (this.#ahead === undefined) this.#socket.resume();
    // In a later turn of the event loop, so that many pipelined requests don't make a deep stack.
    else setImmediate(() => this.#readAhead());
  }

  #readAhead(): void {
    const ahead = this.#ahead;
    if (this.#state !== 'open' || ahead === undefined) return;
    this.#ahead = undefined;
    this.#socket.resume();
    this.#read(ahead);
    // The client has ended its side: its last request may be incomplete.
    if (this.#input === 'ended' && this.#ahead === undefined) this.#onInputEnd();
  }

  #onMalformed(error: MessageError): void {
    const reply = messageReply(error);
    if (this.#exchange === undefined) this.#refuse(reply);
    else this.#exchange.onRequestBroken(reply);
  }

  /** Replies to input that never became an exchange, counts it, and closes. */
  #refuse(reply: LocalReply): void {
    const context = this.#context;
    context.refuse(reply, this.address);
    const requestId = context.requestId(context.nextExchange());
    this.#responses.answers('', 1);
    this.#responses.reply(reply, requestId, false);
    this.#responses.flush();
    context.accessLog?.begin()?.end({ address: this.address, head: undefined, requestId, route: '' }, reply.status);
    this.#close();
  }

  /** Whether the connection may carry another exchange after this one. */
  get #isReusable(): boolean {
    return this.#keepAlive && (this.#input === 'open' || this.#ahead !== undefined);
  }

  get #mayKeep(): boolean {
    return this.#isReusable && this.#context.connections === 'kept';
  }

  #onDrain(): void {
    if (this.#state !== 'open') return;
    if (this.#exchange === undefined) {
      if (this.#parser.idle) this.#next();
      return;
    }
    if (this.#awaiting === 'drain')
      this.#await(this.#exchange.awaitsResponse || this.#socket.isPaused() ? 'primary' : 'body');
    this.#exchange.onClientDrain();
  }

  #onInputEnd(): void {
    this.#input = 'ended';
    if (this.#state === 'closing') {
      if (this.#awaiting === 'end') this.#socket.destroy();
    } else if (this.#exchange !== undefined && this.#context.settings.config.client.halfClosed === 'gone') {
      this.#socket.destroy();
    } else if (this.#state !== 'open' || this.#ahead !== undefined) {
      // What was put aside is read later.
    } else if (!this.#parser.idle) {
      this.#socket.destroy();
    } else if (this.#exchange === undefined) {
      this.#close();
    }
  }

  /** Ends our side, and keeps reading for a while. */
  #close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#ahead = undefined;
    this.#latest = NEVER;
    this.#await('sent');
    this.#responses.flushNow();
    this.#socket.end(() => this.#onSent());
    this.#socket.resume();
  }

  #onSent(): void {
    if (this.#input === 'ended') {
      this.#socket.destroy();
      return;
    }
    this.#latest = this.#context.clock.monotonic() + LONGEST_LINGER;
    this.#await('end');
  }

  #onClose(): void {
    this.#state = 'closed';
    this.#context.deadlines.delete(this);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.onClientGone();
    this.#parser.free();
    this.#onClosed(this);
  }

  #await(awaiting: Awaiting): void {
    const before = this.#awaiting;
    this.#awaiting = awaiting;
    if (awaiting === 'primary') {
      this.deadline = NEVER;
      return;
    }
    const now = this.#context.clock.monotonic();
    const limits = this.#context.settings.config.client;
    if (before === 'request') this.#latest = now + limits.requestTimeout;
    if (awaiting === 'drain' || awaiting === 'sent') this.#unsent = this.#socket.writableLength;
    this.deadline = deadlineOf(awaiting, now, this.#latest, limits);
  }
}
