/**
 * One client request and its answer by the primary.
 *
 * The request and the answer move independently: either may end first. The exchange is over when both have, or when
 * something breaks; it then settles, exactly once, with one ending. The copy follows alongside and is never waited for.
 */
import type { Fields, LegTiming } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import type { Connection, Failure, ResponseHandler } from '../wire/connection.ts';
import { responseLines } from '../wire/end-to-end.ts';
import type { ParsedRequest, ParsedResponse } from '../wire/message.ts';
import type { Waiter } from '../wire/pool.ts';
import { admit } from './admission.ts';
import type { EdgeContext, Settings } from './context.ts';
import { Copy } from './copy.ts';
import { type ClientFraming, clientFraming, requestText, responseText } from './forwarding.ts';
import { problemResponse } from './problem.ts';
import { expectsContinue, isIdempotent, type Refusal, validateRequest } from './validation.ts';

/** The client's connection, as an exchange sees it. */
export interface Client {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** Whether the connection may carry another exchange after this one. */
  readonly reusable: boolean;
  writeHead(text: string, body: 'plain' | 'chunked'): void;
  writeBody(chunk: Buffer): void;
  writeEnd(trailers: Fields): void;
  /** Sends what was written. False when the client takes no more until `Exchange.onClientDrain`. */
  flush(): boolean;
  pauseRequest(): void;
  resumeRequest(): void;
  /** The exchange is over, and its answer written. */
  onExchangeOver(next: 'keep_alive' | 'close' | 'reset'): void;
}

export class Exchange implements ResponseHandler, Waiter {
  readonly #context: EdgeContext;
  readonly #settings: Settings;
  readonly #client: Client;
  readonly #head: ParsedRequest;
  readonly #number: number;
  readonly #requestId: string;

  #route: number;
  #text = '';
  #connection: Connection | undefined;
  /** Body that came before there was a connection to send it on. */
  #held: Buffer[] = [];
  #request: 'receiving' | 'received' = 'receiving';
  #trailers: Fields = [];
  #answer: 'awaited' | 'begun' | 'done' = 'awaited';
  #state: 'waiting' | 'connected' | 'over' = 'waiting';
  #status = 0;
  #framing: ClientFraming | undefined;
  #slowReader = false;
  /** The primary's timings, and whether the client's pace is in them, so that they say nothing about the primary. */
  #timed: { timing: LegTiming; paced: boolean } | undefined;
  #copy: Copy | undefined;
  #skipped: SkipReason | undefined;

  constructor(context: EdgeContext, client: Client, head: ParsedRequest) {
    this.#context = context;
    this.#settings = context.settings;
    this.#client = client;
    this.#head = head;
    this.#number = context.nextExchange();
    this.#requestId = context.requestId(this.#number);
    this.#route = this.#settings.config.routes.length - 1;
  }

  /** Begins with the request's head; body and end follow. */
  start(): void {
    const { received, pseudonym } = this.#context;
    const validation = validateRequest(this.#head, pseudonym);
    if (validation.kind === 'valid') this.#route = this.#settings.router.find(this.#head, validation.host);
    received.give(this.#row);
    if (validation.kind === 'refused') {
      this.#refuse(validation.refusal, 'skipped:refused');
      return;
    }
    this.#text = requestText(this.#head, {
      clientAddress: this.#client.address,
      scheme: this.#client.scheme,
      host: validation.host,
      requestId: this.#requestId,
      pseudonym,
    });
    this.#openCopy();
    const connection = this.#settings.primary.acquire(this);
    if (connection !== undefined) this.#begin(connection);
  }

  onRequestBody(chunk: Buffer): void {
    if (this.#state === 'over') return;
    this.#copy?.requestBody(chunk);
    if (this.#state === 'connected') {
      this.#connection!.body(chunk);
    } else {
      this.#held.push(chunk);
      this.#client.pauseRequest();
    }
  }

  onRequestEnd(trailers: Fields): void {
    this.#request = 'received';
    if (this.#state === 'over') return;
    if (this.#head.bodyLength !== 0) this.#copy?.requestEnd(trailers);
    this.#trailers = trailers;
    if (this.#state === 'connected') this.#connection!.end(trailers);
    this.#finishIfDone();
  }

  /** All of a read of the client's is handed over: the moment to send it on. */
  onRequestReadEnd(): void {
    if (this.#state === 'connected' && !this.#connection!.flush()) this.#client.pauseRequest();
  }

  /** The head was good, but the body is not: the primary must not take it for complete. */
  onRequestMalformed(refusal: Refusal): void {
    if (this.#state === 'over') return;
    if (this.#answer === 'awaited') {
      this.#refuse(refusal, 'skipped:refused');
    } else {
      this.onClientGone();
      this.#client.onExchangeOver('reset');
    }
  }

  onClientDrain(): void {
    this.#connection?.resume();
  }

  /** The client has gone, or has stopped in the middle of its request. */
  onClientGone(): void {
    if (this.#state === 'over') return;
    if (this.#answer === 'done') this.#settleAnswered();
    else this.#settle('skipped:client_aborted');
  }

  /** True when the client is to be answered before it sends anything more. */
  get awaitsAnswer(): boolean {
    return this.#request === 'received' && this.#state !== 'over';
  }

  onConnection(connection: Connection): void {
    this.#begin(connection);
    this.#client.resumeRequest();
  }

  onNoConnection(detail: string): void {
    this.#refuse({ status: 503, title: 'Service Unavailable', detail }, 'primary_failed');
  }

  onInterim(head: ParsedResponse): void {
    // HTTP/1.0 knows no interim answers; and a 100 nobody waits for only confuses.
    if (this.#head.minorVersion === 0 || (head.status === 100 && !expectsContinue(this.#head))) return;
    this.#client.writeHead(`HTTP/1.1 ${head.status} ${head.reason}\r\n${responseLines(head)}\r\n`, 'plain');
  }

  onHead(head: ParsedResponse): void {
    if (head.status === 101) {
      this.#fail({ kind: 'invalid', detail: 'it switched protocols without being asked to', stale: false });
      return;
    }
    this.#answer = 'begun';
    this.#status = head.status;
    const lines = responseLines(head);
    const length = typeof head.bodyLength === 'number' ? head.bodyLength : 0;
    this.#copy?.response({ status: head.status, reason: head.reason, lines }, length);
    this.#framing = clientFraming(this.#head, head, this.#client.reusable);
    this.#client.writeHead(responseText(head, lines, this.#framing, this.#context.pseudonym), this.#framing.body);
  }

  onBody(chunk: Buffer): void {
    this.#copy?.responseBody(chunk);
    this.#client.writeBody(chunk);
  }

  onEnd(trailers: Fields): void {
    this.#answer = 'done';
    this.#timed = { timing: this.#connection!.timing(), paced: this.#slowReader || this.#request !== 'received' };
    if (trailers.length > 0) this.#copy?.responseTrailers(trailers);
    this.#client.writeEnd(trailers);
  }

  onReadEnd(): void {
    if (this.#state === 'over') return;
    if (!this.#client.flush() && this.#answer !== 'done') {
      this.#slowReader = true;
      this.#connection!.pause();
    }
    this.#finishIfDone();
  }

  onDrain(): void {
    this.#client.resumeRequest();
  }

  onFailure(failure: Failure): void {
    if (this.#state === 'over') return;
    if (failure.stale && isIdempotent(this.#head.method) && this.#head.bodyLength === 0) this.#retry();
    else this.#fail(failure);
  }

  get #row(): number {
    return this.#settings.routeRows[this.#route]!;
  }

  #openCopy(): void {
    const { context, config } = { context: this.#context, config: this.#settings.config };
    const route = config.routes[this.#route]!;
    this.#skipped = admit(this.#head, this.#client.address, route, config.mirror, context.mirror, context.marker);
    if (this.#skipped !== undefined) return;
    const request = {
      receivedAt: context.clock.wall(),
      route: this.#row,
      complete: this.#head.bodyLength === 0,
      id: this.#requestId,
      text: this.#text,
    };
    this.#copy = Copy.open(context.tape, this.#number, request, route.mirror.maxBody);
    if (this.#copy === undefined) this.#skipped = 'tape_full';
  }

  #begin(connection: Connection): void {
    this.#connection = connection;
    this.#state = 'connected';
    connection.begin(this, this.#head.method, this.#text, this.#head.bodyLength === 'chunked' ? 'chunked' : 'plain');
    for (const chunk of this.#held) connection.body(chunk);
    this.#held = [];
    if (this.#request === 'received') connection.end(this.#trailers);
    connection.flush();
  }

  /** RFC 9110, section 9.2.2: only what may be sent twice, and only when the server can't have answered. */
  #retry(): void {
    this.#state = 'waiting';
    this.#connection = undefined;
    const { primary } = this.#settings;
    const connection = primary.connect() ?? primary.acquire(this);
    if (connection !== undefined) this.#begin(connection);
  }

  #fail(failure: Failure): void {
    if (this.#answer === 'done') {
      // The primary has answered and doesn't want the rest of the request.
      this.#settleAnswered();
      this.#client.onExchangeOver('close');
    } else if (this.#answer === 'begun') {
      // The client must see that the answer is incomplete.
      this.#settle('primary_failed');
      this.#client.onExchangeOver('reset');
    } else if (failure.kind === 'timeout') {
      this.#refuse(
        { status: 504, title: 'Gateway Timeout', detail: 'the service did not answer in time' },
        'primary_failed',
      );
    } else if (failure.kind === 'unreachable') {
      this.#refuse({ status: 502, title: 'Bad Gateway', detail: 'the service could not be reached' }, 'primary_failed');
    } else {
      this.#refuse({ status: 502, title: 'Bad Gateway', detail: 'the service gave no valid answer' }, 'primary_failed');
    }
  }

  /** Answers the client in the primary's stead. */
  #refuse(refusal: Refusal, ending: Ending): void {
    this.#status = refusal.status;
    const keepAlive = this.#request === 'received' && this.#client.reusable && this.#head.minorVersion === 1;
    this.#client.writeHead(
      problemResponse(refusal, this.#requestId, { body: this.#head.method !== 'HEAD', keepAlive }),
      'plain',
    );
    this.#client.flush();
    this.#settle(ending);
    this.#client.onExchangeOver(keepAlive ? 'keep_alive' : 'close');
  }

  #finishIfDone(): void {
    if (this.#state === 'over' || this.#answer !== 'done' || this.#request !== 'received') return;
    this.#settleAnswered();
    this.#client.onExchangeOver(
      this.#client.reusable && this.#framing!.connection !== 'close' ? 'keep_alive' : 'close',
    );
  }

  /** The primary's answer is complete: the copy's ending is the mirror's to tell, if it got there. */
  #settleAnswered(): void {
    const { timing, paced } = this.#timed!;
    if (!paced) this.#context.ledger.leg(this.#row, 'primary', timing);
    if (this.#copy?.end(this.#row, timing, paced) === true) {
      this.#state = 'over';
      this.#countRequest();
    } else {
      this.#settle(`skipped:${this.#skipped ?? this.#copy!.abandoned!}`);
    }
  }

  #settle(ending: Ending): void {
    if (this.#state === 'connected' && this.#answer !== 'done') this.#connection!.abort();
    else if (this.#state === 'waiting') this.#settings.primary.cancel(this);
    this.#state = 'over';
    this.#copy?.abandon('client_aborted');
    this.#context.ledger.end(this.#row, ending);
    this.#countRequest();
  }

  #countRequest(): void {
    this.#context.ledger.request(this.#row, this.#head.method, this.#status);
    this.#context.received.finish(this.#row);
  }
}
