/**
 * One client request and its answer by the primary.
 *
 * The request and the answer move independently: either may end first. The exchange is over when both have, or when
 * something breaks; it then settles, exactly once, with one ending. The copy follows alongside and is never waited for.
 */
import type { Target } from '../config/types.ts';
import type { Fields, LegFailure, LegTiming } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import type { Connection, Failure, ResponseHandler } from '../wire/connection.ts';
import { forwardedTrailers, responseLines } from '../wire/end-to-end.ts';
import { fieldValue } from '../wire/fields.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { ParsedRequest, ParsedResponse } from '../wire/message.ts';
import type { Waiter } from '../wire/pool.ts';
import type { AccessLine } from './access-log.ts';
import { admit } from './admission.ts';
import type { EdgeContext, Settings } from './context.ts';
import { Copy } from './copy.ts';
import { type ClientFraming, clientFraming, PLAIN, requestText, responseText, type Sender } from './forwarding.ts';
import { ownResponse } from './problem.ts';
import { acceptsOffer, offeredProtocols, type TunnelEnd } from './upgrade.ts';
import { expectsContinue, type OwnAnswer, type Validation, validateRequest } from './validation.ts';

/** The client's connection, as an exchange sees it. */
export interface Client {
  readonly address: string;
  readonly sender: Sender;
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
  /** The exchange is over, and the connection now speaks another protocol with the target. */
  onUpgrade(target: TunnelEnd): void;
}

const NO_VALID_ANSWER: OwnAnswer = { status: 502, title: 'Bad Gateway', detail: 'the service gave no valid answer' };

/** What the client is told when the primary gave no answer that could be passed on. */
const FAILURE_ANSWERS: Readonly<Record<LegFailure, OwnAnswer>> = {
  timeout: { status: 504, title: 'Gateway Timeout', detail: 'the service did not answer in time' },
  unreachable: { status: 502, title: 'Bad Gateway', detail: 'the service could not be reached' },
  reset: NO_VALID_ANSWER,
  invalid: NO_VALID_ANSWER,
};

/** What a request id may look like that someone else has given. */
const REQUEST_ID = /^[\x21-\x7E]{1,200}$/;

export class Exchange implements ResponseHandler, Waiter {
  readonly #context: EdgeContext;
  readonly #settings: Settings;
  readonly #client: Client;
  readonly #head: ParsedRequest;
  readonly #number: number;
  readonly #requestId: string;

  #route: number;
  /** In origin-form; empty where it was refused. */
  #target = '';
  /** In the ledgers: where this exchange is counted, once that is known. */
  #row: number | undefined;
  #text = '';
  #connection: Connection | undefined;
  /** Body that came before there was a connection to send it on. */
  #held: Buffer[] = [];
  /** `withheld`: the client waits for leave to send the body, and has not begun. */
  #request: 'withheld' | 'receiving' | 'received' = 'receiving';
  #trailers: Fields = [];
  #answer: 'awaited' | 'begun' | 'done' | 'upgraded' = 'awaited';
  #state: 'waiting' | 'connected' | 'over' = 'waiting';
  #status = 0;
  #framing: ClientFraming = PLAIN;
  /** The protocols offered to the primary. */
  #offered = '';
  #slowReader = false;
  /** The primary's timings, and whether the client's pace is in them, so that they say nothing about the primary. */
  #timed: { timing: LegTiming; paced: boolean } | undefined;
  #copy: Copy | undefined;
  #skipped: SkipReason | undefined;
  /** Undefined where this request is not logged. */
  readonly #line: AccessLine | undefined;

  constructor(context: EdgeContext, client: Client, head: ParsedRequest) {
    this.#context = context;
    this.#settings = context.settings;
    this.#client = client;
    this.#head = head;
    this.#line = context.accessLog?.begin();
    this.#number = context.nextExchange();
    this.#requestId = requestIdOf(client, head) ?? context.requestId(this.#number);
    this.#route = this.#settings.config.routes.length - 1;
  }

  /** Begins with the request's head; body and end follow. */
  start(): void {
    const validation = validateRequest(this.#head, this.#context.pseudonym);
    if (validation.kind === 'valid') {
      this.#target = validation.target;
      this.#route = this.#settings.router.find(this.#head, validation.target, validation.host);
    }
    this.#context.received.give(this.#routeRow);
    if (validation.kind === 'answered') {
      this.#answerSelf(validation.answer, 'skipped:refused');
      return;
    }
    if (expectsContinue(this.#head)) this.#request = 'withheld';
    this.#offered = offeredProtocols(this.#head);
    this.#text = this.#forwardedText(validation);
    this.#openCopy();
    const connection = this.#settings.primary.acquire(this);
    if (connection !== undefined) this.#begin(connection);
  }

  onRequestBody(chunk: Buffer): void {
    if (this.#state === 'over') return;
    this.#request = 'receiving';
    this.#copy?.requestBody(chunk);
    if (this.#state === 'connected') {
      this.#connection!.body(chunk);
    } else {
      this.#held.push(chunk);
      this.#client.pauseRequest();
    }
  }

  onRequestEnd(received: Fields): void {
    this.#request = 'received';
    if (this.#state === 'over') return;
    const trailers = forwardedTrailers(received);
    if (this.#head.bodyLength !== 0) this.#copy?.requestEnd(trailers);
    this.#trailers = trailers;
    if (this.#state === 'connected') this.#connection!.end(trailers);
    this.#finishIfDone();
  }

  /** All of a read of the client's is handed over: the moment to send it on. */
  onRequestReadEnd(): void {
    if (this.#state === 'connected' && !this.#connection!.flush()) this.#client.pauseRequest();
  }

  /** The head was good, but the body is not, or doesn't come: the primary must not take it for complete. */
  onRequestBroken(answer: OwnAnswer): void {
    if (this.#state === 'over') return;
    if (this.#answer === 'awaited') {
      this.#answerSelf(answer, 'skipped:refused');
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
    this.#context.notePrimaryFailure({ kind: 'timeout', detail }, this.#requestId);
    this.#answerSelf(
      { status: 503, title: 'Service Unavailable', detail, fields: ['Retry-After', '1'] },
      'primary_failed',
    );
  }

  onInterim(head: ParsedResponse): void {
    if (head.status === 100) {
      // Nobody else waits for it, and a 100 that nobody waits for only confuses.
      if (this.#request !== 'withheld') return;
      this.#request = 'receiving';
    }
    // HTTP/1.0 has no interim answers (RFC 9110, section 15.2).
    if (this.#head.minorVersion === 0) return;
    this.#client.writeHead(`HTTP/1.1 ${head.status} ${head.reason}\r\n${responseLines(head)}\r\n`, 'plain');
  }

  onHead(head: ParsedResponse): void {
    if (head.status === 101 && !acceptsOffer(head, this.#offered)) {
      this.#fail({ kind: 'invalid', detail: 'it switched protocols without being asked to', stale: false });
      return;
    }
    this.#answer = 'begun';
    this.#status = head.status;
    const lines = responseLines(head);
    const length = typeof head.bodyLength === 'number' ? head.bodyLength : 0;
    this.#copy?.response({ status: head.status, reason: head.reason, lines }, length);
    if (head.status !== 101) this.#framing = clientFraming(this.#head, head, this.#keepsClient(head));
    this.#client.writeHead(responseText(head, lines, this.#framing, this.#context), this.#framing.body);
    if (head.status === 101) this.#answer = 'upgraded';
  }

  onBody(chunk: Buffer): void {
    this.#copy?.responseBody(chunk);
    if (this.#line !== undefined) this.#line.bytes += chunk.length;
    this.#client.writeBody(chunk);
  }

  onEnd(received: Fields): void {
    if (this.#answer === 'upgraded') return;
    this.#answer = 'done';
    const trailers = forwardedTrailers(received);
    this.#timed = { timing: this.#connection!.timing(), paced: this.#slowReader || this.#request !== 'received' };
    if (trailers.length > 0) this.#copy?.responseTrailers(trailers);
    this.#client.writeEnd(trailers);
  }

  onReadEnd(): void {
    if (this.#state === 'over') return;
    if (this.#answer === 'upgraded') {
      this.#upgrade();
      return;
    }
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

  /** Row of the configured route. */
  get #routeRow(): number {
    return this.#settings.routeRows[this.#route]!;
  }

  /** Where it is counted. To be asked only at the end: how a path is answered decides whether it has a name. */
  get #countedRow(): number {
    if (this.#row === undefined) {
      const status = this.#answer === 'awaited' ? 0 : this.#status;
      this.#row =
        this.#target === ''
          ? this.#routeRow
          : this.#settings.grouper.rowOf(this.#route, this.#head, this.#target, status);
    }
    return this.#row;
  }

  #forwardedText({ host, target }: Extract<Validation, { kind: 'valid' }>): string {
    return requestText(this.#head, {
      sender: this.#client.sender,
      address: this.#client.address,
      scheme: this.#client.scheme,
      host: host ?? '',
      targetHost: host ?? authorityOf(this.#settings.config.primary),
      target,
      requestId: this.#requestId,
      upgrade: this.#offered,
      pseudonym: this.#context.pseudonym,
    });
  }

  /** Whether the client's connection can carry more requests behind this answer, as far as is known now. */
  #keepsClient(head: ParsedResponse): boolean {
    if (this.#request === 'received') return this.#mayKeepClient;
    // A body that was never asked for may or may not come: nothing behind it could be told apart. And a primary that is
    // going to close takes no more of the body.
    return this.#mayKeepClient && this.#request === 'receiving' && head.keepAlive;
  }

  get #mayKeepClient(): boolean {
    return this.#client.reusable && this.#context.connections === 'kept';
  }

  #openCopy(): void {
    const context = this.#context;
    const { config } = this.#settings;
    const route = config.routes[this.#route]!;
    if (this.#offered !== '') {
      this.#skipped = 'upgrade';
      return;
    }
    this.#skipped = admit(this.#head, this.#client.address, route, config.mirror, context.mirror, context.marker);
    if (this.#skipped !== undefined) return;
    const request = {
      receivedAt: context.clock.wall(),
      route: this.#routeRow,
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
    const text = this.#settings.rewrite?.(this.#text) ?? this.#text;
    connection.begin(this, this.#head.method, text, this.#head.bodyLength === 'chunked' ? 'chunked' : 'plain');
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
      return;
    }
    this.#context.notePrimaryFailure(failure, this.#requestId);
    if (this.#answer === 'begun') {
      // The client must see that the answer is incomplete.
      this.#settle('primary_failed');
      this.#client.onExchangeOver('reset');
    } else {
      this.#answerSelf(FAILURE_ANSWERS[failure.kind], 'primary_failed');
    }
  }

  /** Answers the client in the primary's stead. */
  #answerSelf(answer: OwnAnswer, ending: Ending): void {
    this.#status = answer.status;
    if (ending === 'skipped:refused') this.#context.refusals.request(answer, this.#client.address);
    const keepAlive = this.#request === 'received' && this.#mayKeepClient && this.#head.minorVersion === 1;
    const text = ownResponse(answer, {
      requestId: this.#requestId,
      body: this.#head.method === 'HEAD' ? 'left_out' : 'sent',
      connection: keepAlive ? 'keep_alive' : 'close',
      now: this.#context.clock.wall(),
    });
    this.#client.writeHead(text, 'plain');
    if (this.#line !== undefined) this.#line.bytes = text.length - text.indexOf('\r\n\r\n') - 4;
    this.#client.flush();
    this.#settle(ending);
    this.#client.onExchangeOver(keepAlive ? 'keep_alive' : 'close');
  }

  #upgrade(): void {
    this.#client.flush();
    const target = this.#connection!.detach();
    this.#settle('skipped:upgrade');
    this.#client.onUpgrade(target);
  }

  #finishIfDone(): void {
    if (this.#state === 'over' || this.#answer !== 'done' || this.#request === 'receiving') return;
    const keepAlive = this.#client.reusable && this.#framing.connection !== 'close';
    this.#settleAnswered();
    this.#client.onExchangeOver(keepAlive ? 'keep_alive' : 'close');
  }

  /** The primary's answer is complete: the copy's ending is the mirror's to tell, if it got there. */
  #settleAnswered(): void {
    if (this.#request !== 'received') {
      this.#settle('skipped:client_aborted');
      return;
    }
    const { timing, paced } = this.#timed!;
    const row = this.#countedRow;
    const handedOver = this.#copy?.end(row, timing, paced) === true;
    if (handedOver && this.#context.routeNames.info(row).named !== 'by_head') {
      // Who reads the body knows better where to count it.
      this.#state = 'over';
      this.#finish();
      return;
    }
    if (!paced) this.#context.ledger.leg(row, 'primary', timing);
    if (handedOver) {
      this.#state = 'over';
      this.#countRequest();
    } else {
      this.#settle(`skipped:${this.#skipped ?? this.#copy!.abandoned!}`);
    }
  }

  #settle(ending: Ending): void {
    if (this.#state === 'connected') this.#letGo();
    else if (this.#state === 'waiting') this.#settings.primary.cancel(this);
    this.#state = 'over';
    this.#copy?.abandon('client_aborted');
    this.#context.ledger.end(this.#countedRow, ending);
    this.#countRequest();
  }

  /** A connection with half a message on it carries no other. */
  #letGo(): void {
    if (this.#answer !== 'done' || this.#request !== 'received') this.#connection!.abort();
  }

  #countRequest(): void {
    this.#context.ledger.request(this.#countedRow, this.#head.method, this.#status);
    this.#finish();
  }

  #finish(): void {
    this.#context.received.finish(this.#routeRow);
    if (this.#line !== undefined) this.#writeLine(this.#line);
  }

  #writeLine(line: AccessLine): void {
    const request = {
      address: this.#client.address,
      head: this.#head,
      requestId: this.#requestId,
      route: this.#context.routeNames.info(this.#countedRow).name,
    };
    line.end(request, this.#status);
  }
}

/** A trusted proxy has named the request already. */
function requestIdOf(client: Client, head: ParsedRequest): string | undefined {
  if (client.sender === 'client') return undefined;
  const id = fieldValue(head.fields, 'x-request-id');
  return id !== undefined && REQUEST_ID.test(id) ? id : undefined;
}

/** RFC 9112, section 3.2: without the scheme's own port. */
function authorityOf({ protocol, host, port }: Target): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (protocol === 'http' ? 80 : 443) ? name : `${name}:${port}`;
}
