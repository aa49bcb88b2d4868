import type { CapturedExchange, ForwardedRequest } from '../model/exchange.ts';
import type { RepeatRequest } from '../model/repeat.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { Destination } from './destination.ts';
import { fieldsSize, type HeldBytes } from './held-bytes.ts';
import { Leg, type LegLimits, type LegOwner, type LegRequest } from './leg.ts';
import { capturedLeg, type LegEnd } from './leg-result.ts';
import { UNORDERED } from './order.ts';

/**
 * A request that is repeated to primary and shadow, to see whether they still differ. Its responses count for nothing
 * else.
 */
export class RepeatedExchange implements LegOwner {
  readonly request: RepeatRequest;
  readonly #primary: Leg;
  readonly #shadow: Leg;
  readonly #held: HeldBytes;
  readonly #receivedAt: number;
  readonly #onEnd: (exchange: RepeatedExchange) => void;
  readonly #ends = new Map<Leg, LegEnd>();
  #bytes = 0;

  constructor(
    request: RepeatRequest,
    { primary, shadow }: { readonly primary: Destination; readonly shadow: Destination },
    held: HeldBytes,
    receivedAt: number,
    onEnd: (exchange: RepeatedExchange) => void,
  ) {
    this.request = request;
    this.#held = held;
    this.#receivedAt = receivedAt;
    this.#onEnd = onEnd;
    this.#primary = new Leg(primary, primary.order.begin(UNORDERED), this);
    this.#shadow = new Leg(shadow, shadow.order.begin(UNORDERED), this);
  }

  /** Sends both. */
  dispatch(limits: LegLimits): void {
    this.hold(fieldsSize(this.request.head.fields));
    for (const leg of [this.#primary, this.#shadow]) {
      leg.dispatch(limits, 0);
      // There is no client's exchange to judge it by, so it has the usual time.
      leg.judge(0);
    }
  }

  legRequest(copy: (forwarded: ForwardedRequest) => OutgoingRequest): LegRequest {
    return { head: copy(this.request.head), body: [], trailers: [] };
  }

  hold(bytes: number): boolean {
    if (!this.#held.take(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  onLegEnd(leg: Leg, end: LegEnd): void {
    this.#ends.set(leg, end);
    if (this.#ends.size < 2) return;
    this.#onEnd(this);
    this.#held.free(this.#bytes);
    this.#bytes = 0;
  }

  /** For the comparison; undefined where one of them gave no response. */
  capture(): CapturedExchange | undefined {
    const [primary, shadow] = [this.#ends.get(this.#primary)!, this.#ends.get(this.#shadow)!];
    if (!('response' in primary) || !('response' in shadow)) return undefined;
    const { id, head } = this.request;
    const { method, target, fields } = head;
    return {
      id,
      receivedAt: this.#receivedAt,
      request: { method, target, fields, body: Buffer.alloc(0) },
      primary: capturedLeg(primary),
      shadow: capturedLeg(shadow),
    };
  }
}
