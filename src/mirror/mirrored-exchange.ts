/**
 * One exchange as the mirror thread sees it: the request and the primary's response come off the tape piece by piece,
 * the shadow's and the control's responses come from their legs. When all are there, or can't come, it is complete.
 */
import type { Route } from '../config/types.ts';
import type { CapturedExchange, Fields, ForwardedRequest, ResponseHead } from '../model/exchange.ts';
import type { Crowding } from '../model/left-out.ts';
import type { SkipReason } from '../model/outcome.ts';
import { type Portion, WHOLE } from '../model/portion.ts';
import type { RouteRow } from '../model/route.ts';
import type { CopiedEnd, CopiedRequest } from '../tape/copy-frames.ts';
import { type Deadline, NEVER } from '../wire/deadlines.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { Destination } from './destination.ts';
import { fieldsSize, HeldBytes, pieceSize } from './held-bytes.ts';
import { Leg, type LegLimits, type LegOwner, type LegRequest } from './leg.ts';
import { capturedLeg, capturedResponse, type LegEnd, type LegResponse, type LegResult } from './leg-result.ts';
import { UNORDERED } from './order.ts';
import type { VersionSource } from './shadow-versions.ts';

/** What an exchange holds besides texts and bodies, in bytes, as a rough measure. */
const OBJECTS = 1024;

/** The mirror of its service, as an exchange sees it. */
export interface ExchangeOwner {
  readonly held: HeldBytes;
  /** Its service's part of what all services share. */
  readonly portion: Portion;
  /** Undefined where no response says which rehearsal it is of. */
  readonly versionFrom: VersionSource | undefined;
  /** The request is complete. `route`: undefined where it is none any more. */
  dispatch(exchange: MirroredExchange, route: Route | undefined): void;
  onPrimaryDone(): void;
  onForgotten(exchange: MirroredExchange): void;
  onExpired(exchange: MirroredExchange): void;
  /** The primary has answered once more, or never will. */
  onCalibrated(): void;
  /** No leg waits for its turn or is under way any more. */
  onLanded(): void;
  /** A leg has ended, so that it may be complete. */
  onLegEnd(exchange: MirroredExchange): void;
}

/** The owner of what nothing copies. */
export const NOBODY: ExchangeOwner = {
  held: new HeldBytes(0, () => false),
  portion: WHOLE,
  versionFrom: undefined,
  dispatch: () => {},
  onPrimaryDone: () => {},
  onForgotten: () => {},
  onExpired: () => {},
  onCalibrated: () => {},
  onLanded: () => {},
  onLegEnd: () => {},
};

/** Where its copies go. */
export interface CopyTargets {
  /** Absent: nothing is copied. */
  readonly shadow?: Destination;
  readonly control?: Destination | undefined;
  /** The number of the rehearsal that is present. */
  readonly rehearsal: number;
}

export class MirroredExchange implements Deadline, LegOwner {
  deadline = NEVER;
  readonly number: number;
  readonly request: CopiedRequest;
  readonly owner: ExchangeOwner;
  /** Undefined where nothing is copied. */
  readonly #shadow: Leg | undefined;
  /** Of the control, or of the primary that is asked once more. */
  #control: Leg | undefined;
  #requestBody: Buffer[] = [];
  #requestTrailers: Fields = [];
  #response: ResponseHead | undefined;
  #responseBody: Buffer[] = [];
  #responseTrailers: Fields = [];
  /** Held for it, and the part of the request in that. */
  #bytes = 0;
  #requestBytes = 0;
  /** Legs that wait for their turn or are under way. */
  #legs = 0;
  /** Why there is nothing to compare, once that is certain. */
  #skipped: SkipReason | undefined;
  #state: 'open' | 'closed' = 'open';
  end: CopiedEnd | undefined;
  /** The number of the rehearsal that it is of; known for certain when it is settled. */
  rehearsal: number;
  /** In the ledgers: where it is counted. Known when it is complete. */
  row = -1 as RouteRow;
  shadow: LegResult | undefined;
  control: LegResult | 'none' | undefined;
  /** The second response of the primary, where it is asked for one. */
  calibration: LegResult | 'none' | undefined = 'none';

  constructor(
    number: number,
    request: CopiedRequest,
    owner: ExchangeOwner,
    { shadow, control, rehearsal }: CopyTargets,
  ) {
    this.number = number;
    this.request = request;
    this.owner = owner;
    this.rehearsal = rehearsal;
    if (shadow === undefined) this.#skipped = 'route';
    this.#shadow = shadow && new Leg(shadow, shadow.order.begin(request.order), this);
    this.#control = control && new Leg(control, control.order.begin(request.order), this);
    this.control = control === undefined ? 'none' : undefined;
    if (this.hold(OBJECTS + request.head.target.length + fieldsSize(request.head.fields)))
      this.#requestBytes = this.#bytes;
  }

  get skipped(): SkipReason | undefined {
    return this.#skipped;
  }

  /** Whether a leg waits for its turn or is under way. */
  get inFlight(): boolean {
    return this.#legs > 0;
  }

  /** That a target had so much to do because of us that the latencies can't be set against each other. */
  get crowding(): Crowding | undefined {
    return this.#shadow?.crowding ?? (this.control === 'none' ? undefined : this.#control?.crowding);
  }

  get method(): string {
    return this.request.head.method;
  }

  get target(): string {
    return this.request.head.target;
  }

  /** What is held of it. */
  get requestBody(): readonly Buffer[] {
    return this.#requestBody;
  }

  /** Room for that many bytes more of it. False where there is none, or no need: then it is skipped. */
  hold(bytes: number): boolean {
    if (this.#skipped !== undefined || this.#state === 'closed') return false;
    const { held } = this.owner;
    if (!held.take(bytes)) {
      this.skip('in_flight_limit');
      return false;
    }
    // It may have been this very exchange that had to make room.
    if (this.#skipped !== undefined) {
      held.free(bytes);
      return false;
    }
    this.#bytes += bytes;
    return true;
  }

  /** Nothing will be compared. What is sent, or waits to be, goes its way; the end is awaited, to be counted. */
  skip(reason: SkipReason): void {
    this.#skipped ??= reason;
    this.#letGo();
  }

  /** Nothing will be compared, and the legs are to end now. */
  giveUp(reason: SkipReason): void {
    this.skip(reason);
    this.#shadow?.withdraw(reason);
    this.#control?.withdraw(reason);
  }

  /** The mirror has no more to do with it, but for what its legs still have to send. */
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

  /** Asks the primary once more, in the place of a control. Before the copies are sent. */
  calibrate(primary: Destination): void {
    this.#control = new Leg(primary, primary.order.begin(UNORDERED), this);
    this.calibration = undefined;
  }

  /** The request is complete: sends the copies, each when its turn has come. There are legs. */
  dispatch(limits: LegLimits): void {
    const bytes = this.#requestBytes;
    const [shadow, control] = [this.#shadow!, this.#control];
    if (control === undefined) {
      this.#legs = 1;
      shadow.dispatch(limits, bytes);
      return;
    }
    this.#legs = 2;
    // In random order, so that neither has the warmer cache.
    const [first, second] = Math.random() < 0.5 ? [shadow, control] : [control, shadow];
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

  /** The primary is done. */
  setEnd(end: CopiedEnd): void {
    this.end = end;
    this.deadline = NEVER;
    this.#over();
    this.#shadow?.judge(end.timing.lastByte);
    this.#control?.judge(end.timing.lastByte);
  }

  /** The edge gave it up: the client left, or the primary failed, or it grew too large. */
  abandon(): void {
    this.close();
    this.#over();
    this.#shadow?.outlive();
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
    else if ('withdrawn' in end) this.#onShadowWithdrawn(end.withdrawn);
    else this.shadow = end;
    if (this.#skipped !== undefined || this.#state === 'closed') this.#letGo();
    this.owner.onLegEnd(this);
  }

  /** Whether all has come that will come. */
  get complete(): boolean {
    return (
      this.end !== undefined &&
      (this.#skipped !== undefined ||
        (this.shadow !== undefined && this.control !== undefined && this.calibration !== undefined))
    );
  }

  legRequest(copy: (forwarded: ForwardedRequest) => OutgoingRequest): LegRequest {
    return { head: copy(this.request.head), body: this.#requestBody, trailers: this.#requestTrailers };
  }

  /** Only when complete; so is the response, and that only when not skipped. */
  get primaryStatus(): number {
    return this.#response!.status;
  }

  get primaryResponse(): LegResponse {
    return { ...this.#response!, body: this.#responseBody, trailers: this.#responseTrailers };
  }

  /** For the comparison. Only when complete, and not skipped. */
  capture(): CapturedExchange {
    const { head, id, receivedAt } = this.request;
    const { method, target, fields } = head;
    return {
      id,
      receivedAt,
      request: { method, target, fields, body: Buffer.concat(this.#requestBody) },
      primary: capturedResponse(this.primaryResponse, this.end!.timing),
      shadow: capturedLeg(this.shadow!),
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
    this.#shadow?.over();
    this.#control?.over();
  }

  #onShadowWithdrawn(reason: SkipReason): void {
    this.skip(reason);
    this.#control?.withdrawUnsent(reason);
  }

  /** Lets go of all that nobody needs any more: the responses, and the request once no leg is left to send it. */
  #letGo(): void {
    this.#shadow?.discard();
    this.#control?.discard();
    this.#responseBody = [];
    if (!this.inFlight) this.#requestBody = [];
    const needed = this.inFlight ? Math.min(this.#requestBytes, this.#bytes) : 0;
    this.owner.held.free(this.#bytes - needed);
    this.#bytes = needed;
  }
}
