/**
 * One client request and the response to it: a state machine that knows heads, body chunks, trailers and ends, and no
 * wire. Events come from the client's stream and from the stream to the target; commands go to both.
 *
 * The request and the response move independently: either may end first. The exchange is over when both have, or when
 * something breaks; it then settles, exactly once, with one ending. The copy follows alongside and is never waited for.
 */
import type { Server } from '../model/copy-legs.ts';
import type { Fields } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import { endToEndFields, forwardedTrailers } from '../wire/end-to-end.ts';
import type { IncomingResponse } from '../wire/message.ts';
import type { Failure } from '../wire/target-stream.ts';
import { beginCopy } from './begin-copy.ts';
import type { ClientStream, RequestHandler, RestOfRequest } from './client-stream.ts';
import type { EdgeContext } from './context.ts';
import type { Copy } from './copy.ts';
import { namingArms, servingMembership } from './experiments.ts';
import { FAILURE_REPLIES, type LocalReply, NO_CONNECTION, NO_SERVICE_HERE } from './local-replies.ts';
import { serverName } from './plan.ts';
import { acceptsOffer } from './protocol-offer.ts';
import { ReceivedRequest } from './received-request.ts';
import type { ReceivedHead } from './request-head.ts';
import { type Completed, type ResponseProgress, settle } from './settlement.ts';
import { type TargetHandler, TargetRequest } from './target-request.ts';

export class Exchange implements RequestHandler, TargetHandler {
  readonly #context: EdgeContext;
  readonly #client: ClientStream;
  readonly #received: ReceivedRequest;
  readonly #outgoing: TargetRequest;

  /** `withheld`: the client waits for a 100 before it sends the body. */
  #request: 'withheld' | 'receiving' | 'received';
  #trailers: Fields = [];
  /** `settled`: the exchange is over. */
  #response: ResponseProgress | 'settled' = 'awaited';
  #status = 0;
  #slowReader = false;
  #completed: Completed | undefined;
  #copy: Copy | undefined;
  #skipped: SkipReason | undefined;
  #servedBy: Server = 'primary';
  /** Of the response, where a goal of an experiment is read from them. */
  #fields: Fields = [];
  /** What became of the shadow, where the primary serves because the shadow could not. */
  #fellBack: Ending | undefined;

  constructor(context: EdgeContext, client: ClientStream, head: ReceivedHead) {
    this.#context = context;
    this.#client = client;
    this.#received = new ReceivedRequest(context, client, head);
    this.#outgoing = new TargetRequest(this);
    this.#request = head.body === 'withheld' ? 'withheld' : 'receiving';
  }

  /** Begins with the request's head; body and end follow. */
  start(): void {
    const received = this.#received;
    const plan = received.makePlan(this.#context.clock);
    this.#context.received.give(received.configuredRow);
    if (plan === undefined) {
      this.#reply(NO_SERVICE_HERE, 'skipped:refused');
      return;
    }
    const forwarded = received.forwarded(plan, this.#context.pseudonym);
    const begun = beginCopy(this.#context, received, plan, forwarded);
    if (typeof begun === 'string') this.#skipped = begun;
    else this.#copy = begun;
    this.#servedBy = plan.servedBy;
    if (plan.memberships.length > 0) this.#context.experimentLog.expose(plan.memberships);
    const other = plan.servedBy === 'primary' ? undefined : plan.service.primary;
    this.#outgoing.send(forwarded, plan.serves, other);
  }

  /** Instead of `start`: the head can't be forwarded. */
  refuse(reply: LocalReply): void {
    this.#context.received.give(this.#received.configuredRow);
    this.#reply(reply, 'skipped:refused');
  }

  onRequestBody(chunk: Buffer): void {
    if (this.#response === 'settled') return;
    this.#request = 'receiving';
    this.#copy?.requestBody(chunk);
    if (!this.#outgoing.body(chunk)) this.#client.pauseRequest();
  }

  onRequestEnd(fields: Fields): void {
    this.#request = 'received';
    if (this.#response === 'settled') return;
    const trailers = forwardedTrailers(fields);
    this.#trailers = trailers;
    if (!this.#received.completeWithHead) this.#endCopiedRequest();
    this.#outgoing.end(trailers);
    // In a later turn of the event loop: what the client sent behind its request is put aside first.
    if (this.#response === 'switching') setImmediate(() => this.#tunnel());
    else this.#finishIfDone();
  }

  onRequestReadEnd(): void {
    if (this.#response !== 'settled' && !this.#outgoing.flush()) this.#client.pauseRequest();
  }

  onRequestBroken(reply: LocalReply): void {
    if (this.#response === 'settled') return;
    if (this.#response === 'awaited') {
      this.#reply(reply, 'skipped:refused');
    } else {
      this.onClientGone();
      this.#client.abort();
    }
  }

  onClientDrain(): void {
    this.#outgoing.resume();
  }

  onClientGone(): void {
    if (this.#response === 'settled') return;
    if (this.#response === 'done') this.#settleDone();
    else this.#settle('skipped:client_aborted');
  }

  get awaitsResponse(): boolean {
    return this.#request === 'received' && this.#response !== 'settled';
  }

  onNoStream(): void {
    const { plan, requestId } = this.#received;
    const { serves, service } = plan!;
    if (this.#fallBack('no_stream', `skipped:${serves.pool.limit}`)) return;
    const { pool } = service.primary;
    this.#context.noteConnectionLimit(service.name, pool.target, requestId);
    this.#reply(NO_CONNECTION, `skipped:${pool.limit}`);
  }

  onInterim(head: IncomingResponse): void {
    const { status, reason } = head;
    if (status === 100) {
      // Only a client that waits gets a 100: others may be confused by it.
      if (this.#request !== 'withheld') return;
      this.#request = 'receiving';
    }
    if (this.#received.head.interim === 'unknown') return;
    this.#client.interim({ status, reason, fields: endToEndFields(head) });
  }

  onHead(head: IncomingResponse): void {
    if (head.status === 101) {
      this.#switch(head);
      return;
    }
    this.#response = 'begun';
    this.#status = head.status;
    if (this.#received.head.offered !== '') this.#endCopiedRequest();
    const { status, reason, bodyLength } = head;
    const fields = endToEndFields(head);
    this.#copy?.response({ status, reason, fields }, bodyLength);
    if (this.#received.goals !== undefined) this.#fields = fields;
    this.#client.begin(head, this.#withArms(fields), this.#restBehind(head));
  }

  onBody(chunk: Buffer): void {
    this.#copy?.responseBody(chunk);
    const { line } = this.#received;
    if (line !== undefined) line.bytes += chunk.length;
    this.#client.body(chunk);
  }

  onEnd(fields: Fields): void {
    if (this.#response === 'switching') return;
    this.#response = 'done';
    const trailers = forwardedTrailers(fields);
    this.#completed = { timing: this.#outgoing.timing(), paced: this.#slowReader || this.#request !== 'received' };
    if (trailers.length > 0) this.#copy?.responseTrailers(trailers);
    this.#client.end(trailers);
  }

  onReadEnd(): void {
    if (this.#response === 'settled') return;
    if (this.#response === 'switching') {
      this.#client.flush();
      // The whole request is sent before the protocol switches (RFC 9110, section 7.8).
      if (this.#request === 'received') this.#tunnel();
      else this.#outgoing.pause();
      return;
    }
    if (this.#response === 'begun') this.#response = 'sent';
    if (!this.#client.flush() && this.#response !== 'done') {
      this.#slowReader = true;
      this.#outgoing.pause();
    }
    this.#finishIfDone();
  }

  onDrain(): void {
    this.#client.resumeRequest();
  }

  onFailure(failure: Failure): void {
    if (this.#response === 'settled') return;
    if (this.#outgoing.retry(failure)) return;
    if (this.#response === 'awaited' && this.#fallBack(failure, endingOf(this.#servedBy, failure.kind))) return;
    this.#fail(failure);
  }

  /** What the client may still send behind this response, as far as is known now. */
  #restBehind(head: IncomingResponse): RestOfRequest {
    if (this.#request === 'received') return 'none';
    // The client was never sent a 100: its body may or may not come.
    return this.#request === 'receiving' && !head.closing ? 'wanted' : 'unwanted';
  }

  /** What is left of the request now that the exchange ends. */
  get #rest(): RestOfRequest {
    return this.#request === 'received' ? 'none' : 'unwanted';
  }

  /**
   * Where the target may switch protocols, this waits for its response. The mirror sends a copy once its request has
   * ended, but a tunnel is not copied to the shadow.
   */
  #endCopiedRequest(): void {
    if (this.#request !== 'received') return;
    if (this.#received.head.offered !== '' && this.#response === 'awaited') return;
    this.#copy?.requestEnd(this.#trailers);
  }

  /** The fields of a response that the client gets. The copy has them without ours, as the target sent them. */
  #withArms(fields: Fields): Fields {
    return namingArms(fields, this.#received.plan!.memberships);
  }

  /** Lets the primary serve, where another target could not take the request. A copy went there, and is of no use now. */
  #fallBack(failure: Failure | 'no_stream', ending: Ending): boolean {
    if (!this.#outgoing.fallBack(failure)) return false;
    const { plan, requestId } = this.#received;
    const error = failure === 'no_stream' ? 'as many connections to it are busy as it may have' : failure.detail;
    this.#context.noteFallback(plan!.service.name, serverName(plan!, this.#servedBy), error, requestId);
    if (this.#servedBy === 'arm') this.#context.experimentLog.fellBack(servingMembership(plan!.memberships)!);
    this.#servedBy = 'primary';
    this.#copy?.abandon('client_aborted');
    this.#fellBack = ending;
    return true;
  }

  #fail(failure: Failure): void {
    if (this.#response === 'done') {
      // The target has responded and doesn't want the rest of the request.
      this.#settleDone();
      this.#client.finish('unwanted');
      return;
    }
    if (failure.kind === 'shortage') {
      // Nothing was sent, and the pool has reported it.
      this.#reply(NO_CONNECTION, 'skipped:shortage');
      return;
    }
    const { head, settings, requestId, line } = this.#received;
    const { service, name: route } = settings.config.routes[this.#received.route]!;
    const ending = endingOf(this.#servedBy, failure.kind);
    const server = serverName(this.#received.plan!, this.#servedBy);
    this.#context.noteFailure(failure, { server, head, service, route, requestId });
    if (this.#response === 'awaited') {
      this.#reply(FAILURE_REPLIES[failure.kind], ending);
    } else {
      // The response came in the same read as the fault, and was never sent on: the client counts as not answered.
      if (this.#response === 'begun') this.#status = 0;
      if (line !== undefined && this.#status === 0) line.bytes = 0;
      this.#settle(this.#response === 'switching' ? 'skipped:upgrade' : ending);
      this.#client.abort();
    }
  }

  /** Sends the client a local reply. */
  #reply(reply: LocalReply, ending: Ending): void {
    const { requestId, line } = this.#received;
    const rest = this.#rest;
    this.#status = reply.status;
    if (ending === 'skipped:refused') this.#context.refusals.request(reply, this.#client.address);
    const bytes = this.#client.reply(reply, requestId, rest);
    if (line !== undefined) line.bytes = bytes;
    this.#client.flush();
    this.#settle(ending);
    this.#client.finish(rest);
  }

  #switch(head: IncomingResponse): void {
    if (!acceptsOffer(head, this.#received.head.offered)) {
      this.#fail({ kind: 'invalid', detail: 'it switched protocols without being asked to', stale: false });
      return;
    }
    this.#response = 'switching';
    this.#status = head.status;
    // A client that waits for a 100 gets it before the 101 (RFC 9110, section 7.8).
    if (this.#request === 'withheld') {
      this.#request = 'receiving';
      this.#client.interim({ status: 100, reason: 'Continue', fields: [] });
    }
    const fields = this.#withArms(endToEndFields(head));
    this.#client.begin(head, fields, this.#request === 'received' ? 'none' : 'wanted');
  }

  #tunnel(): void {
    if (this.#response === 'settled') return;
    const target = this.#outgoing.detach();
    this.#settle('skipped:upgrade');
    this.#client.tunnel(target);
  }

  #finishIfDone(): void {
    if (this.#response !== 'done' || this.#request === 'receiving') return;
    this.#settleDone();
    this.#client.finish(this.#rest);
  }

  /** The response is complete. */
  #settleDone(): void {
    this.#settle(this.#request === 'received' ? this.#completed! : 'skipped:client_aborted');
  }

  #settle(result: Ending | Completed): void {
    const response = this.#response as ResponseProgress;
    const waited = response === 'awaited' ? this.#outgoing.waited : 0;
    if (response === 'awaited' && this.#servedBy === 'primary')
      this.#received.plan?.service.pauses.gaveNoResponse(waited);
    if (response !== 'done' || this.#request !== 'received') this.#outgoing.abandon();
    this.#response = 'settled';
    const facts = {
      status: this.#status,
      response,
      servedBy: this.#servedBy,
      fields: this.#fields,
      copy: this.#copy,
      skipped: this.#skipped,
      fellBack: this.#fellBack,
      waited,
    };
    settle(this.#context, this.#received, facts, result);
  }
}

/** How an exchange ends whose target gave no complete response. */
function endingOf(servedBy: Server, failure: Failure['kind']): Ending {
  if (failure === 'shortage') return 'skipped:shortage';
  if (servedBy === 'arm') return 'skipped:experiment';
  return servedBy === 'shadow' ? 'candidate_failed' : 'primary_failed';
}
