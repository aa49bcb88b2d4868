/**
 * One client request and its answer by the primary.
 *
 * The request and the answer move independently: either may end first. The exchange is over when both have, or when
 * something breaks; it then settles, exactly once, with one ending. The copy follows alongside and is never waited for.
 */
import type { Fields } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import { forwardedTrailers, responseLines } from '../wire/end-to-end.ts';
import type { ParsedRequest, ParsedResponse } from '../wire/message.ts';
import type { Failure } from '../wire/response-handler.ts';
import { beginCopy } from './begin-copy.ts';
import type { Client } from './client.ts';
import type { EdgeContext } from './context.ts';
import type { Copy } from './copy.ts';
import { type ClientFraming, clientFraming, offering, PLAIN, responseText } from './forwarding.ts';
import { ownResponse } from './http1/problem.ts';
import { acceptsOffer } from './http1/upgrade.ts';
import { FAILURE_ANSWERS, NO_CONNECTION } from './local-replies.ts';
import { type PrimaryHandler, PrimaryRequest } from './primary-request.ts';
import { ReceivedRequest } from './received-request.ts';
import { type Answered, settle } from './settlement.ts';
import { expectsContinue, type OwnAnswer, validateRequest } from './validation.ts';

export class Exchange implements PrimaryHandler {
  readonly #context: EdgeContext;
  readonly #client: Client;
  readonly #received: ReceivedRequest;
  readonly #outgoing: PrimaryRequest;

  /** `withheld`: the client waits for leave to send the body, and has not begun. */
  #request: 'withheld' | 'receiving' | 'received' = 'receiving';
  #trailers: Fields = [];
  #answer: 'awaited' | 'begun' | 'done' | 'upgraded' = 'awaited';
  #state: 'open' | 'over' = 'open';
  #status = 0;
  #framing: ClientFraming = PLAIN;
  #slowReader = false;
  /** Whether anything of the response was sent to the client, and not merely made ready. */
  #sent: 'nothing' | 'some' = 'nothing';
  #timed: Answered | undefined;
  #copy: Copy | undefined;
  #skipped: SkipReason | undefined;

  constructor(context: EdgeContext, client: Client, head: ParsedRequest) {
    this.#context = context;
    this.#client = client;
    this.#received = new ReceivedRequest(context, client, head);
    this.#outgoing = new PrimaryRequest(this.#received, this);
  }

  /** Begins with the request's head; body and end follow. */
  start(): void {
    const received = this.#received;
    const { pseudonym } = this.#context;
    const validation = validateRequest(received.head, pseudonym);
    if (validation.kind === 'answered') {
      this.#context.received.give(received.configuredRow);
      this.#answerSelf(validation.answer, 'skipped:refused');
      return;
    }
    const plan = received.accept(validation);
    this.#context.received.give(received.configuredRow);
    if (expectsContinue(received.head)) this.#request = 'withheld';
    const text = received.forwardedText(validation.host, pseudonym);
    const begun = beginCopy(this.#context, received, plan, text);
    if (typeof begun === 'string') this.#skipped = begun;
    else this.#copy = begun;
    this.#outgoing.send(received.offered === '' ? text : offering(text, received.offered), plan.serves);
  }

  onRequestBody(chunk: Buffer): void {
    if (this.#state === 'over') return;
    this.#request = 'receiving';
    this.#copy?.requestBody(chunk);
    if (!this.#outgoing.body(chunk)) this.#client.pauseRequest();
  }

  onRequestEnd(fields: Fields): void {
    this.#request = 'received';
    if (this.#state === 'over') return;
    const trailers = forwardedTrailers(fields);
    this.#trailers = trailers;
    if (!this.#received.completeWithHead) this.#endCopiedRequest();
    this.#outgoing.end(trailers);
    // In a turn of its own: what the client has sent behind its request is laid aside first.
    if (this.#answer === 'upgraded') setImmediate(() => this.#upgrade());
    else this.#finishIfDone();
  }

  /** All of a read of the client's is handed over: the moment to send it on. */
  onRequestReadEnd(): void {
    if (this.#state === 'open' && !this.#outgoing.flush()) this.#client.pauseRequest();
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
    this.#outgoing.resume();
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

  onNoConnection(): void {
    const { plan, requestId } = this.#received;
    const { pool } = plan!.serves;
    this.#context.noteConnectionLimit(pool.target, requestId);
    this.#answerSelf(NO_CONNECTION, `skipped:${pool.limit}`);
  }

  onInterim(head: ParsedResponse): void {
    if (head.status === 100) {
      // Nobody else waits for it, and a 100 that nobody waits for only confuses.
      if (this.#request !== 'withheld') return;
      this.#request = 'receiving';
    }
    // HTTP/1.0 has no interim answers (RFC 9110, section 15.2).
    if (this.#received.head.minorVersion === 0) return;
    this.#client.writeHead(`HTTP/1.1 ${head.status} ${head.reason}\r\n${responseLines(head)}\r\n`, 'plain');
  }

  onHead(head: ParsedResponse): void {
    if (head.status === 101) {
      this.#switch(head);
      return;
    }
    this.#answer = 'begun';
    this.#status = head.status;
    if (this.#received.offered !== '') this.#endCopiedRequest();
    const lines = responseLines(head);
    const length = typeof head.bodyLength === 'number' ? head.bodyLength : 0;
    this.#copy?.response({ status: head.status, reason: head.reason, lines }, length);
    this.#framing = clientFraming(this.#received.head, head, this.#keepsClient(head));
    this.#client.writeHead(responseText(head, lines, this.#framing, this.#context), this.#framing.body);
  }

  onBody(chunk: Buffer): void {
    this.#copy?.responseBody(chunk);
    const { line } = this.#received;
    if (line !== undefined) line.bytes += chunk.length;
    this.#client.writeBody(chunk);
  }

  onEnd(fields: Fields): void {
    if (this.#answer === 'upgraded') return;
    this.#answer = 'done';
    const trailers = forwardedTrailers(fields);
    this.#timed = { timing: this.#outgoing.timing(), paced: this.#slowReader || this.#request !== 'received' };
    if (trailers.length > 0) this.#copy?.responseTrailers(trailers);
    this.#client.writeEnd(trailers);
  }

  onReadEnd(): void {
    if (this.#state === 'over') return;
    if (this.#answer === 'upgraded') {
      this.#client.flush();
      // A request is sent whole before the connection speaks another protocol (RFC 9110, section 7.8).
      if (this.#request === 'received') this.#upgrade();
      else this.#outgoing.pause();
      return;
    }
    if (this.#answer !== 'awaited') this.#sent = 'some';
    if (!this.#client.flush() && this.#answer !== 'done') {
      this.#slowReader = true;
      this.#outgoing.pause();
    }
    this.#finishIfDone();
  }

  onDrain(): void {
    this.#client.resumeRequest();
  }

  onFailure(failure: Failure): void {
    if (this.#state === 'over') return;
    if (!this.#outgoing.retry(failure)) this.#fail(failure);
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

  /**
   * Where the primary may switch protocols, this waits for its response: the copy is sent once its request has ended,
   * and of what becomes a tunnel the shadow sees nothing.
   */
  #endCopiedRequest(): void {
    if (this.#request !== 'received' || (this.#received.offered !== '' && this.#answer === 'awaited')) return;
    this.#copy?.requestEnd(this.#trailers);
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
    const { head, settings, requestId, line } = this.#received;
    const route = settings.config.routes[this.#received.route]!.name;
    this.#context.notePrimaryFailure(failure, { head, route, requestId });
    if (this.#answer === 'awaited') {
      this.#answerSelf(FAILURE_ANSWERS[failure.kind], 'primary_failed');
    } else {
      // What came in one read with the fault never left: the client is not counted as answered.
      if (this.#answer === 'begun' && this.#sent === 'nothing') this.#status = 0;
      if (line !== undefined && this.#status === 0) line.bytes = 0;
      // The client must see that the answer is incomplete.
      this.#settle(this.#answer === 'upgraded' ? 'skipped:upgrade' : 'primary_failed');
      this.#client.onExchangeOver('reset');
    }
  }

  /** Answers the client in the primary's stead. */
  #answerSelf(answer: OwnAnswer, ending: Ending): void {
    const { head, requestId, line } = this.#received;
    this.#status = answer.status;
    if (ending === 'skipped:refused') this.#context.refusals.request(answer, this.#client.address);
    const keepAlive = this.#request === 'received' && this.#mayKeepClient && head.minorVersion === 1;
    const text = ownResponse(answer, {
      requestId,
      body: head.method === 'HEAD' ? 'left_out' : 'sent',
      connection: keepAlive ? 'keep_alive' : 'close',
      now: this.#context.clock.wall(),
    });
    this.#client.writeHead(text, 'plain');
    if (line !== undefined) line.bytes = text.length - text.indexOf('\r\n\r\n') - 4;
    this.#client.flush();
    this.#settle(ending);
    this.#client.onExchangeOver(keepAlive ? 'keep_alive' : 'close');
  }

  #switch(head: ParsedResponse): void {
    if (!acceptsOffer(head, this.#received.offered)) {
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
    const target = this.#outgoing.detach();
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
    if (this.#answer !== 'done' || this.#request !== 'received') this.#outgoing.abandon();
    this.#state = 'over';
    const facts = { status: this.#status, answer: this.#answer, copy: this.#copy, skipped: this.#skipped };
    settle(this.#context, this.#received, facts, result);
  }
}
