/**
 * One exchange on the mirror thread. The request and the response that the client gets arrive on the tape piece by
 * piece; the other responses come from the legs. It is complete when all have arrived, or can't arrive any more.
 *
 * Where the primary serves the client, the counterpart is the shadow; while a rollout lets the shadow serve, it is the
 * primary. Whoever serves, `primary` and `shadow` mean the same targets.
 */
import type { Route } from '../config/types.ts';
import type { ServingLeg } from '../model/copy-legs.ts';
import type { CapturedExchange, Fields, ForwardedRequest, ResponseHead } from '../model/exchange.ts';
import type { Crowding } from '../model/left-out.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { Portion } from '../model/portion.ts';
import type { RouteRow } from '../model/route.ts';
import type { CopiedEnd, CopiedRequest } from '../tape/copy-frames.ts';
import { type Deadline, NEVER } from '../wire/deadlines.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { Destination } from './destination.ts';
import { fieldsSize, type HeldBytes, pieceSize } from './held-bytes.ts';
import { Leg, type LegLimits, type LegOwner, type LegRequest } from './leg.ts';
import { capturedLeg, type LegEnd, type LegResponse, type LegResult } from './leg-result.ts';
import { UNORDERED } from './order.ts';
import type { VersionSource } from './shadow-versions.ts';

/** A rough estimate of the bytes that an exchange takes besides texts and bodies. */
const OBJECTS = 1024;

/** What an exchange needs from the mirror of its service. */
export interface ExchangeOwner {
  readonly held: HeldBytes;
  /** The service's portion of what all services share. */
  readonly portion: Portion;
  /** Undefined where responses don't name the version. */
  readonly versionFrom: VersionSource | undefined;
  /** The request is complete. `route`: undefined where it was removed. */
  dispatch(exchange: MirroredExchange, route: Route | undefined): void;
  onPrimaryDone(): void;
  onForgotten(exchange: MirroredExchange): void;
  onExpired(exchange: MirroredExchange): void;
  /** The repeated request to the primary has ended. */
  onCalibrated(): void;
  /** All legs have ended. */
  onLanded(): void;
  /** A leg has ended: the exchange may be complete. */
  onLegEnd(exchange: MirroredExchange): void;
}

/** Where its copies go. */
export interface CopyTargets {
  /** The shadow, or the primary where the shadow serves. Absent: nothing is copied. */
  readonly counterpart?: Destination | undefined;
  readonly control?: Destination | undefined;
  /** The number of the present rehearsal. */
  readonly rehearsal: number;
}

export class MirroredExchange implements Deadline, LegOwner {
  deadline = NEVER;
  readonly number: number;
  readonly request: CopiedRequest;
  readonly owner: ExchangeOwner;
  /** Undefined where nothing is copied. */
  readonly #counterpart: Leg | undefined;
  /** The leg of the control, or of the repeated request to the primary. */
  #control: Leg | undefined;
  #requestBody: Buffer[] = [];
  #requestTrailers: Fields = [];
  #response: ResponseHead | undefined;
  #responseBody: Buffer[] = [];
  #responseTrailers: Fields = [];
  /** Bytes held for the exchange, and the part of them that belongs to the request. */
  #bytes = 0;
  #requestBytes = 0;
  /** The number of legs that wait for their turn or are under way. */
  #legs = 0;
  /** Why nothing will be compared, once that is certain. */
  #skipped: SkipReason | undefined;
  #state: 'open' | 'closed' = 'open';
  end: CopiedEnd | undefined;
  /** The number of its rehearsal; final once the exchange is settled. */
  rehearsal: number;
  /** The row in the ledgers in which it is counted. Known when it is complete. */
  row = -1 as RouteRow;
  /** What came of the copy to the counterpart; undefined until it has ended. */
  counterpart: LegResult | undefined;
  control: LegResult | 'none' | undefined;
  /** The second response of the primary, where one was requested. */
  calibration: LegResult | 'none' | undefined = 'none';

  constructor(
    number: number,
    request: CopiedRequest,
    owner: ExchangeOwner,
    { counterpart, control, rehearsal }: CopyTargets,
  ) {
    this.number = number;
    this.request = request;
    this.owner = owner;
    this.rehearsal = rehearsal;
    if (counterpart === undefined) this.#skipped = 'route';
    this.#counterpart = counterpart && new Leg(counterpart, counterpart.order.begin(request.order), this);
    this.#control = control && new Leg(control, control.order.begin(request.order), this);
    this.control = control === undefined ? 'none' : undefined;
    if (this.hold(OBJECTS + request.head.target.length + fieldsSize(request.head.fields)))
      this.#requestBytes = this.#bytes;
  }

  get skipped(): SkipReason | undefined {
    return this.#skipped;
  }

  /** Whether it can't be copied now, so that waiting for its turn is useless. Not for an exchange without legs. */
  get refused(): boolean {
    return this.#counterpart!.destination.refuses();
  }

  /** Whether a leg waits for its turn or is under way. */
  get inFlight(): boolean {
    return this.#legs > 0;
  }

  /** Set where our own load on a target makes the latencies incomparable. */
  get crowding(): Crowding | undefined {
    return this.#counterpart?.crowding ?? (this.control === 'none' ? undefined : this.#control?.crowding);
  }

  get method(): string {
    return this.request.head.method;
  }

  get target(): string {
    return this.request.head.target;
  }

  /** The part of the body that is held. */
  get requestBody(): readonly Buffer[] {
    return this.#requestBody;
  }

  /** Reserves this many more bytes. False where there is no room or no need: then the exchange is skipped. */
  hold(bytes: number): boolean {
    if (this.#skipped !== undefined || this.#state === 'closed') return false;
    const { held } = this.owner;
    if (!held.take(bytes)) {
      this.skip('in_flight_limit');
      return false;
    }
    // This exchange itself may have been given up to make room.
    if (this.#skipped !== undefined) {
      held.free(bytes);
      return false;
    }
    this.#bytes += bytes;
    return true;
  }

  /** Nothing will be compared. Copies are still sent, and their end is awaited and counted. */
  skip(reason: SkipReason): void {
    this.#skipped ??= reason;
    this.#letGo();
  }

  /** Nothing will be compared, and the legs end now. */
  giveUp(reason: SkipReason): void {
    this.skip(reason);
    this.#counterpart?.withdraw(reason);
    this.#control?.withdraw(reason);
  }

  /** The mirror is done with it, except for what its legs still have to send. */
  close(): void {
    this.#state = 'closed';
    this.deadline = NEVER;
    this.#letGo();
  }

  addRequestBody(chunk: Buffer): void {
    const size = pieceSize(chunk);
    if (!this.hold(size)) return;
    this.#requestBytes += size;
    this.#requestBody.push(Buffer.from(chunk));
  }

  endRequest(trailers: Fields): void {
    this.#requestTrailers = trailers;
  }

  /** Prepares a repeated request to the primary, in place of a control. Call it before the copies are sent. */
  calibrate(primary: Destination): void {
    this.#control = new Leg(primary, primary.order.begin(UNORDERED), this);
    this.calibration = undefined;
  }

  /** The request is complete: sends each copy when its turn has come. Only for an exchange with legs. */
  dispatch(limits: LegLimits): void {
    const bytes = this.#requestBytes;
    const [counterpart, control] = [this.#counterpart!, this.#control];
    if (control === undefined) {
      this.#legs = 1;
      counterpart.dispatch(limits, bytes);
      return;
    }
    this.#legs = 2;
    // In random order, so that neither has the warmer cache.
    const [first, second] = Math.random() < 0.5 ? [counterpart, control] : [control, counterpart];
    first.dispatch(limits, bytes);
    second.dispatch(limits, bytes);
  }

  setResponse(response: ResponseHead): void {
    this.#response = response;
    this.hold(fieldsSize(response.fields));
  }

  addResponseBody(chunk: Buffer): void {
    if (this.hold(pieceSize(chunk))) this.#responseBody.push(Buffer.from(chunk));
  }

  setResponseTrailers(trailers: Fields): void {
    this.#responseTrailers = trailers;
  }

  /** The target that serves is done. */
  setEnd(end: CopiedEnd): void {
    this.end = end;
    this.deadline = NEVER;
    this.#over();
    this.#counterpart?.judge(end.timing.lastByte);
    this.#control?.judge(end.timing.lastByte);
  }

  /** The edge abandoned it: the client left, the target failed, or it became too large. */
  abandon(): void {
    this.close();
    this.#over();
    this.#counterpart?.outlive();
    this.#control?.outlive();
  }

  onDeadline(): void {
    this.owner.onExpired(this);
  }

  onLegEnd(leg: Leg, end: LegEnd): void {
    if (!this.inFlight) return;
    this.#legs--;
    if (!this.inFlight) this.owner.onLanded();
    if (leg === this.#control) this.#setControl('withdrawn' in end ? 'none' : end);
    else if ('withdrawn' in end) this.#onWithdrawn(end.withdrawn);
    else this.counterpart = end;
    if (this.#skipped !== undefined || this.#state === 'closed') this.#letGo();
    this.owner.onLegEnd(this);
  }

  /** Whether nothing more will arrive. */
  get complete(): boolean {
    return (
      this.end !== undefined &&
      (this.#skipped !== undefined ||
        (this.counterpart !== undefined && this.control !== undefined && this.calibration !== undefined))
    );
  }

  legRequest(copy: (forwarded: ForwardedRequest) => OutgoingRequest): LegRequest {
    return { head: copy(this.request.head), body: this.#requestBody, trailers: this.#requestTrailers };
  }

  /** Whose response the client gets. */
  get servedBy(): ServingLeg {
    return this.request.servedBy;
  }

  /** Call it only when complete. */
  get servedStatus(): number {
    return this.#response!.status;
  }

  /** Call it only when complete and not skipped. The same holds for the shadow's. */
  get primary(): LegResult {
    return this.servedBy === 'primary' ? this.#served : this.counterpart!;
  }

  get shadow(): LegResult {
    return this.servedBy === 'shadow' ? this.#served : this.counterpart!;
  }

  /** The head of the shadow's response, where there is one. Call it only when complete. */
  get shadowHead(): ResponseHead | undefined {
    if (this.servedBy === 'shadow') return this.#response;
    return this.counterpart !== undefined && 'response' in this.counterpart ? this.counterpart.response : undefined;
  }

  /** Whether the client's pace is in one of the two times that are compared: the shadow's and its reference. */
  get paced(): boolean {
    return this.end!.paced && (this.servedBy === 'shadow' || this.control === 'none');
  }

  get #served(): { readonly response: LegResponse; readonly timing: CopiedEnd['timing'] } {
    const response = { ...this.#response!, body: this.#responseBody, trailers: this.#responseTrailers };
    return { response, timing: this.end!.timing };
  }

  /** The exchange for the comparison. Call it only when complete, and not skipped. */
  capture(): CapturedExchange {
    const { head, id, receivedAt } = this.request;
    const { method, target, fields } = head;
    return {
      id,
      receivedAt,
      request: { method, target, fields, body: Buffer.concat(this.#requestBody) },
      primary: capturedLeg(this.primary),
      shadow: capturedLeg(this.shadow),
      ...(this.servedBy === 'shadow' && { servedBy: 'shadow' }),
      ...(this.control === 'none' || this.control === undefined ? {} : { control: capturedLeg(this.control) }),
      ...(this.calibration === 'none' || this.calibration === undefined
        ? {}
        : { control: capturedLeg(this.calibration), calibrated: true }),
    };
  }

  #setControl(result: LegResult | 'none'): void {
    if (this.calibration === 'none') {
      this.control = result;
    } else {
      this.calibration = result;
      this.owner.onCalibrated();
    }
  }

  #over(): void {
    this.#counterpart?.over();
    this.#control?.over();
  }

  #onWithdrawn(reason: SkipReason): void {
    this.skip(reason);
    this.#control?.withdrawUnsent(reason);
  }

  /** Releases what is no longer needed: the responses, and the request once no leg has to send it. */
  #letGo(): void {
    this.#counterpart?.discard();
    this.#control?.discard();
    this.#responseBody = [];
    if (!this.inFlight) this.#requestBody = [];
    const needed = this.inFlight ? Math.min(this.#requestBytes, this.#bytes) : 0;
    this.owner.held.free(this.#bytes - needed);
    this.#bytes = needed;
  }
}
