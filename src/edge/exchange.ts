/**
 * One client request and its answer by the primary.
 *
 * The request and the answer move independently: either may end first. The exchange is over when both have, or when
 * something breaks; it then settles, exactly once, with one ending. The copy follows alongside and is never waited for.
 */
import type { Fields } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import type { Connection } from '../wire/connection.ts';
import { forwardedTrailers, responseLines } from '../wire/end-to-end.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { ParsedRequest, ParsedResponse } from '../wire/message.ts';
import type { Waiter } from '../wire/pool.ts';
import type { Failure, ResponseHandler } from '../wire/response-handler.ts';
import type { AccessLine } from './access-log.ts';
import { beginCopy } from './begin-copy.ts';
import type { Client } from './client.ts';
import type { EdgeContext, Settings } from './context.ts';
import type { Copy } from './copy.ts';
import {
  authorityOf,
  type ClientFraming,
  clientFraming,
  namedBefore,
  offering,
  PLAIN,
  requestText,
  responseText,
} from './forwarding.ts';
import { FAILURE_ANSWERS, NO_CONNECTION } from './local-replies.ts';
import { ownResponse } from './problem.ts';
import { type Answered, settle } from './settlement.ts';
import { acceptsOffer, offeredProtocols } from './upgrade.ts';
import { expectsContinue, type OwnAnswer, type Validation, validateRequest } from './validation.ts';

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
  /** Whether anything of the response was sent to the client, and not merely made ready. */
  #sent: 'nothing' | 'some' = 'nothing';
  #timed: Answered | undefined;
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
    this.#requestId = namedBefore(client.sender, head) ?? context.requestId(this.#number);
    this.#route = this.#settings.config.routes.length - 1;
  }

  /** Begins with the request's head; body and end follow. */
  start(): void {
    const validation = validateRequest(this.#head, this.#context.pseudonym);
    if (validation.kind === 'valid') {
      this.#target = validation.target;
      this.#route = this.#settings.router.find(this.#head, validation.target, validation.host);
    }
    this.#context.received.give(this.#settings.routeRows[this.#route]!);
    if (validation.kind === 'answered') {
      this.#answerSelf(validation.answer, 'skipped:refused');
      return;
    }
    if (expectsContinue(this.#head)) this.#request = 'withheld';
    this.#offered = offeredProtocols(this.#head);
    const text = this.#forwardedText(validation);
    this.#openCopy(text);
    this.#text = this.#offered === '' ? text : offering(text, this.#offered);
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
    this.#trailers = trailers;
    if (this.#head.bodyLength !== 0 || this.#offered !== '') this.#endCopiedRequest();
    if (this.#state === 'connected') this.#connection!.end(trailers);
    // In a turn of its own: what the client has sent behind its request is laid aside first.
    if (this.#answer === 'upgraded') setImmediate(() => this.#upgrade());
    else this.#finishIfDone();
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

  onNoConnection(): void {
    const { primary } = this.#settings;
    this.#context.noteConnectionLimit(primary.target, this.#requestId);
    this.#answerSelf(NO_CONNECTION, `skipped:${primary.limit}`);
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
    if (head.status === 101) {
      this.#switch(head);
      return;
    }
    this.#answer = 'begun';
    this.#status = head.status;
    if (this.#offered !== '') this.#endCopiedRequest();
    const lines = responseLines(head);
    const length = typeof head.bodyLength === 'number' ? head.bodyLength : 0;
    this.#copy?.response({ status: head.status, reason: head.reason, lines }, length);
    this.#framing = clientFraming(this.#head, head, this.#keepsClient(head));
    this.#client.writeHead(responseText(head, lines, this.#framing, this.#context), this.#framing.body);
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
      this.#client.flush();
      // A request is sent whole before the connection speaks another protocol (RFC 9110, section 7.8).
      if (this.#request === 'received') this.#upgrade();
      else this.#connection!.pause();
      return;
    }
    if (this.#answer !== 'awaited') this.#sent = 'some';
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

  #forwardedText({ host, target }: Extract<Validation, { kind: 'valid' }>): string {
    return requestText(this.#head, {
      sender: this.#client.sender,
      address: this.#client.address,
      scheme: this.#client.scheme,
      host: host ?? '',
      targetHost: host ?? authorityOf(this.#settings.config.primary),
      target,
      requestId: this.#requestId,
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

  #openCopy(text: string): void {
    const begun = beginCopy(this.#context, {
      settings: this.#settings,
      head: this.#head,
      address: this.#client.address,
      connection: this.#client.number,
      route: this.#route,
      exchange: this.#number,
      id: this.#requestId,
      text,
      complete: this.#head.bodyLength === 0 && this.#offered === '',
    });
    if (typeof begun === 'string') this.#skipped = begun;
    else this.#copy = begun;
  }

  /**
   * Where the primary may switch protocols, this waits for its response: the copy is sent once its request has ended,
   * and of what becomes a tunnel the shadow sees nothing.
   */
  #endCopiedRequest(): void {
    if (this.#request !== 'received' || (this.#offered !== '' && this.#answer === 'awaited')) return;
    this.#copy?.requestEnd(this.#trailers);
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
    if (failure.kind === 'shortage') {
      // Nothing was sent, and the pool has told of it.
      this.#answerSelf(NO_CONNECTION, 'skipped:shortage');
      return;
    }
    const route = this.#settings.config.routes[this.#route]!.name;
    this.#context.notePrimaryFailure(failure, { head: this.#head, route, requestId: this.#requestId });
    if (this.#answer === 'awaited') {
      this.#answerSelf(FAILURE_ANSWERS[failure.kind], 'primary_failed');
    } else {
      // What came in one read with the fault never left: the client is not counted as answered.
      if (this.#answer === 'begun' && this.#sent === 'nothing') this.#status = 0;
      if (this.#line !== undefined && this.#status === 0) this.#line.bytes = 0;
      // The client must see that the answer is incomplete.
      this.#settle(this.#answer === 'upgraded' ? 'skipped:upgrade' : 'primary_failed');
      this.#client.onExchangeOver('reset');
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

  #switch(head: ParsedResponse): void {
    if (!acceptsOffer(head, this.#offered)) {
      this.#fail({ kind: 'invalid', detail: 'it switched protocols without being asked to', stale: false });
      return;
    }
    this.#answer = 'upgraded';
    this.#status = head.status;
    // A client that waits for leave gets it before it learns of the switch (RFC 9110, section 7.8).
    if (this.#request === 'withheld') {
      this.#request = 'receiving';
      this.#client.writeHead('HTTP/1.1 100 Continue\r\n\r\n', 'plain');
    }
    this.#client.writeHead(responseText(head, responseLines(head), PLAIN, this.#context), 'plain');
  }

  #upgrade(): void {
    if (this.#state === 'over') return;
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

  /** The primary's answer is complete. */
  #settleAnswered(): void {
    this.#settle(this.#request === 'received' ? this.#timed! : 'skipped:client_aborted');
  }

  #settle(result: Ending | Answered): void {
    if (this.#state === 'connected') this.#letGo();
    else if (this.#state === 'waiting') this.#settings.primary.cancel(this);
    this.#state = 'over';
    const facts = {
      settings: this.#settings,
      address: this.#client.address,
      head: this.#head,
      requestId: this.#requestId,
      route: this.#route,
      target: this.#target,
      status: this.#status,
      answer: this.#answer,
      copy: this.#copy,
      skipped: this.#skipped,
      line: this.#line,
    };
    settle(this.#context, facts, result);
  }

  /** A connection with half a message on it carries no other. */
  #letGo(): void {
    if (this.#answer !== 'done' || this.#request !== 'received') this.#connection!.abort();
  }
}
