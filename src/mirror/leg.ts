/** One copy of a request at one target: sent when its turn has come, measured, and its response kept. It ends exactly once. */
import type { Fields, ForwardedRequest, LegFailure, ResponseHead } from '../model/exchange.ts';
import type { Crowding } from '../model/left-out.ts';
import type { SkipReason } from '../model/outcome.ts';
import { type Deadline, NEVER } from '../wire/deadlines.ts';
import { endToEndFields } from '../wire/end-to-end.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { IncomingResponse, OutgoingRequest } from '../wire/message.ts';
import type { Pool } from '../wire/pool.ts';
import type { Failure, ResponseHandler, StreamWaiter, TargetStream } from '../wire/target-stream.ts';
import type { Destination } from './destination.ts';
import { fieldsSize, pieceSize } from './held-bytes.ts';
import type { LegEnd, LegResult } from './leg-result.ts';
import type { Turn } from './order.ts';

export interface LegRequest {
  readonly head: OutgoingRequest;
  readonly body: readonly Buffer[];
  readonly trailers: Fields;
}

export interface LegLimits {
  /** Milliseconds from the sending to the last byte; more where the primary itself took longer. */
  readonly timeout: number;
  /** The most bytes of the response's body. */
  readonly maxBody: number;
  /** The number of copies in flight above which a target's time only reflects the load, not its speed. */
  readonly crowd: number;
}

/** The exchange that a leg is part of. */
export interface LegOwner {
  legRequest(copy: (forwarded: ForwardedRequest) => OutgoingRequest): LegRequest;
  /** Whether this many more bytes of the response can be kept. */
  hold(bytes: number): boolean;
  onLegEnd(leg: Leg, end: LegEnd): void;
}

/** A target may take this many times as long as the primary, where that is longer than the timeout. */
const PRIMARY_MARGIN = 1.5;

export class Leg implements ResponseHandler, StreamWaiter, Deadline {
  deadline = NEVER;
  readonly destination: Destination;
  /** Its place in the order of copies. */
  readonly turn: Turn;
  /** Set where our own load on the target makes its latency meaningless. */
  crowding: Crowding | undefined;
  readonly #owner: LegOwner;
  #limits!: LegLimits;
  #pool!: Pool;
  #request!: LegRequest;
  #state: 'begun' | 'waiting' | 'running' | 'ended' = 'begun';
  #stream: TargetStream | undefined;
  #startedAt = 0;
  /** Copies in flight at the target when it was sent. */
  #inFlight = 0;
  /** Milliseconds from the sending; unknown until the primary is done or given up. */
  #limit = NEVER;
  /** Who is to blame when the limit passes; nobody, where the primary's time is unknown. */
  #blame: 'target' | 'nobody' = 'nobody';
  #response: 'kept' | 'discarded' = 'kept';
  #head: ResponseHead | undefined;
  #body: Buffer[] = [];
  #bytes = 0;

  constructor(destination: Destination, turn: Turn, owner: LegOwner) {
    this.destination = destination;
    this.turn = turn;
    this.#owner = owner;
  }

  /** The request is complete. `bytes`: of its body. */
  dispatch(limits: LegLimits, bytes: number): void {
    this.#limits = limits;
    this.#state = 'waiting';
    this.destination.order.ready(this.turn, bytes, () => this.#send());
  }

  /**
   * The exchange is over for the client: requests that begin later come after it. A copy whose request is incomplete by
   * now is never sent.
   */
  over(): void {
    if (this.#state === 'begun') this.withdraw('client_aborted');
    this.destination.order.over(this.turn);
  }

  /** The primary is done after that many milliseconds. This determines how long a target may take. */
  judge(took: number): void {
    this.#blame = 'target';
    this.#allow(took * PRIMARY_MARGIN);
  }

  /** The primary gave no complete response: nothing will be compared, but the target still gets its request. */
  outlive(): void {
    this.#allow(0);
  }

  /** The response is no longer needed. */
  discard(): void {
    this.#response = 'discarded';
    this.#body = [];
  }

  /** Ends it now. */
  withdraw(reason: SkipReason): void {
    if (this.#state === 'running') {
      if (this.#stream === undefined) this.#pool.cancel(this);
      else this.#stream.abort();
    }
    this.#end({ withdrawn: reason });
  }

  /** The same, but only if it is not sent yet. */
  withdrawUnsent(reason: SkipReason): void {
    if (this.#state === 'begun' || this.#state === 'waiting') this.#end({ withdrawn: reason });
  }

  onStream(stream: TargetStream): void {
    this.#stream = stream;
    const { head, body, trailers } = this.#request;
    stream.begin(this, head);
    for (const chunk of body) stream.body(chunk);
    stream.end(trailers);
    stream.flush();
  }

  /** All connections are busy with other copies. */
  onNoStream(): void {
    this.#pool.cancel(this);
    this.#end({ withdrawn: this.#pool.limit });
  }

  onInterim(): void {}

  onHead(head: IncomingResponse): void {
    const { status, reason } = head;
    const fields = endToEndFields(head);
    this.#head = { status, reason, fields };
    this.#keep(fieldsSize(fields));
    if (head.status === 101) this.#fail('invalid', 'it switched protocols without being asked to');
    else if (typeof head.bodyLength === 'number') this.#checkSize(head.bodyLength);
  }

  onBody(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#keep(pieceSize(chunk))) this.#body.push(chunk);
    this.#checkSize(this.#bytes);
  }

  onEnd(trailers: Fields): void {
    const { status, reason, fields } = this.#head!;
    const response = { status, reason, fields, body: this.#body, trailers };
    this.#end({ response, timing: this.#stream!.timing() });
  }

  onReadEnd(): void {}

  onDrain(): void {}

  onFailure(failure: Failure): void {
    if (this.#state === 'ended') return;
    if (failure.stale && isIdempotent(this.#request.head.method)) this.#retry();
    else if (failure.kind === 'shortage') this.#end({ withdrawn: 'shortage' });
    else this.#end({ failure: failure.kind, detail: failure.detail, ...this.#given(failure.kind) });
  }

  onDeadline(): void {
    if (this.#stream === undefined) this.onNoStream();
    else if (this.#blame === 'nobody') this.withdraw('client_aborted');
    else this.#fail('timeout', `no complete response within ${Math.round(this.#limit)} ms`);
  }

  #send(): void {
    const { destination } = this;
    if (!destination.permits()) {
      this.#end({ withdrawn: 'breaker_open' });
      return;
    }
    this.#state = 'running';
    this.#pool = destination.pool;
    this.#request = this.#owner.legRequest(destination.head);
    this.#startedAt = this.#pool.clock.monotonic();
    this.deadline = this.#startedAt + this.#limit;
    this.#pool.deadlines.add(this);
    this.#inFlight = ++destination.underWay;
    const stream = this.#pool.acquire(this);
    if (stream === undefined) this.#crowd('no_connection');
    else if (this.turn.sent === 'out_of_turn') this.#crowd('out_of_turn');
    else if (this.#inFlight > this.#limits.crowd) this.#crowd('queueing');
    if (stream !== undefined) this.onStream(stream);
  }

  #crowd(reason: Crowding['reason']): void {
    this.crowding = { reason, inFlight: this.#inFlight };
  }

  /** Learns from its time whether copies wait for each other at the target. */
  #learn(end: LegEnd): void {
    if (this.crowding !== undefined || 'withdrawn' in end) return;
    const took = 'response' in end ? end.timing.lastByte : end.took;
    if (took === undefined) return;
    const { queueing } = this.destination;
    queueing.add(this.#inFlight, took);
    if (queueing.explains(this.#inFlight, took)) this.#crowd('queueing');
  }

  #allow(milliseconds: number): void {
    if (this.#state === 'ended') return;
    this.#limit = Math.max(this.#limits.timeout, milliseconds);
    if (this.#state === 'running') this.deadline = this.#startedAt + this.#limit;
  }

  /** A kept-alive connection that died unused says nothing about the target: tries again on a new one. */
  #retry(): void {
    this.#head = undefined;
    this.#stream = undefined;
    const stream = this.#pool.acquireFresh() ?? this.#pool.acquire(this);
    if (stream !== undefined) this.onStream(stream);
  }

  #keep(bytes: number): boolean {
    return this.#response === 'kept' && this.#owner.hold(bytes);
  }

  #checkSize(bytes: number): void {
    if (bytes > this.#limits.maxBody)
      this.#fail('invalid', `its body has more than ${this.#limits.maxBody} bytes, the limit of copies`);
  }

  /** The time that the target had, where it was reached but gave no complete response. */
  #given(failure: LegFailure): { took?: number } {
    if (failure !== 'timeout' || this.#stream?.established !== true) return {};
    return { took: this.#pool.clock.monotonic() - this.#startedAt };
  }

  #fail(failure: LegFailure, detail: string): void {
    this.#stream!.abort();
    this.#end({ failure, detail, ...this.#given(failure) });
  }

  #end(end: LegEnd): void {
    if (this.#state === 'ended') return;
    const state = this.#state;
    this.#state = 'ended';
    if (state === 'running') {
      this.deadline = NEVER;
      this.#pool.deadlines.delete(this);
      this.destination.underWay--;
      this.#learn(end);
      this.destination.report(this.#isEvidence(end) ? end : 'undecided');
    }
    this.#owner.onLegEnd(this, end);
    // Last, since it sends the copies that waited for this one.
    this.destination.order.finish(this.turn);
  }

  /** A slow target is no evidence while the primary is not done either: it may be as fast. */
  #isEvidence(end: LegEnd): end is LegResult {
    if ('withdrawn' in end) return false;
    return 'response' in end || end.took === undefined || this.#blame === 'target';
  }
}
