/**
 * One client's connection: requests come off it one after another, answers go back in the same order.
 *
 * Only one request is under way at a time. What a client sends ahead stays unread, here and then in the socket, until
 * its turn comes.
 */
import type { Socket } from 'node:net';
import type { Fields } from '../model/exchange.ts';
import { type Deadline, NEVER } from '../wire/deadlines.ts';
import type { MessageError, MessageHandler, ParsedRequest } from '../wire/message.ts';
import { RequestParser } from '../wire/parser.ts';
import { MessageWriter } from '../wire/writer.ts';
import type { EdgeContext } from './context.ts';
import { type Client, Exchange } from './exchange.ts';
import { problemResponse } from './problem.ts';
import type { Refusal } from './validation.ts';

/** After the last answer, what a client still sends is read and thrown away this long, so that it sees the answer. */
const LINGER = 2_000;

export class ClientConnection implements Client, MessageHandler<ParsedRequest>, Deadline {
  deadline = NEVER;
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly #context: EdgeContext;
  readonly #socket: Socket;
  readonly #parser: RequestParser;
  readonly #writer: MessageWriter;
  readonly #onClosed: (connection: ClientConnection) => void;

  #exchange: Exchange | undefined;
  /** Received, but not yet due. */
  #ahead: Buffer | undefined;
  #state: 'open' | 'half_closed' | 'closing' | 'closed' = 'open';
  #awaiting: 'request' | 'head' | 'body' | 'drain' | 'close' = 'request';
  #keepAlive = true;
  /** Bytes not yet taken by the client when its drain was last awaited. */
  #unsent = 0;

  constructor(
    context: EdgeContext,
    socket: Socket,
    scheme: 'http' | 'https',
    onClosed: (connection: ClientConnection) => void,
  ) {
    this.#context = context;
    this.#socket = socket;
    this.#onClosed = onClosed;
    this.scheme = scheme;
    this.address = plainAddress(socket.remoteAddress ?? '');
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
    if (this.#exchange === undefined && this.#parser.idle) this.#close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  get reusable(): boolean {
    return this.#keepAlive && (this.#state === 'open' || (this.#state === 'half_closed' && this.#ahead !== undefined));
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
    if (this.#awaiting === 'body') this.deadline = NEVER;
  }

  resumeRequest(): void {
    if (this.#ahead !== undefined) return;
    this.#socket.resume();
    if (this.#awaiting === 'body') this.#await('body');
  }

  onExchangeOver(next: 'keep_alive' | 'close' | 'reset'): void {
    this.#exchange = undefined;
    if (next === 'reset') this.#socket.resetAndDestroy();
    else if (next === 'keep_alive') this.#next();
    else this.#close();
  }

  onHead(head: ParsedRequest): void {
    if (!head.keepAlive || this.#context.mirror === 'draining') this.#keepAlive = false;
    this.#await('body');
    const exchange = new Exchange(this.#context, this, head);
    this.#exchange = exchange;
    exchange.start();
  }

  onBody(chunk: Buffer): void {
    this.#exchange?.onRequestBody(chunk);
  }

  onEnd(trailers: Fields): void {
    if (this.#awaiting === 'body') this.deadline = NEVER;
    this.#exchange?.onRequestEnd(trailers);
  }

  onDeadline(): void {
    switch (this.#awaiting) {
      case 'request':
        this.#close();
        break;
      case 'head':
        this.#refuse({
          status: 408,
          title: 'Request Timeout',
          detail: 'the head of the request did not arrive in time',
        });
        break;
      case 'drain':
        if (this.#socket.writableLength < this.#unsent) this.#await('drain');
        else this.#socket.destroy();
        break;
      case 'body':
      case 'close':
        this.#socket.destroy();
        break;
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#state === 'closing') return;
    if (this.#exchange?.awaitsAnswer === true || this.#ahead !== undefined) {
      this.#ahead = this.#ahead === undefined ? chunk : Buffer.concat([this.#ahead, chunk]);
      this.#socket.pause();
      return;
    }
    this.#read(chunk);
  }

  /** Reads requests until one has to be answered first. */
  #read(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#state !== 'closing' && this.#state !== 'closed') {
      if (this.#exchange?.awaitsAnswer === true) {
        this.#ahead = rest;
        this.#socket.pause();
        break;
      }
      if (this.#parser.idle) this.#await('head');
      const taken = this.#parser.push(rest);
      if (taken < 0) {
        this.#onMalformed(this.#parser.error);
        return;
      }
      rest = rest.subarray(taken);
      if (this.#awaiting === 'body' && !this.#parser.idle) this.#await('body');
      this.#exchange?.onRequestReadEnd();
    }
  }

  /** Turns to what was received ahead, or waits for the next request. */
  #next(): void {
    this.#await('request');
    if (this.#ahead === undefined) return;
    // In a turn of its own, so that a long row of pipelined requests is no deep stack.
    setImmediate(() => {
      const ahead = this.#ahead!;
      this.#ahead = undefined;
      if (this.#state === 'closed') return;
      this.#socket.resume();
      this.#read(ahead);
    });
  }

  #onMalformed(error: MessageError): void {
    const refusal = messageRefusal(error);
    if (this.#exchange === undefined) this.#refuse(refusal);
    else this.#exchange.onRequestMalformed(refusal);
  }

  /** Answers what never became an exchange, counts it, and closes. */
  #refuse(refusal: Refusal): void {
    const { ledger, settings } = this.#context;
    const row = settings.routeRows[settings.config.routes.length - 1]!;
    ledger.request(row, 'other', refusal.status);
    ledger.end(row, 'skipped:refused');
    const id = this.#context.requestId(this.#context.nextExchange());
    this.#writer.head(problemResponse(refusal, id, { body: true, keepAlive: false }), 'plain');
    this.#writer.flush();
    this.#close();
  }

  #onDrain(): void {
    if (this.#awaiting === 'drain') {
      this.#await(this.#exchange === undefined ? 'request' : 'body');
      if (this.#exchange?.awaitsAnswer === true) this.deadline = NEVER;
    }
    this.#exchange?.onClientDrain();
  }

  #onInputEnd(): void {
    if (this.#state === 'closing') {
      this.#socket.destroy();
    } else if (this.#exchange === undefined && this.#ahead === undefined) {
      this.#close();
    } else if (this.#parser.idle) {
      // A client may close its side and still wait for the answer.
      this.#state = 'half_closed';
    } else {
      this.#socket.destroy();
    }
  }

  /** Ends our side, and reads on for a while: closing with unread input would reset the answer away. */
  #close(): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    const peerDone = this.#state === 'half_closed';
    this.#state = 'closing';
    this.#ahead = undefined;
    this.#await('close');
    this.#socket.end(() => {
      if (peerDone) this.#socket.destroy();
    });
    this.#socket.resume();
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

  #await(awaiting: 'request' | 'head' | 'body' | 'drain' | 'close'): void {
    this.#awaiting = awaiting;
    const limits = this.#context.settings.config.client;
    const duration = {
      request: limits.idleTimeout,
      head: limits.headTimeout,
      body: limits.bodyTimeout,
      drain: limits.bodyTimeout,
      close: LINGER,
    };
    this.deadline = this.#context.clock.monotonic() + duration[awaiting];
    if (awaiting === 'drain') this.#unsent = this.#socket.writableLength;
  }
}

function messageRefusal(error: MessageError): Refusal {
  switch (error.kind) {
    case 'malformed':
      return { status: 400, title: 'Bad Request', detail: `the request is malformed: ${error.reason}` };
    case 'version':
      return { status: 505, title: 'HTTP Version Not Supported', detail: error.reason };
    case 'target_too_long':
      return { status: 414, title: 'URI Too Long', detail: error.reason };
    case 'head_too_large':
      return { status: 431, title: 'Request Header Fields Too Large', detail: error.reason };
  }
}

/** An IPv4 client on a dual-stack socket goes by its IPv4 address. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
