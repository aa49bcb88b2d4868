/**
 * One client's connection: requests come off it one after another, answers go back in the same order.
 *
 * Only one request is under way at a time. What a client sends ahead stays unread, here and then in the socket, until
 * its turn comes: when the answer before it is complete and the client takes what it is sent.
 */
import type { Socket } from 'node:net';
import type { Fields } from '../../model/exchange.ts';
import { type Deadline, NEVER } from '../../wire/deadlines.ts';
import { RequestParser } from '../../wire/http1/parser.ts';
import { MessageWriter } from '../../wire/http1/writer.ts';
import type { MessageError, MessageHandler, ParsedRequest } from '../../wire/message.ts';
import { noteRead } from '../../wire/read-garbage.ts';
import type { Client } from '../client.ts';
import type { EdgeContext } from '../context.ts';
import { Exchange } from '../exchange.ts';
import type { Sender } from '../forwarding.ts';
import { messageAnswer, requestTimeout } from '../local-replies.ts';
import type { OwnAnswer } from '../validation.ts';
import { type Awaiting, deadlineOf, LONGEST_LINGER } from './patience.ts';
import { ownResponse } from './problem.ts';
import { Tunnel, type TunnelEnd } from './upgrade.ts';

/** Where a connection comes from. */
export interface Origin {
  /** The client's, as far as it is known here: that of a proxy where it names no other. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
}

export class ClientConnection implements Client, MessageHandler<ParsedRequest>, Deadline {
  deadline = NEVER;
  readonly number: number;
  readonly address: string;
  readonly sender: Sender;
  readonly scheme: 'http' | 'https';
  readonly #context: EdgeContext;
  readonly #socket: Socket;
  readonly #parser: RequestParser;
  readonly #writer: MessageWriter;
  readonly #onClosed: (connection: ClientConnection) => void;

  #exchange: Exchange | undefined;
  #requests = 0;
  /** Received, but not yet due. */
  #ahead: Buffer | undefined;
  #state: 'open' | 'closing' | 'upgraded' | 'closed' = 'open';
  /** Whether the client has ended its side: it may still wait for its answer. */
  #input: 'open' | 'ended' = 'open';
  #awaiting: Awaiting = 'request';
  #keepAlive = true;
  /** When the request has to be complete, and when lingering has to end. */
  #latest = NEVER;
  /** Bytes not yet taken by the client when that was last awaited. */
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
    this.#writer = new MessageWriter(socket);
    socket
      .on('data', (chunk: Buffer) => this.#onData(chunk))
      .on('end', () => this.#onInputEnd())
      .on('drain', () => this.#onDrain())
      .on('error', () => socket.destroy())
      .on('close', () => this.#onClose());
    this.#await('request');
    context.deadlines.add(this);
  }

  /** No further request is taken; the one under way is finished. */
  drain(): void {
    this.#keepAlive = false;
    if (this.#state === 'upgraded') return;
    if (this.#exchange === undefined && this.#parser.idle) this.#close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  get reusable(): boolean {
    return this.#keepAlive && (this.#input === 'open' || this.#ahead !== undefined);
  }

  writeHead(text: string, body: 'plain' | 'chunked'): void {
    this.#writer.head(text, body);
  }

  writeBody(chunk: Buffer): void {
    this.#writer.body(chunk);
  }

  writeEnd(trailers: Fields): void {
    this.#writer.end(trailers);
  }

  flush(): boolean {
    if (this.#state === 'closed') return true;
    const more = this.#writer.flush();
    if (!more) this.#await('drain');
    return more;
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

  onExchangeOver(next: 'keep_alive' | 'close' | 'reset'): void {
    this.#exchange = undefined;
    if (next === 'reset') this.#reset();
    else if (next === 'keep_alive') this.#next();
    else this.#close();
  }

  onUpgrade(target: TunnelEnd): void {
    const { clock, deadlines, settings } = this.#context;
    this.#exchange = undefined;
    this.#state = 'upgraded';
    deadlines.delete(this);
    this.#writer.flushNow();
    const idleTimeout = settings.config.client.upgradeTimeout;
    new Tunnel({ socket: this.#socket, ahead: this.#ahead }, target, { clock, deadlines, idleTimeout });
    this.#ahead = undefined;
  }

  onHead(head: ParsedRequest): void {
    this.#requests++;
    const { requestsPerConnection } = this.#context.settings.config.client;
    if (!head.keepAlive || this.#requests >= requestsPerConnection || this.#context.mirroring === 'draining')
      this.#keepAlive = false;
    this.#await(head.bodyLength === 0 ? 'primary' : 'body');
    const exchange = new Exchange(this.#context, this, head);
    this.#exchange = exchange;
    exchange.start();
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
    if (this.#state !== 'open') {
      if (this.#awaiting === 'end') this.#await('end');
    } else {
      this.#read(chunk);
    }
  }

  /** Reads requests until one has to be answered first, or the answers have to be taken. */
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
        // A head that was refused may have had more wrong with it.
        if (this.#state === 'open') this.#onMalformed(this.#parser.error);
        return;
      }
      rest = rest.subarray(taken);
      if (!this.#parser.idle) this.#awaitMore();
      this.#exchange?.onRequestReadEnd();
    }
  }

  /** A part of a message has come. The head has one deadline for all of it, the body one for each read. */
  #awaitMore(): void {
    if (this.#awaiting === 'request') this.#await('head');
    else if (this.#awaiting === 'body') this.#await('body');
  }

  #mustWait(): boolean {
    return this.#exchange?.awaitsAnswer === true || (this.#parser.idle && this.#socket.writableNeedDrain);
  }

  /** Turns to what was received ahead, or waits for the next request. */
  #next(): void {
    this.#await(this.#socket.writableNeedDrain ? 'drain' : 'request');
    if (this.#ahead === undefined) this.#socket.resume();
    // In a turn of its own, so that a long row of pipelined requests is no deep stack.
    else setImmediate(() => this.#readAhead());
  }

  #readAhead(): void {
    const ahead = this.#ahead;
    if (this.#state !== 'open' || ahead === undefined) return;
    this.#ahead = undefined;
    this.#socket.resume();
    this.#read(ahead);
    // The last request of a client that has ended its side may be cut short.
    if (this.#input === 'ended' && this.#ahead === undefined) this.#onInputEnd();
  }

  #onMalformed(error: MessageError): void {
    const answer = messageAnswer(error);
    if (this.#exchange === undefined) this.#refuse(answer);
    else this.#exchange.onRequestBroken(answer);
  }

  /** Answers what never became an exchange, counts it, and closes. */
  #refuse(answer: OwnAnswer): void {
    const context = this.#context;
    context.refuse(answer, this.address);
    const requestId = context.requestId(context.nextExchange());
    const now = context.clock.wall();
    this.#writer.head(ownResponse(answer, { requestId, body: 'sent', connection: 'close', now }), 'plain');
    this.#writer.flush();
    context.accessLog?.begin()?.end({ address: this.address, head: undefined, requestId, route: '' }, answer.status);
    this.#close();
  }

  #onDrain(): void {
    if (this.#state !== 'open') return;
    if (this.#exchange === undefined) {
      if (this.#parser.idle) this.#next();
      return;
    }
    if (this.#awaiting === 'drain')
      this.#await(this.#exchange.awaitsAnswer || this.#socket.isPaused() ? 'primary' : 'body');
    this.#exchange.onClientDrain();
  }

  /**
   * Shows the client that its answer is not complete. Over TLS the missing close_notify does (RFC 8446, section 6.1), and
   * a Unix socket knows no reset.
   */
  #reset(): void {
    if (this.scheme === 'http' && this.#socket.remoteFamily !== undefined) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #onInputEnd(): void {
    this.#input = 'ended';
    if (this.#state === 'closing') {
      if (this.#awaiting === 'end') this.#socket.destroy();
    } else if (this.#state !== 'open' || this.#ahead !== undefined) {
      // Its turn comes.
    } else if (!this.#parser.idle) {
      this.#socket.destroy();
    } else if (this.#exchange === undefined) {
      this.#close();
    }
  }

  /** Ends our side, and reads on for a while. */
  #close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#ahead = undefined;
    this.#latest = NEVER;
    this.#await('sent');
    this.#writer.flushNow();
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
